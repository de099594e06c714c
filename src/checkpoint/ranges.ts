/**
 * A set of row numbers as merged ranges. Rows that settle in order collapse into one range, so a
 * run over millions of rows holds a handful of them.
 *
 * @module
 */

import type { RowRanges } from "../model/row.ts";

/** True when the ranges are ascending, disjoint whole numbers from 1 on. */
export function areRowRanges(ranges: unknown): ranges is RowRanges {
  if (!Array.isArray(ranges)) return false;
  let previous = 0;
  for (const range of ranges) {
    if (!Array.isArray(range) || range.length !== 2) return false;
    const [first, last] = range;
    if (!Number.isSafeInteger(first) || !Number.isSafeInteger(last)) return false;
    if (first <= previous || last < first) return false;
    previous = last;
  }
  return true;
}

/** Row numbers, kept as sorted ranges that neither overlap nor touch. */
export class RangeSet {
  readonly #ranges: [first: number, last: number][] = [];

  constructor(ranges: RowRanges = []) {
    for (const [first, last] of ranges) this.add(first, last);
  }

  /** The rows as ascending, disjoint ranges. */
  get ranges(): RowRanges {
    return this.#ranges;
  }

  /** The last row before the first gap: every row from 1 to it is in the set. 0 without row 1. */
  get watermark(): number {
    const [head] = this.#ranges;
    return head?.[0] === 1 ? head[1] : 0;
  }

  /** True when the row is in the set. */
  has(row: number): boolean {
    const range = this.#ranges[this.#indexOf(row)];
    return range !== undefined && range[0] <= row;
  }

  /**
   * Adds the rows `first` to `last`, both included. Constant time at the end, where almost every
   * row of an import is added; elsewhere a binary search.
   *
   * @returns how many of them were not in the set before.
   */
  add(first: number, last: number): number {
    const from = this.#indexOf(first - 1); // A range that ends just before is extended.
    let to = from;
    let known = 0;
    let [start, end] = [first, last];
    for (let range = this.#ranges[to]; range && range[0] <= last + 1; range = this.#ranges[++to]) {
      known += Math.max(0, Math.min(range[1], last) - Math.max(range[0], first) + 1);
      start = Math.min(start, range[0]);
      end = Math.max(end, range[1]);
    }
    if (to === from + 1) this.#ranges[from] = [start, end];
    else this.#ranges.splice(from, to - from, [start, end]);
    return last - first + 1 - known;
  }

  /** Index of the first range that ends at `row` or after it. */
  #indexOf(row: number): number {
    const ranges = this.#ranges;
    let low = 0;
    let high = ranges.length;
    const tail = ranges[high - 1];
    if (tail === undefined || tail[1] < row) return high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((ranges[middle]?.[1] ?? Infinity) < row) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
