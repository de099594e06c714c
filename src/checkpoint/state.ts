/**
 * What a checkpoint comes to when it is replayed.
 *
 * @module
 */

import type { SourceMark } from "../model/row.ts";
import type { Extent, Extents, OutcomeCounts, RunHeader, SentLine, Totals } from "./lines.ts";
import type { RangeSet } from "./ranges.ts";

/** What a checkpoint says about its run. */
export interface RunState {
  readonly run: RunHeader;
  /** `running`: no stop and no end is recorded, so it is in progress or was killed. */
  readonly status: "running" | "stopped" | "completed";
  /** Why it stopped, where it did. */
  readonly reason: string | null;
  /** Totals of the last stop or of the end. */
  readonly totals: Totals | null;
  /** When it moved last: was started, resumed, settled rows, stopped or ended. ISO 8601, UTC. */
  readonly changedAt: string;
  /** The rows that have their outcome. */
  readonly settled: RangeSet;
  readonly counts: OutcomeCounts;
  /** Every row from 1 to this one is settled. */
  readonly watermark: number;
  /** The furthest mark before which every row is settled; null when none is. */
  readonly resumeAt: SourceMark | null;
  /** The furthest mark of all; rows behind `resumeAt` that are settled stand before it. */
  readonly settledTo: SourceMark | null;
  /** Requests of which it isn't known whether their rows were taken, as far as that matters. */
  readonly inDoubt: readonly SentLine[];
  /** `rejected.csv`, or the absolute path of its copy, or of the one that is to be made. */
  readonly rejectedFile: string;
  /** The copy of `rejected.csv` that the last stop left elsewhere; null where it left none. */
  readonly copied: { readonly path: string; readonly extent: Extent } | null;
  /** What the other files hold. */
  readonly extents: Extents;
  /** Length of the good part of `checkpoint.jsonl`. */
  readonly validBytes: number;
}

/** A line that is not proved to be on the disk itself, with what it says about the other files. */
export interface TailEntry {
  /** Offset of the line in `checkpoint.jsonl`. */
  readonly start: number;
  readonly end: number;
  readonly extents: Extents;
}

/** What came of replaying a checkpoint. */
export type Replayed =
  | {
    readonly kind: "state";
    readonly state: RunState;
    /** What the other files held when they were last known to be on the disk itself. */
    readonly proven: Extents;
    /** The lines since then. After a power cut the other files may lack what these count. */
    readonly tail: readonly TailEntry[];
    /** The run stopped or ended in good order: nothing was written after the last line. */
    readonly clean: boolean;
  }
  /** There is no complete first line: the run was killed before it sent anything. */
  | { readonly kind: "empty" }
  /** Another version of this program wrote it. */
  | { readonly kind: "version"; readonly version: number }
  | { readonly kind: "damaged"; readonly line: number; readonly what: string };
