/**
 * Keys with which a client repeats a request that it has no answer to
 * (draft-ietf-httpapi-idempotency-key-header).
 *
 * @module
 */

import { createHash } from "node:crypto";
import { HttpProblem } from "./problem_details.ts";
import type { RecordKey } from "./spool.ts";

const LONGEST_KEY = 255;

/** The key of a request; null where it has none. @throws {HttpProblem} where it is none. */
export function keyOf({ headers }: Request): string | null {
  const key = headers.get("idempotency-key");
  if (key === null || (key !== "" && key.length <= LONGEST_KEY)) return key;
  const detail = `An Idempotency-Key has 1 to ${LONGEST_KEY} characters`;
  throw new HttpProblem({ status: 400, detail });
}

/** The key of a record's request, with what tells that from others; null where it has none. */
export function recordKeyOf(request: Request, body: string): RecordKey | null {
  const key = keyOf(request);
  return key === null ? null : { key, request: createHash("sha256").update(body).digest("hex") };
}

/** The answer to a request whose first one has none yet. */
export function keyUnderWay(): HttpProblem {
  const headers = { "Retry-After": "1" };
  return new HttpProblem({ status: 409, detail: "A request with this key is under way", headers });
}

/** The answer to another request with the same key. */
export function keyOfAnother(): HttpProblem {
  return new HttpProblem({
    status: 422,
    detail: "Another request had this Idempotency-Key: take a new one for each request",
  });
}
