/**
 * Why rows of a run were not accepted, counted by column and code from its record of them: pure.
 *
 * @module
 */

import type { RowPlace } from "../summary.ts";
import type { Cause } from "./model.ts";

/** Places that are kept of each cause. */
const MOST_PLACES = 8;

/** Causes that are told apart; a file of a thousand columns may have more. */
const MOST_CAUSES = 200;

/** Stands for all others. */
const OTHER = "other";

/** A rejected or unknown row, as far as it is counted. */
export interface RejectedLine extends RowPlace {
  readonly column: string | null;
  readonly code: string;
  readonly message: string;
}

/** Counts rows by the first thing that is wrong with each. */
export class Causes {
  readonly #causes = new Map<string, Cause & { count: number; places: RowPlace[] }>();

  add({ column, code, message, row, line }: RejectedLine): void {
    const key = JSON.stringify([column, code]);
    const known = this.#causes.get(key);
    if (known) {
      known.count++;
      if (known.places.length < MOST_PLACES) known.places.push({ row, line });
    } else if (this.#causes.size < MOST_CAUSES || code === OTHER) {
      this.#causes.set(key, { column, code, message, count: 1, places: [{ row, line }] });
    } else {
      this.add({ column: null, code: OTHER, message: "For other reasons.", row, line });
    }
  }

  /** The most frequent first. */
  list(): Cause[] {
    return [...this.#causes.values()].sort((a, b) => b.count - a.count);
  }
}
