/**
 * Rows on their way to the sender: those of one request, and those around them.
 *
 * @module
 */

import type { Rejection } from "./problem.ts";
import type { Place, RowRanges, SourceMark } from "./row.ts";

/**
 * Which of the destination's endpoints takes rows: a number, 0 for destinations with one, or what is
 * particular in the URL of these rows, which holds values of theirs.
 */
export type Route = number | string;

/**
 * Rows that go in one request, in source order. Packed: as objects, the rows of all requests in
 * flight would be most of what the program holds, and of what the garbage collector copies.
 */
export interface Batch {
  /** How many rows. */
  readonly length: number;
  /** Which of the destination's endpoints takes them. */
  readonly route: Route;
  /** The request's whole body. */
  readonly body: Uint8Array<ArrayBuffer>;
  /** Where a row stands in the source. Rows count from 0 here. */
  place(index: number): Place;
  /** A row's own part of the body: JSON text. */
  payload(index: number): string;
  /** The numbers of its rows. */
  rows(): RowRanges;
  /** The rows with these indexes, which ascend, as a batch of their own. */
  pick(indexes: readonly number[]): Batch;
}

/** Rows `[first, last]`, one behind the other, that a filter left out on purpose, and the rule that did it. */
export interface FilteredRows {
  readonly first: number;
  readonly last: number;
  readonly rule: string;
}

/** How many rows were left out. */
export function countFiltered(filtered: readonly FilteredRows[]): number {
  let count = 0;
  for (const { first, last } of filtered) count += last - first + 1;
  return count;
}

/** Rows that are settled together, and those of them that were decided without sending. */
export interface SpanRows {
  /** Ascending, disjoint, inclusive ranges of row numbers that this span settles. */
  readonly rows: RowRanges;
  /** Rows rejected by the reader or the mapping. */
  readonly rejections: readonly Rejection[];
  /** Rows that a filter left out, ascending. */
  readonly filtered: readonly FilteredRows[];
  /** A position in the source at or before which every row is in this span or an earlier one. */
  readonly at: SourceMark;
}

/**
 * Rows that go to the sender together: those of one request, and those around them that were decided
 * without sending. Together the spans of a run cover every row that was read, each once.
 */
export interface Span extends SpanRows {
  /** Rows to send, or null where there are none. */
  readonly batch: Batch | null;
  /**
   * Where an earlier part of the run sent these very rows and ended without their answer: how often
   * they had been answered by then.
   */
  readonly answered?: number;
  /** The job that the API made of that request. */
  readonly apiJob?: string;
  /** Rows of which nobody knows any more whether they arrived. */
  readonly unanswered?: readonly Place[];
}

/** A request that goes out, as a run keeps it in mind until it is answered. */
export interface OutgoingRequest {
  readonly rows: RowRanges;
  /** How often the API answered that all of its rows are to come again. */
  readonly answered: number;
  /** Its body, where a resumed run is to have the very same bytes; else null. */
  readonly body: Uint8Array | null;
  /** The job that the API made of it, once that is known. */
  readonly apiJob?: string;
}

/** Where requests are written down whose rows would be doubled by sending them again otherwise. */
export interface RequestLog {
  /**
   * Called right before a request goes out, which waits for it, and stays when it throws; and once it
   * has become a job.
   */
  sent(request: OutgoingRequest): Promise<void>;
  /** Called when the API turned out not to have taken a request: its rows may be sent anew. */
  returned(rows: RowRanges): Promise<void>;
}
