/**
 * How one run stands, told from its folder.
 *
 * @module
 */

import type { Files, Io } from "../io.ts";
import type { RowCounts, RunPaths } from "../model/outcome.ts";
import { refuseForeign } from "./append_file.ts";
import {
  baseName,
  CHECKPOINT_FILE,
  ERRORS_FILE,
  parentFolder,
  pathIn,
  REJECTED_FILE,
  UNKNOWN_FILE,
} from "./folders.ts";
import { decodeLine, FORMAT_VERSION, type Line, type RunHeader } from "./lines.ts";
import { isSameSource, type SourceId } from "../model/run_scope.ts";
import { describeTrouble, readRunHeader, replayFile, unreadable } from "./load.ts";
import { type TargetOf, withTarget } from "./run_target.ts";
import { type LockHolder, lockHolder } from "./lock.ts";
import type { Replayed } from "./replay.ts";
import type { RunStanding } from "../model/run_standing.ts";

/** A run in the log folder. */
export interface RunSummary {
  readonly runId: string;
  readonly folder: string;
  readonly standing: RunStanding;
  /** Why it stopped, or what is wrong with its checkpoint. */
  readonly reason: string | null;
  /** Null when the first line can't be read. */
  readonly run: RunHeader | null;
  readonly rows: RowCounts;
  /** When it moved last, by its checkpoint: ISO 8601, UTC; empty when unknown. */
  readonly changedAt: string;
  /** The process that works on it. */
  readonly holder: LockHolder | null;
  readonly files: RunPaths;
}

/**
 * What a run's folder holds.
 *
 * @param options.held the source whose lock the caller holds: nobody else works on its runs.
 * @returns null when it holds no run, or one that was killed before its first line.
 */
export async function summarize(
  io: Io,
  folder: string,
  { held, targetOf }: {
    readonly held?: SourceId | undefined;
    readonly targetOf?: TargetOf | undefined;
  } = {},
): Promise<RunSummary | null> {
  const { files } = io;
  const checkpoint = `${folder}/${CHECKPOINT_FILE}`;
  if (!await isFile(files, checkpoint)) return null;
  const glance = await glanceAt(files, checkpoint);
  if (glance.kind === "empty") return null;
  const paths = (rejectedFile: string | null, hasUnknown: boolean) =>
    existingPaths(files, {
      checkpoint,
      rejected: rejectedFile === null ? null : pathIn(folder, rejectedFile),
      unknown: hasUnknown ? `${folder}/${UNKNOWN_FILE}` : null,
      errors: rejectedFile !== null || hasUnknown ? `${folder}/${ERRORS_FILE}` : null,
    });
  if (glance.kind === "unusable") {
    const { run, reason } = glance;
    return {
      runId: baseName(folder),
      folder,
      standing: "damaged",
      reason,
      run: run && await withTarget(run, targetOf),
      rows: { read: 0, accepted: 0, filtered: 0, rejected: 0, unknown: 0, pending: 0 },
      changedAt: run?.createdAt ?? "",
      holder: null,
      files: await paths(REJECTED_FILE, true),
    };
  }
  const { status, reason, rows, changedAt } = glance;
  const run = await withTarget(glance.run, targetOf);
  const free = status === "completed" || (held && isSameSource(run.source, held));
  const holder = free ? null : await holderOf(io, folder, run);
  return {
    runId: run.runId,
    folder,
    standing: holder ? "in-progress" : status === "running" ? "interrupted" : status,
    reason: holder ? null : reason,
    run,
    rows,
    changedAt,
    holder,
    // Elsewhere, another run's file may stand under the name.
    files: await paths(rows.rejected > 0 ? glance.rejectedFile : null, rows.unknown > 0),
  };
}

/** Which share of its file, or shard, a run has behind it, by bytes; null where that can't be told. */
export async function settledShare(
  files: Files,
  { folder, run }: Pick<RunSummary, "folder" | "run">,
): Promise<number | null> {
  if (run?.source.kind !== "file") return null;
  const { shard, start, size } = run.source;
  const from = (shard?.start ?? start ?? run.header.end).offset;
  const bytes = (shard?.end ?? size ?? 0) - from;
  const replayed = await replayFile(files, `${folder}/${CHECKPOINT_FILE}`);
  if (replayed.kind !== "state" || bytes <= 0) return null;
  return ((replayed.state.settledTo?.offset ?? from) - from) / bytes;
}

