/**
 * What there is to tell of a run, as one value: made from its folder alone, also while it goes on.
 * Numbers, names and reasons; never row values or secrets. Times are ISO 8601 in UTC, lengths of time
 * milliseconds.
 *
 * @module
 */

import type { Confirmation } from "../../model/destination.ts";
import type { LatencyPercentiles } from "../../model/latencies.ts";
import type { RequestCounts, RowCounts, RunPaths } from "../../model/outcome.ts";
import type { RunStanding } from "../../model/run_standing.ts";
import type { TargetId } from "../../model/target.ts";
import type { TimeSpent } from "../../model/time_spent.ts";
import type { RowPlace } from "../summary.ts";

/** All that is told of a run. */
export interface RunReport extends RunIdentity {
  readonly state: RunStanding;
  /** Why it stopped, was killed, or can't be read; null for a run that is well. */
  readonly reason: string | null;
  /** What came of it, how long it took, and why so long: one sentence. */
  readonly verdict: string;
  readonly startedAt: string;
  /** When it moved last. */
  readonly movedAt: string;
  /** When this was told. */
  readonly toldAt: string;
  /** From its start to its end, or to now while it goes on; with the time that it stood still. */
  readonly elapsedMs: number;
  /** Without the time that it stood still. */
  readonly workedMs: number;
  readonly rows: RowCounts;
  /** Rows that a filter left out, by rule, of parts that were not killed. */
  readonly filteredBy: Readonly<Record<string, number>>;
  /** Rows a second that got their outcome while it worked. */
  readonly rowsPerSecond: number;
  readonly requests: RequestCounts;
  readonly bytesSent: number;
  /** Attempts by the status that they were answered with, `none` where no answer came. */
  readonly answers: Readonly<Record<string, number>>;
  /** Where the time went, the most first. */
  readonly spent: readonly Spent[];
  /** From each start or resume to the stop or end. */
  readonly parts: readonly RunPart[];
  readonly pace: Pace;
  /** How long answers took, minute by minute. */
  readonly latency: readonly LatencyPoint[];
  /** What happened, in its order; of more than a page, what took longest. */
  readonly moments: readonly RunMoment[];
  /** What went wrong with requests, the most frequent first. */
  readonly troubles: readonly RequestTrouble[];
  /** Why rows were rejected, or are unknown, the most frequent first. */
  readonly causes: readonly Cause[];
  readonly settings: readonly NamedValue[];
  /** The mapping file, or null for the built-in one. */
  readonly mapping: string | null;
  readonly files: RunPaths;
  readonly mended: MendedRows;
  /** The run of the same file to the same target that was before it. */
  readonly previous: PreviousRun | null;
  /** Events that were left out of a long record. */
  readonly eventsLeftOut: number;
}

/** Which run it is. */
export interface RunIdentity {
  readonly runId: string;
  readonly folder: string;
  /** The file's name, or `standard input`. */
  readonly source: string;
  /** Absolute, or `-`. */
  readonly sourcePath: string;
  readonly sourceBytes: number | null;
  /** `sandbox`, `shard 3/8`, both or nothing. */
  readonly scope: string;
  readonly destination: string;
  readonly target: TargetId | null;
  /** What the API's acceptance is worth, where that is known. */
  readonly confirms: Confirmation | null;
}

/** What time was spent on; `working` is reading and checking, `stopped` between two parts. */
export type SpentOn = keyof TimeSpent | "working" | "stopped" | "unrecorded";

/** A share of a run's time. */
export interface Spent {
  readonly on: SpentOn;
  readonly ms: number;
  /** As a part of a sentence: `it paused for 30 m (mParticle answered 429, 3 times)`. */
  readonly words: string;
}

/** What a process did of a run. */
export interface RunPart {
  readonly startedAt: string;
  /** When it stopped or moved last. */
  readonly endedAt: string;
  readonly ending: "completed" | "stopped" | "killed" | "in-progress";
  readonly reason: string | null;
  /** Rows that got their outcome. */
  readonly rows: number;
  readonly requests: RequestCounts;
  /** Null where that was not recorded. */
  readonly latencyMs: LatencyPercentiles | null;
}

/** Rows that got their outcome, in stretches of time of the same length. */
export interface Pace {
  readonly everyMs: number;
  /** In order; stretches in which nothing was settled are left out. */
  readonly points: readonly PacePoint[];
}

/** Rows of one stretch. */
export interface PacePoint {
  /** Its start. */
  readonly at: string;
  readonly rows: number;
  /** How many of them were rejected or are unknown. */
  readonly bad: number;
}

/** How long answers took in one summary's time. */
export interface LatencyPoint extends LatencyPercentiles {
  /** Its end. */
  readonly at: string;
}

/** What a moment is. */
export type MomentKind =
  | "start"
  | "pause"
  | "slower"
  | "faster"
  | "login"
  | "split"
  | "disk"
  | "stop"
  | "killed"
  | "resume"
  | "end";

/** Something that happened at a time, and took some. */
export interface RunMoment {
  readonly at: string;
  /** 0 for what takes no time. */
  readonly ms: number;
  readonly kind: MomentKind;
  readonly text: string;
}

/** Attempts that failed for the same reason. */
export interface RequestTrouble {
  readonly reason: string;
  readonly times: number;
  readonly firstAt: string;
  readonly lastAt: string;
}

/** Rows that were not accepted for the same reason. */
export interface Cause {
  /** Null where it is not one column's fault. */
  readonly column: string | null;
  readonly code: string;
  readonly count: number;
  /** In words, of the first of them. */
  readonly message: string;
  /** The first of them. */
  readonly places: readonly RowPlace[];
}

/** A setting in words. */
export interface NamedValue {
  readonly name: string;
  readonly value: string;
}

/** What came since of rows that were not accepted. */
export interface MendedRows {
  /** The runs that took them up. */
  readonly runs: readonly string[];
  readonly accepted: number;
  /** Rejected and unknown rows that nobody imported since. */
  readonly left: number;
}

/** What an earlier run came to, to compare with. */
export type PreviousRun = Pick<
  RunReport,
  | "runId"
  | "state"
  | "startedAt"
  | "elapsedMs"
  | "workedMs"
  | "rows"
  | "rowsPerSecond"
  | "requests"
  | "spent"
>;
