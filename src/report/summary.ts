/**
 * What a run came to, as one value, and its rendering for scripts (`--json`).
 *
 * @module
 */

import type { LatencyPercentiles } from "../model/latencies.ts";
import type { Confirmation } from "../model/destination.ts";
import type { RequestCounts, RowCounts, RunPaths } from "../model/outcome.ts";
import type { LeftOut } from "../model/left_out.ts";
import type { Problem } from "../model/problem.ts";
import type { TargetId } from "../model/target.ts";
import type { Stop } from "../model/stop.ts";
import { ACTIVITIES, type TimeSpent } from "../model/time_spent.ts";
import { byColumn, type ProblemGroup } from "./problem_groups.ts";

/** What `import`, `resume` and `send` have to tell at their end. */
export interface RunResult {
  readonly command: "import" | "resume" | "send";
  /** Why the run stopped before its end; null for a completed run. */
  readonly stop: Stop | null;
  /** Why nothing was done, in a sentence: the file was imported before. */
  readonly unchanged?: string;
  readonly runId: string | null;
  readonly destination: string;
  /** Where the rows go; null where that is not known. */
  readonly target: TargetId | null;
  /** The CSV's path as it was given, `-` for standard input, null for `send`. */
  readonly source: string | null;
  /** The part of the file that was imported, where it isn't all of it. */
  readonly shard?: ShardRange | null | undefined;
  /** What the API's acceptance is worth, where that is known. */
  readonly confirms?: Confirmation | undefined;
  /** True when the rows went to a stand-in on loopback. */
  readonly sandbox: boolean;
  /** True when everything was done but the POST. */
  readonly dryRun: boolean;
  readonly rows: RowCounts;
  /** Filtered rows by the rule that left them out; of a resumed run, those of its last part. */
  readonly filteredBy: Readonly<Record<string, number>>;
  /** Rejected rows by the first problem of each; of a resumed run, those of its last part. */
  readonly rejectedBy: readonly ProblemGroup<RowPlace>[];
  /** What of the file is no row; of a resumed run, in its last part. */
  readonly leftOut?: LeftOut | undefined;
  readonly requests: RequestCounts;
  /** Bytes of the request bodies that left, each attempt counted. */
  readonly bytesSent: number;
  readonly durationMs: number;
  readonly rowsPerSecond: number;
  /** Milliseconds from sending a request to its status. */
  readonly latencyMs?: LatencyPercentiles;
  /** Where the time went, in milliseconds; the rest was reading and checking. */
  readonly timeMs?: TimeSpent;
  readonly files: RunPaths;
  /** True when the file of rejected rows says beside each what is wrong with it. */
  readonly explainsRejected?: boolean;
  /** What is wrong with the record of `send`. */
  readonly problems?: readonly Problem[];
  /** The settings that its rows were read and sent by, by their names. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Which of them were given to this part of the run alone: the next one needs them again. */
  readonly resumedWith?: readonly string[];
}

/** What a run did that read no row. */
export const NOTHING_DONE = {
  rows: { read: 0, accepted: 0, filtered: 0, rejected: 0, unknown: 0, pending: 0 },
  filteredBy: {},
  rejectedBy: [],
  requests: { sent: 0, retried: 0 },
  bytesSent: 0,
  durationMs: 0,
  rowsPerSecond: 0,
} satisfies Partial<RunResult>;

/** Commands that go on from a result, each complete; null where there is nothing to go on with. */
export interface NextCommands {
  readonly resume: string | null;
  readonly importRejected: string | null;
  readonly importUnknown: string | null;
}

/** A result as the command line tells it. */
export interface ToldRun extends RunResult {
  /** Why the run stopped, in one sentence; null for a completed run. */
  readonly reason: string | null;
  readonly exitCode: number;
  readonly next: NextCommands;
}

/** Where a row stands in its source. */
export interface RowPlace {
  /** From 1, the header not counted. */
  readonly row: number;
  /** Physical line of the trouble, from 1. */
  readonly line: number;
}

/** A part of a file; its rows are numbered from 1, its lines are the file's. */
export interface ShardRange {
  /** From 1. */
  readonly index: number;
  readonly count: number;
  /** Offset of the first row's first byte. */
  readonly startByte: number;
  /** Offset of the first byte behind the shard. */
  readonly endByte: number;
  /** Physical line on which the first row starts. */
  readonly startLine: number;
}

/** The result as one JSON object on one line, with its line end. */
export function renderRunJson(result: Omit<ToldRun, "next">): string {
  const { rows, requests, files, latencyMs } = result;
  return JSON.stringify({
    command: result.command,
    status: result.stop ? "stopped" : result.unchanged ? "unchanged" : "completed",
    reason: result.reason,
    exitCode: result.exitCode,
    runId: result.runId,
    destination: result.destination,
    target: result.target,
    ...(result.confirms ? { confirms: result.confirms } : {}),
    source: result.source,
    rows: {
      read: rows.read,
      accepted: rows.accepted,
      filtered: rows.filtered,
      rejected: rows.rejected,
      unknown: rows.unknown,
      pending: rows.pending,
    },
    requests: { sent: requests.sent, retried: requests.retried },
    bytesSent: result.bytesSent,
    durationMs: Math.round(result.durationMs),
    rowsPerSecond: tenths(result.rowsPerSecond),
    files: {
      checkpoint: files.checkpoint,
      rejected: files.rejected,
      errors: files.errors,
      ...(files.unknown === null ? {} : { unknown: files.unknown }),
    },
    filteredBy: result.filteredBy,
    rejectedBy: byColumn(result.rejectedBy, ({ count }) => count),
    rejectedFirst: byColumn(result.rejectedBy, ({ example: { row, line } }) => ({ row, line })),
    ...(result.leftOut ? { leftOut: result.leftOut } : {}),
    latencyMs: latencyMs
      ? { p50: tenths(latencyMs.p50), p95: tenths(latencyMs.p95), p99: tenths(latencyMs.p99) }
      : null,
    timeMs: result.timeMs ? wholeMs(result.timeMs) : null,
    sandbox: result.sandbox,
    dryRun: result.dryRun,
    ...(result.shard ? { shard: result.shard } : {}),
    ...(result.problems
      ? { errors: result.problems.map(({ column, code, message }) => ({ column, code, message })) }
      : {}),
  }) + "\n";
}

function wholeMs(time: TimeSpent): Record<string, number> {
  return Object.fromEntries(ACTIVITIES.map((name) => [name, Math.round(time[name])]));
}

/** JSON knows no infinity: a rate over no time at all is 0. */
function tenths(value: number): number {
  return Number.isFinite(value) ? Math.round(value * 10) / 10 : 0;
}
