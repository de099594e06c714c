/**
 * What an API answers, and what that means for the rows of the request.
 *
 * @module
 */

import type { Problem } from "./problem.ts";

/** An answer's headers; `get` takes names in any letters. `Headers` are such. */
export type AnswerHeaders = Pick<Headers, "get">;

/** An HTTP answer: its status, headers, and as much of its body as was read. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: AnswerHeaders;
  /** Capped. */
  readonly body: string;
  /** Why the body is empty though there is one: `a gzip body that can't be unpacked`. */
  readonly bodyFault?: string | null;
  /** True when the body is not what it says that it is packed as: no API means to answer so. */
  readonly isCorrupt?: boolean;
  /** When the headers arrived, epoch milliseconds: a `Retry-After` date is read against it. */
  readonly receivedAt?: number;
}

/** What an API says is wrong with a row. */
export interface ApiProblem extends Problem {
  /** Our own words, without a full stop at the end. */
  readonly message: string;
  /** The API's own, which may hold values of rows, secrets, and anything else; null for none. */
  readonly words?: string | null;
}

/** True for 408, 429 and every 5xx: the same request can succeed later. */
export function isRetryable(status: number): boolean {
  return status === 408 || status === 429 || (status >= 500 && status < 600);
}

/** What an answer means for the rows of its request. Decided by a destination, without effects. */
export type Verdict =
  /** `quotaUsed` is the share of the rate limit that is used, where the API says so: 1 is all. */
  | { readonly kind: "accepted"; readonly quotaUsed?: number }
  /** The request became a job of the API's, whose end says what became of its rows. */
  | { readonly kind: "api-job"; readonly id: string }
  /** Per-row results, in the order of the request's rows; null is accepted. */
  | { readonly kind: "partial"; readonly results: readonly (RowVerdict | null)[] }
  /** Try the same bytes again; `afterMs` is what the API asked for, or null. */
  | ({
    readonly kind: "retry";
    readonly afterMs: number | null;
    /** True when the API only asks for fewer requests; unless given, that is what 429 and 403 mean. */
    readonly throttled?: boolean;
  } & Reason)
  /** The request was refused for its content: one row, and it is bad; several, and it is split. */
  | { readonly kind: "refused"; readonly problem: ApiProblem }
  /** The credentials are no longer good: authenticate again, once. */
  | ({ readonly kind: "unauthorized" } & Reason)
  /** The credentials will not do: stop with exit code 4. */
  | ({ readonly kind: "forbidden" } & Reason)
  /**
   * Nothing is wrong with the rows, and trying again will not help: stop with exit code 3. `taken`
   * says that some of the rows may have been taken; false unless given.
   */
  | ({ readonly kind: "broken"; readonly taken?: boolean } & Reason);

/** Why something is so: in our own words, and in the API's, which may hold anything. */
export interface Reason {
  readonly reason: string;
  readonly words?: string | null;
}

/** What a per-row result means for its row. */
export type RowVerdict =
  | { readonly kind: "refused"; readonly problem: ApiProblem }
  | { readonly kind: "retry"; readonly reason: string }
  /** It goes in another request at once: it was not taken, or does no harm when it comes again. */
  | { readonly kind: "again" }
  /** It may or may not have been taken, and sending it again could double it. */
  | { readonly kind: "unknown"; readonly problem: Problem };
