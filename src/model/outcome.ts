/**
 * What became of rows.
 *
 * @module
 */

import type { SpanRows } from "./batch.ts";
import type { Problem } from "./problem.ts";
import type { Place } from "./row.ts";

/** A row that the destination did not take, and why. */
export interface Refusal {
  readonly place: Place;
  readonly problem: Problem;
}

/** A span, or a part of one, whose rows all have their outcome. */
export interface Settled {
  readonly span: SpanRows;
  /** How many of its rows the API took. */
  readonly accepted: number;
  /** Rows that the API refused (stage `send`), in source order. */
  readonly refused: readonly Refusal[];
  /** Rows that were sent, got no answer, and may or may not have arrived; in source order. */
  readonly unknown: readonly Refusal[];
}

/** How many rows of a run have which outcome. `read` is the sum of the others. */
export interface RowCounts {
  readonly read: number;
  readonly accepted: number;
  readonly filtered: number;
  readonly rejected: number;
  readonly unknown: number;
  /** Read, and not settled when the run stopped. 0 in a completed run. */
  readonly pending: number;
}

/** Paths of a run's files; null for those that are not there, since they would be empty. */
export interface RunPaths {
  readonly checkpoint: string | null;
  readonly rejected: string | null;
  readonly unknown: string | null;
  readonly errors: string | null;
}

/** What went over the wire. */
export interface RequestCounts {
  /** HTTP requests made for rows, each attempt counted. */
  readonly sent: number;
  /** How many of those repeated an earlier attempt. */
  readonly retried: number;
}
