/**
 * What one entry of an answer's list means for the row that it names.
 *
 * @module
 */

import type { RowVerdict } from "../../model/answer.ts";
import type { Endpoint } from "../answers.ts";
import { countIn } from "./keys.ts";
import { compileReader } from "./path.ts";
import { compileProblem } from "./problem.ts";
import type { HttpSection } from "./schema.ts";
import type { Meaning } from "./statuses.ts";

/**
 * Compiles the reading of entries. Null: the row was taken. Undefined: the entry does not say what the
 * mapping expects.
 */
export function compileEntry(
  results: NonNullable<HttpSection["results"]>,
  meaningOf: (status: number) => Meaning | null,
  endpoint: Endpoint,
): (entry: unknown) => RowVerdict | null | undefined {
  const readStatus = results.status === undefined ? null : compileReader(results.status);
  const readFailed = results.failed === undefined ? null : compileReader(results.failed);
  const readProblem = compileProblem(results, endpoint);
  const refused = (entry: unknown, status: string): RowVerdict => {
    const problem = readProblem(entry, status || "row");
    const message = problem.message ||
      `${endpoint.title} refused the row${status && ` with ${status}`}`;
    return { kind: "refused", problem: { ...problem, message } };
  };

  return (entry) => {
    if (readFailed !== null && !stands(readFailed(entry))) return null;
    const given = readStatus?.(entry);
    const success = successOf(given);
    if (success !== null) return success ? null : refused(entry, "");
    const status = countIn(given);
    if (status === null) {
      // Only where the list holds failed rows alone does an entry without a status mean a failure.
      const holdsAll = results.match?.by === "position";
      return readFailed === null && holdsAll ? undefined : refused(entry, "");
    }
    switch (meaningOf(status)) {
      case "accepted":
        return null;
      case "retried":
        return { kind: "retry", reason: `${endpoint.title} answered ${status} for the row` };
      default:
        return refused(entry, String(status));
    }
  };
}

/** Words by which APIs say that nothing is wrong. */
const NOTHING = new Set(["", "0", "false", "no", "none", "nil", "null", "ok", "success"]);

/** True where a path found that something is wrong: an empty list, an empty object and 0 are nothing. */
function stands(value: unknown, depth = 0): boolean {
  if (typeof value === "string") return !NOTHING.has(value.trim().toLowerCase());
  if (typeof value !== "object" || value === null || depth > 3) return Boolean(value);
  return Object.values(value).some((member) => stands(member, depth + 1));
}

const SUCCESS: Readonly<Record<string, boolean>> = {
  true: true,
  ok: true,
  success: true,
  succeeded: true,
  false: false,
  error: false,
  failed: false,
  failure: false,
};

/** What a result says of its row where it says yes or no in place of a status; null where it does not. */
function successOf(value: unknown): boolean | null {
  if (typeof value === "boolean") return value;
  return typeof value === "string" ? SUCCESS[value.trim().toLowerCase()] ?? null : null;
}
