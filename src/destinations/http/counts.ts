/**
 * Holding the counts in an answer against the rows of the request: what doesn't add up isn't accepted.
 *
 * @module
 */

import type { RowVerdict } from "../../model/answer.ts";
import { countIn } from "./keys.ts";
import { compileReader } from "./path.ts";
import type { HttpSection } from "./schema.ts";

/** Counts that don't add up with the rows. */
export interface Mismatch {
  /** What it means for a row that the answer doesn't name. */
  readonly row: RowVerdict;
  /** The same, for one that can't be sent again to find out. */
  readonly unknown: RowVerdict;
  /** True when the answer says that no row at all was taken. */
  readonly tookNone: boolean;
}

/** Holds counts against rows; null where they add up, or the mapping names none. */
export interface Counts {
  /** Where all rows were taken but the `failed` ones that the answer names. */
  mismatch(body: unknown, sent: number, failed: number): Mismatch | null;
  /** Where no row is to have been taken: a count that says otherwise. */
  contradiction(body: unknown, sent: number, failed: number): Mismatch | null;
}

/** Compiles the checks. */
export function compileCounts(
  results: NonNullable<HttpSection["results"]>,
  repeatsAreSafe: boolean,
  title: string,
): Counts {
  const readTaken = results.taken === undefined ? null : compileReader(results.taken);
  const readFailed = results.failedCount === undefined ? null : compileReader(results.failedCount);

  const mismatch: Counts["mismatch"] = (body, sent, failed) => {
    const taken = readTaken && countIn(readTaken(body));
    // What counts failures is mostly left out when there were none.
    const failedCount = readFailed && (countIn(readFailed(body) ?? 0) ?? NaN);
    const fits = (readTaken === null || taken === sent - failed) &&
      (failedCount === null || failedCount === failed);
    if (fits) return null;
    const told = taken !== null
      ? `says that it took ${taken} of ${sent}`
      : readTaken !== null
      ? "does not say how many it took"
      : `says that it refused ${failedCount} of ${sent}`;
    const message = `${title} ${told}, and names ${failed} that it did not take: whether it took ` +
      "this row can't be told.";
    const problem = { code: "count-mismatch", column: null, message };
    const unknown: RowVerdict = { kind: "unknown", problem };
    return {
      row: repeatsAreSafe ? { kind: "again" } : unknown,
      unknown,
      tookNone: taken === 0 || failedCount === sent,
    };
  };
  return {
    mismatch,
    contradiction: (body, sent, failed) =>
      readTaken !== null && (countIn(readTaken(body)) ?? 0) > 0
        ? mismatch(body, sent, failed)
        : null,
  };
}
