/**
 * Requests in doubt: those that may have been taken, though no answer says so, by an API that would
 * not drop their rows in a request that is cut otherwise. They are written down before they go out, so
 * that no death of the process doubles a row.
 *
 * @module
 */

import type { Verdict } from "../model/answer.ts";
import type { Batch, RequestLog } from "../model/batch.ts";
import type { Destination } from "../model/destination.ts";
import type { PendingRequest } from "./outcome.ts";

/** Has the requests in doubt of a run written down, where rows could be doubled otherwise. */
export class InDoubt {
  /** Null where rows may be sent again in any request. */
  readonly #log: RequestLog | null;
  /** Where jobs are written down, whatever may be sent again. */
  readonly #jobLog: RequestLog | null;
  /** True when the very same request may be sent again, and its rows in no other. */
  readonly #sameOnly: boolean;

  constructor(log: RequestLog | null, { dropsRepeats }: Destination, resendUnknown: boolean) {
    const anew = dropsRepeats === "rows" || (dropsRepeats === "nothing" && resendUnknown);
    this.#sameOnly = dropsRepeats === "requests";
    this.#log = anew ? null : log;
    this.#jobLog = log;
  }

  /** A request is about to go out; it must not when this rejects. */
  async add({ batch, retries: { answered } }: PendingRequest): Promise<void> {
    const body = this.#sameOnly ? batch.body : null;
    await this.#log?.sent({ rows: batch.rows(), answered, body });
  }

  /** A request became a job of the API's: its rows are not to be sent again until that has ended. */
  async becameJob({ batch, retries: { answered } }: PendingRequest, apiJob: string): Promise<void> {
    await this.#jobLog?.sent({ rows: batch.rows(), answered, body: batch.body, apiJob });
  }

  /** A job ended without any of its rows being taken. */
  async jobReturned({ batch }: PendingRequest): Promise<void> {
    await this.#jobLog?.returned(batch.rows());
  }

  /**
   * A request was not taken. Where the very same one does no harm, it stays in doubt all the same: a
   * 504, say, may come from a gateway behind which it was taken.
   *
   * @param split true when its rows go on in other requests.
   */
  async remove({ batch }: PendingRequest, split = false): Promise<void> {
    if (split || !this.#sameOnly) await this.#log?.returned(batch.rows());
  }
}

/** True when an answer says that no row was taken, and settles none: they are still to be sent. */
export function goesOn(verdict: Verdict, { length }: Batch): boolean {
  switch (verdict.kind) {
    case "accepted":
    case "api-job":
      return false;
    case "partial":
      return verdict.results.every((result) =>
        result?.kind === "retry" || result?.kind === "again"
      );
    case "refused":
      return length > 1;
    case "broken":
      return !verdict.taken;
    case "retry":
    case "unauthorized":
    case "forbidden":
      return true;
  }
}
