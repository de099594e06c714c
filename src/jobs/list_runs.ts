/**
 * The runs of a log folder for whoever looks after them: how each stands, why, and whether somebody has
 * to do something about it.
 *
 * @module
 */

import { EVENTS_FILE } from "../checkpoint/event_file.ts";
import { type Mending, mendingOf } from "../checkpoint/mending.ts";
import { isResumable, listRuns, prunable, removeRun } from "../checkpoint/runs.ts";
import type { RunSummary } from "../checkpoint/summarize.ts";
import type { Io } from "../io.ts";
import type { RunStanding } from "../model/run_standing.ts";
import { whyKilled } from "../report/run/ending.ts";
import { type EventFact, readEvent } from "../report/run/events.ts";
import { bootTime } from "./read_run.ts";
import { targetOfOlderRuns } from "./target_of_run.ts";

export { isResumable };

/** A run and what there is to know of it at a glance. */
export interface ListedRun extends RunSummary {
  readonly mending: Mending;
  /** True when somebody has to do something about it. */
  readonly failed: boolean;
}

/** All runs in a log folder, by file and destination, then by age, the oldest first. */
export async function listedRuns(io: Io, logDir: string): Promise<ListedRun[]> {
  const runs = await listRuns(io, logDir, targetOfOlderRuns(io));
  const followers = Map.groupBy(runs, ({ run }) => run?.parent?.runId ?? null);
  const bootedMs = runs.some(isKilled) ? await bootTime(io) : null;
  const listed: ListedRun[] = [];
  for (const run of runs) {
    const mending = mendingOf(run, followers.get(run.runId) ?? []);
    const reason = isKilled(run) ? await whyRunWasKilled(io, run, bootedMs) : run.reason;
    listed.push({ ...run, reason, mending, failed: needsSomebody(run, mending) });
  }
  return listed;
}

/** Rejected and unknown rows of a run that nobody imported since. */
export function rowsToMend({ mending: { rejected, unknown } }: Pick<ListedRun, "mending">): number {
  return rejected + unknown;
}

/** A rehearsal needs nobody, whatever came of it. */
function needsSomebody({ standing, run }: RunSummary, mending: Mending): boolean {
  return !run?.source.sandbox && isFailed(standing, rowsToMend({ mending }));
}

/** True for a run that can be gone on with, is damaged, or left rows to mend. */
export function isFailed(standing: RunStanding, left: number): boolean {
  return standing === "stopped" || standing === "interrupted" || standing === "damaged" ||
    (standing === "completed" && left > 0);
}

/** Removes those runs that are done for so long and left nothing to mend, or that too with `unmended`. */
export function runsToRemove(
  runs: readonly ListedRun[],
  { nowMs, ageMs, unmended }: {
    readonly nowMs: number;
    readonly ageMs: number;
    readonly unmended: boolean;
  },
): { readonly removed: readonly ListedRun[]; readonly kept: readonly ListedRun[] } {
  const old = prunable(runs, nowMs, ageMs) as ListedRun[];
  const kept = unmended ? [] : old.filter(isUnmended);
  return { removed: old.filter((run) => !kept.includes(run)), kept };
}

/** What a later run sends too is in no file that somebody has to mend. */
export function isUnmended(run: ListedRun): boolean {
  return run.standing !== "replaced" && rowsToMend(run) > 0;
}

/** Removes the folders of runs. @throws {UsageError} when one can't be removed. */
export async function removeRuns(io: Io, runs: readonly ListedRun[]): Promise<void> {
  for (const run of runs) await removeRun(io, run);
}

function isKilled({ standing }: RunSummary): boolean {
  return standing === "interrupted";
}

async function whyRunWasKilled(
  io: Io,
  { folder, changedAt }: RunSummary,
  bootedMs: number | null,
): Promise<string> {
  const last = await lastEvent(io, `${folder}/${EVENTS_FILE}`);
  const movedMs = Math.max(Date.parse(changedAt) || 0, last?.atMs ?? 0);
  return whyKilled({ last, movedMs, bootedMs });
}

/** No line of events is longer. */
const LAST_EVENT_BYTES = 8 * 1024;

async function lastEvent(io: Io, path: string): Promise<EventFact | null> {
  try {
    const { tail } = await io.files.readEnds(path, LAST_EVENT_BYTES);
    const lines = new TextDecoder().decode(tail).split("\n").slice(0, -1);
    return readEvent(lines.at(-1) ?? "");
  } catch {
    return null;
  }
}
