/**
 * Which of the requests that were written down are still in doubt. Without effects.
 *
 * @module
 */

import type { RowRanges } from "../model/row.ts";
import type { SentLine } from "./lines.ts";

/** The requests in doubt as the lines of a checkpoint are gone through. At most those in flight. */
export class RequestsInDoubt {
  #requests: SentLine[] = [];

  /** In the order in which they were sent. */
  get requests(): readonly SentLine[] {
    return this.#requests;
  }

  /** A request was sent, perhaps once more. */
  sent(request: SentLine): void {
    this.returned(request.rows);
    this.#requests.push(request);
  }

  /** A request with these rows was not taken. */
  returned(rows: RowRanges): void {
    this.#drop((request) => isSame(request.rows, rows));
  }

  /** Rows have their outcome. Those of a request that was answered in part are in doubt no more. */
  settled(rows: RowRanges): void {
    if (this.#requests.length > 0) this.#drop((request) => overlap(request.rows, rows));
  }

  #drop(isDropped: (request: SentLine) => boolean): void {
    this.#requests = this.#requests.filter((request) => !isDropped(request));
  }
}

function isSame(one: RowRanges, other: RowRanges): boolean {
  return one.length === other.length && one.every(([first, last], index) => {
    const [otherFirst, otherLast] = other[index] ?? [];
    return first === otherFirst && last === otherLast;
  });
}

function overlap(one: RowRanges, other: RowRanges): boolean {
  return one.some(([first, last]) => other.some(([from, to]) => from <= last && first <= to));
}
