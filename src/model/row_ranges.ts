/**
 * Row numbers as ascending, disjoint, inclusive ranges. All pure.
 *
 * @module
 */

import type { RowRanges } from "./row.ts";

/** Ranges that grow at their end. */
export type GrowingRanges = [first: number, last: number][];

/** Adds a row number greater than all before it. */
export function appendRow(ranges: GrowingRanges, row: number): void {
  appendRange(ranges, row, row);
}

/** Adds a range behind all before it. */
export function appendRange(ranges: GrowingRanges, first: number, last: number): void {
  const before = ranges.at(-1);
  if (before && before[1] === first - 1) before[1] = last;
  else ranges.push([first, last]);
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
    appendRange(joined, first, last);
  }
  return joined;
}

/** How many rows the ranges cover. */
export function countRows(ranges: RowRanges): number {
  let count = 0;
  for (const [first, last] of ranges) count += last - first + 1;
  return count;
}
