/**
 * When a run stops because everything is refused. All pure.
 *
 * A refused request of several rows is halved until the bad rows are alone. That costs about two
 * requests a row where every row is bad, which is what a wrong key, plan or mapping looks like. So
 * refusals are counted over the whole run since the last accepted request:
 *
 * 1. After {@linkcode HALVINGS} refused requests in a row, requests are no longer halved. Single
 *    rows are tried instead, evenly spread over what the refused request still holds: if any row of
 *    it is good, such a sample is likely to hit one. One accepted row starts the count afresh, and
 *    halving goes on where it was.
 * 2. The run stops once so many single rows were refused in a row: {@linkcode ROWS_AT_FIRST} where
 *    nothing was accepted before, {@linkcode ROWS_LATER} where something was, since then the
 *    settings are known to be good and a stretch of bad rows is more likely.
 *
 * A file of a few rows that are all bad is thus finished, with each of them rejected. A request that
 * holds one row from the start is never worth more than one request, so there the run stops only
 * when nothing at all was accepted within its first {@linkcode ROWS_LATER} rows.
 *
 * @module
 */

/** Refused requests in a row after which requests are no longer halved. */
const HALVINGS = 8;

/** Single rows refused in a row that stop a run in which nothing was accepted yet. */
const ROWS_AT_FIRST = 16;

/** Single rows refused in a row that stop a run in which something was accepted. */
const ROWS_LATER = 100;

/** What to do with the rows of a refused request that are not settled. */
export type AfterRefusal = "halve" | "sample" | "stop";

/** Counts refusals since the last accepted request, over all requests of a run. */
export class BisectionPolicy {
  #requests = 0;
  #rows = 0;
  #acceptedBefore: boolean;

  /** @param acceptedBefore True when an earlier part of the run had rows accepted. */
  constructor(acceptedBefore: boolean) {
    this.#acceptedBefore = acceptedBefore;
  }

  /** True when anything was accepted in this run. */
  get acceptedBefore(): boolean {
    return this.#acceptedBefore;
  }

  /** Single rows refused since the last accepted request. */
  get rows(): number {
    return this.#rows;
  }

  /** A request was accepted, or a part of its rows. */
  accepted(): void {
    this.#requests = 0;
    this.#rows = 0;
    this.#acceptedBefore = true;
  }

  /** A request of `rows` rows was refused. */
  refused(rows: number): void {
    this.#requests++;
    if (rows === 1) this.#rows++;
  }

  /** What to do with a request of several rows that was refused. */
  get afterSeveral(): AfterRefusal {
    if (this.#requests < HALVINGS) return "halve";
    return this.sampleSize > 0 ? "sample" : "stop";
  }

  /** How many more single rows may be refused in a row before the run stops. */
  get sampleSize(): number {
    return Math.max(0, (this.#acceptedBefore ? ROWS_LATER : ROWS_AT_FIRST) - this.#rows);
  }

  /** True when the run stops after a refused request that held one row from the start. */
  get stopsAfterSingle(): boolean {
    return !this.#acceptedBefore && this.#rows >= ROWS_LATER;
  }
}
