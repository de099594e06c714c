/**
 * A span that rows are still added to.
 *
 * @module
 */

import type { FilteredRows, Route } from "../model/batch.ts";
import type { Rejection } from "../model/problem.ts";
import type { SourceMark } from "../model/row.ts";
import type { GrowingRanges } from "../model/row_ranges.ts";
import type { BatchBuilder } from "./batch.ts";

/**
 * A span that finds few rows to send is cut after so many rows or bytes of the source, so that a
 * file that is mostly filtered or rejected neither piles up in memory nor goes unrecorded. Rejected
 * rows are held with their bytes and problems: where they are the most, they count for themselves.
 */
const LONGEST_SPAN = { rows: 50_000, bytes: 4 * 1024 * 1024, rejections: 250 };

/** A span that rows are still added to. */
export interface OpenSpan {
  /** Undefined until the first row to send comes. */
  route: Route | undefined;
  /** Null until the first row to send comes, and where rows are only counted. */
  batch: BatchBuilder | null;
  /** What rows of the same request may not have in common. */
  readonly keys: Set<string>;
  /** Rows to send. */
  count: number;
  /** Bytes of the rows' payloads and what separates them. */
  bytes: number;
  readonly rows: GrowingRanges;
  readonly rejections: Rejection[];
  readonly filtered: GrowingFiltered;
  readonly firstRow: number;
  readonly firstByte: number;
  /** A mark at or before the span's first row. */
  readonly opened: SourceMark;
}

/** Filtered rows that grow at their end. */
type GrowingFiltered = { -readonly [Key in keyof FilteredRows]: FilteredRows[Key] }[];

/** Adds a row that a filter left out, behind all before it. */
export function appendFiltered({ filtered }: OpenSpan, row: number, rule: string): void {
  const before = filtered.at(-1);
  if (before !== undefined && before.last === row - 1 && before.rule === rule) before.last = row;
  else filtered.push({ first: row, last: row, rule });
}

/** Whether a span is to be cut behind a row whatever it holds. */
export function isLong(span: OpenSpan, row: number, end: number): boolean {
  return span.rejections.length >= Math.max(LONGEST_SPAN.rejections, 2 * span.count) ||
    row - span.firstRow >= LONGEST_SPAN.rows - 1 ||
    end - span.firstByte >= LONGEST_SPAN.bytes;
}