type Glance =
  | {
    readonly kind: "state";
    readonly run: RunHeader;
    readonly status: "running" | "stopped" | "completed";
    readonly reason: string | null;
    readonly rows: RowCounts;
    readonly changedAt: string;
    readonly rejectedFile: string;
  }
  | { readonly kind: "unusable"; readonly run: RunHeader | null; readonly reason: string }
  | { readonly kind: "empty" };

/** Reads the first and the last line where they tell everything, else the whole checkpoint. */
async function glanceAt(files: Files, checkpoint: string): Promise<Glance> {
  let run: RunHeader | null = null;
  let replayed: Replayed;
  try {
    const ends = await readEndLines(files, checkpoint);
    const { last } = ends;
    if (last?.type === "stop" || last?.type === "end") {
      run = ends.run ?? await readRunHeader(files, checkpoint);
      const { totals, time, rejectedFile } = last;
      const known = {
        kind: "state",
        run,
        rows: totals.rows,
        changedAt: time,
        rejectedFile,
      } as const;
      return last.type === "end"
        ? { ...known, status: "completed", reason: null }
        : { ...known, status: "stopped", reason: last.reason };
    }
    replayed = await replayFile(files, checkpoint);
    if (replayed.kind === "damaged") run = await readRunHeader(files, checkpoint);
  } catch (error) {
    return { kind: "unusable", run, reason: unreadable(checkpoint, error).message };
  }
  if (replayed.kind === "empty") return replayed;
  if (replayed.kind !== "state") {
    return { kind: "unusable", run, reason: describeTrouble(replayed, checkpoint) };
  }
  const { counts, status, reason, changedAt } = replayed.state;
  // A run that was killed has made no copy elsewhere, where another run's may stand.
  const rejectedFile = status === "running" ? REJECTED_FILE : replayed.state.rejectedFile;
  const read = counts.accepted + counts.filtered + counts.rejected + counts.unknown;
  // How many rows were in flight when a run was killed is not known.
  const rows = { read, ...counts, pending: 0 };
  return { kind: "state", run: replayed.state.run, status, reason, rows, changedAt, rejectedFile };
}

/** A stop or an end is far shorter, and a first line mostly is. */
const END_BYTES = 16 * 1024;

/** What the first and the last line of a checkpoint say; null where one is torn, damaged or too long. */
export async function readEndLines(
  files: Files,
  path: string,
): Promise<{ readonly run: RunHeader | null; readonly last: Line | null }> {
  await refuseForeign(files, path);
  const { head, tail } = await files.readEnds(path, END_BYTES);
  const end = head.indexOf(LINE_FEED);
  const start = tail.lastIndexOf(LINE_FEED, -2) + 1;
  const whole = tail.at(-1) === LINE_FEED && (start > 0 || tail === head);
  const first = end < 0 ? null : decodeLine(head.subarray(0, end)) as Line | null;
  return {
    run: first?.type === "run" && first.version === FORMAT_VERSION ? first : null,
    last: whole ? decodeLine(tail.subarray(start, -1)) as Line | null : null,
  };
}

const LINE_FEED = 0x0a;

async function holderOf(io: Io, folder: string, run: RunHeader): Promise<LockHolder | null> {
  const { runId, destination, source } = run;
  const subject = { folder: parentFolder(folder), source, destination, runId };
  const holder = await lockHolder(io.files, subject);
  // A holder that did not name its run yet may be about to go on with this one.
  return holder && (holder.runId ?? runId) === runId ? holder : null;
}

/** Those of a run's paths at which there is a file: its folder may be gone by now. */
export async function existingPaths(files: Files, paths: RunPaths): Promise<RunPaths> {
  const there = async (path: string | null) =>
    path !== null && await isFile(files, path) ? path : null;
  return {
    checkpoint: await there(paths.checkpoint),
    rejected: await there(paths.rejected),
    unknown: await there(paths.unknown),
    errors: await there(paths.errors),
  };
}

/** True when a file stands at the path itself, not behind a symbolic link. */
export async function isFile(files: Files, path: string): Promise<boolean> {
  try {
    return (await files.lstat(path)).isFile;
  } catch {
    return false;
  }
}
