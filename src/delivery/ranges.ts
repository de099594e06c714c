/**
 * Row numbers as ascending, disjoint, inclusive ranges. All pure.
 *
 * @module
 */

import type { RowRanges } from "../types.ts";

/** Ranges that grow at their end. */
export type GrowingRanges = [first: number, last: number][];

/** Adds a row number greater than all before it. */
export function appendRow(ranges: GrowingRanges, row: number): void {
  const last = ranges.at(-1);
  if (last && last[1] === row - 1) last[1] = row;
  else ranges.push([row, row]);
}

/** The ranges that hold exactly these row numbers, given in any order, each once. */
export function rangesOf(rows: readonly number[]): RowRanges {
  const ranges: GrowingRanges = [];
  for (const row of rows.toSorted((a, b) => a - b)) appendRow(ranges, row);
  return ranges;
}

/** Ranges that share no row as one list of them, in which no two touch. */
export function joinRanges(lists: readonly RowRanges[]): RowRanges {
  const joined: GrowingRanges = [];
  for (const [first, last] of lists.flat().sort((a, b) => a[0] - b[0])) {
    const before = joined.at(-1);
    if (before && before[1] === first - 1) before[1] = last;
    else joined.push([first, last]);
  }
  return joined;
}
