/**
 * What becomes of rows that go in one request. All pure.
 *
 * @module
 */

import { DestinationError, type StoppedError } from "../model/errors.ts";
import type { RowVerdict, Verdict } from "../model/answer.ts";
import type { Batch } from "../model/batch.ts";
import type { Destination } from "../model/destination.ts";
import type { Problem } from "../model/problem.ts";
import { plural } from "../text/words.ts";
import type { RetryState } from "./retry.ts";
import { batchValues, rowValues, scrubProblem } from "./scrub.ts";

/** Rows that go in one request, and how often they failed together. */
export interface PendingRequest {
  readonly batch: Batch;
  readonly retries: RetryState;
  /** The job that the API made of it before; undefined for what is to be sent. */
  readonly apiJob?: string | undefined;
}

/** What became of a pending request. */
export type Outcome =
  | { readonly kind: "accepted" }
  | { readonly kind: "partial"; readonly results: readonly (RowVerdict | null)[] }
  | { readonly kind: "refused"; readonly problem: Problem }
  /** Its retries ran out, and the run goes on. */
  | { readonly kind: "exhausted"; readonly problem: Problem }
  /** It may or may not have arrived, and sending it again could double it. */
  | {
    readonly kind: "unknown";
    readonly problem: Problem;
    readonly reason: string;
    /** True when it is no sign of an API that is down, or the run is to go on all the same. */
    readonly excused: boolean;
    /** Why the run can't go on after it; null when it can. */
    readonly stops: StoppedError | null;
  }
  /** The run halted before it was decided. */
  | { readonly kind: "pending" };

/** Why a row is unknown; `reason` says what came in the place of an answer. */
export function noAnswer(name: string, reason: string): Problem {
  const message = `${name} gave no answer (${reason}): the row may or may not have arrived.`;
  return { code: "no-answer", column: null, message };
}

/** What an answer that tells of rows means for them, with the API's words made safe. */
export function rowsOutcome(
  { batch, retries }: PendingRequest,
  verdict: Extract<Verdict, { kind: "partial" | "refused" }>,
  secrets: readonly string[],
  destination: Pick<Destination, "title" | "ownWords">,
): Extract<Outcome, { kind: "partial" | "refused" }> {
  if (verdict.kind === "refused") {
    const values = batchValues(batch, destination.ownWords);
    return { kind: "refused", problem: scrubProblem(verdict.problem, values, secrets) };
  }
  retries.unanswered = null;
  retries.answered++;
  return partialOutcome(verdict.results, batch, secrets, destination);
}

/**
 * Results for each row of a pending request, with the API's words made safe.
 *
 * @throws {DestinationError} when there is not one for each row.
 */
function partialOutcome(
  results: readonly (RowVerdict | null)[],
  batch: Batch,
  secrets: readonly string[],
  { title, ownWords }: Pick<Destination, "title" | "ownWords">,
): Extract<Outcome, { kind: "partial" }> {
  if (results.length !== batch.length) {
    throw new DestinationError(
      `${title} answered with results for ${results.length} of ${plural(batch.length, "row")}, ` +
        "so which of them were taken can't be told",
    );
  }
  const safe = results.map((result, index) =>
    result?.kind === "refused"
      ? {
        ...result,
        problem: scrubProblem(result.problem, rowValues(batch, index, ownWords), secrets),
      }
      : result
  );
  return { kind: "partial", results: safe };
}
