/**
 * Finding runs in the log folder, and removing old ones.
 *
 * @module
 */

import { UsageError } from "../model/errors.ts";
import {
  cannotRead,
  describeFileError,
  type FileErrorCode,
  fileErrorCode,
} from "../model/file_errors.ts";
import type { Files, Io } from "../io.ts";
import { baseName, CHECKPOINT_FILE, parentFolder, runsFolder, STDIN_PATH } from "./folders.ts";
import { isSameSource, overlap, type SourceId } from "../model/run_scope.ts";
import type { TargetOf } from "./run_target.ts";
import { type RunSummary, summarize } from "./summarize.ts";

/** True for a run that `rowferry resume` can go on with. */
export function isResumable({ standing }: RunSummary): boolean {
  return standing === "stopped" || standing === "interrupted";
}

/** What is wrong with a run that nobody can go on with. */
export function damagedRun({ reason, folder, run }: RunSummary): UsageError {
  return new UsageError(reason ?? folder, {
    remedy: { code: "start-anew", run: run ?? undefined },
  });
}

/** All runs in a log folder, by file and destination, then by age, the oldest first. */
export async function listRuns(
  io: Io,
  logDir: string,
  targetOf?: TargetOf,
): Promise<RunSummary[]> {
  const runs: RunSummary[] = [];
  for (const name of await listFolder(io.files, logDir, ["not-found"])) {
    runs.push(...await runsIn(io, `${logDir}/${name}`, { targetOf }));
  }
  return runs;
}

/** All runs in a folder that holds those of one source and others by its name, the oldest first. */
export function runsOf(io: Io, folder: string, targetOf?: TargetOf): Promise<RunSummary[]> {
  return runsIn(io, folder, { targetOf });
}

/**
 * The runs to a destination that have rows of a source to send, and are neither finished nor
 * replaced: its own, or where it is divided otherwise those of the other parts, and those to other
 * targets.
 *
 * @param options.locked true when the caller holds the lock, so that nobody else is at work.
 */
export async function unfinishedRuns(
  io: Io,
  logDir: string,
  source: SourceId,
  destination: string,
  options: { readonly locked?: boolean; readonly targetOf?: TargetOf } = {},
): Promise<RunSummary[]> {
  const folder = runsFolder(logDir, source.path, destination);
  const runs = await runsIn(io, folder, { ...options, since: source });
  const { target } = source;
  return runs.filter(({ run, standing }) =>
    (run === null || overlap({ ...run.source, target }, source)) &&
    standing !== "completed" && standing !== "replaced"
  );
}

/**
 * The runs that the argument of `rowferry resume` may mean: at least one. Of a CSV file there may be
 * several, to different destinations or in different scopes.
 *
 * @param argument a run's folder, its checkpoint, or the path of a CSV file.
 * @throws {UsageError} when it means none.
 */
export async function findRuns(
  io: Io,
  logDir: string,
  argument: string,
  targetOf?: TargetOf,
): Promise<RunSummary[]> {
  const { files } = io;
  const given = argument.replace(/(?<=.)[/\\]+$/, "");
  let path: string;
  try {
    path = await files.realPath(given);
  } catch {
    throw new UsageError(`Cannot find ${argument}: no such file or folder`);
  }
  const folder = (await files.stat(path)).isDirectory ? given : parentFolder(given);
  if (folder === given || baseName(path) === CHECKPOINT_FILE) {
    const summary = await summarize(io, folder, { targetOf });
    if (!summary) {
      throw new UsageError(`${argument} holds no run: there is no sound ${CHECKPOINT_FILE} in it`);
    }
    if (isResumable(summary)) await refuseReplaced(io, folder, summary.runId, targetOf);
    return [summary];
  }
  const runs = (await listRuns(io, logDir, targetOf)).filter(({ run }) =>
    run?.source.path === path
  );
  const resumable = runs.filter(isResumable);
  if (resumable.length > 0) return resumable;
  const inProgress = runs.filter(({ standing }) => standing === "in-progress");
  if (inProgress.length > 0) return inProgress;
  throw new UsageError(`There is no unfinished run of ${argument} in ${logDir}`);
}

/**
 * The runs that `rowferry status --prune` removes, the oldest first: complete and replaced ones
 * that didn't change for `ageMs`. A replaced run is older than the one that replaced it, and has
 * to go with it or before it, or it would pass for unfinished again.
 */
export function prunable(runs: readonly RunSummary[], nowMs: number, ageMs: number): RunSummary[] {
  const age = ({ standing, run, changedAt }: RunSummary) =>
    nowMs - Date.parse(standing === "replaced" ? run?.createdAt ?? "" : changedAt);
  return runs
    .filter((run) => run.standing === "completed" || run.standing === "replaced")
    .filter((run) => age(run) >= ageMs)
    .sort((a, b) => compare(a.runId, b.runId));
}

/**
 * Makes sure that no later run sends the rows of a run too.
 *
 * @throws {UsageError} when one does.
 */
export async function refuseReplaced(
  io: Io,
  folder: string,
  runId: string,
  targetOf?: TargetOf,
): Promise<void> {
  const runs = await runsIn(io, parentFolder(await io.files.realPath(folder)), { targetOf });
  const index = runs.findIndex((run) => run.runId === runId);
  const own = runs[index];
  const later = own && runs.slice(index + 1).findLast((run) => isReplacedBy(own, run));
  if (!later) return;
  throw new UsageError(
    `The run in ${folder} was replaced by ${later.folder}, which sends its rows too: go on with ` +
      "that one, or remove its folder first",
  );
}

/** True when a run was started in the place of an earlier one. What comes by a pipe differs each time. */
function isReplacedBy({ run: earlier }: RunSummary, { run: later }: RunSummary): boolean {
  return earlier !== null && later !== null && overlap(later.source, earlier.source) &&
    (earlier.source.path !== STDIN_PATH || later.restart === true);
}

/**
 * Removes a run's folder. Rejected rows that were written elsewhere stay.
 *
 * @throws {UsageError} when it can't be removed.
 */
export async function removeRun(io: Io, run: RunSummary): Promise<void> {
  try {
    await io.files.remove(run.folder, { recursive: true });
  } catch (error) {
    throw new UsageError(`Cannot remove ${run.folder}: ${describeFileError(error)}`, {
      cause: error,
    });
  }
}

/**
 * The runs in a folder, the oldest first.
 *
 * @param options.since a source, of whose runs only the newest is wanted, and others that came after
 * it.
 * @param options.locked true when the caller holds the lock of that source.
 */
async function runsIn(
  io: Io,
  folder: string,
  { since, locked, targetOf }: {
    readonly since?: SourceId;
    readonly locked?: boolean;
    readonly targetOf?: TargetOf | undefined;
  } = {},
): Promise<RunSummary[]> {
  const runs: RunSummary[] = [];
  let second = "";
  // Their names begin with the second in which they were made: the newest comes first.
  for (const name of (await listFolder(io.files, folder, NO_RUNS)).toReversed()) {
    if (second > secondOf(name)) break;
    const summary = await summarize(io, `${folder}/${name}`, {
      held: locked ? since : undefined,
      targetOf,
    });
    if (!summary) continue;
    runs.push(summary);
    // It replaced all that came before and have rows of the source, unless that is a pipe.
    const { run } = summary;
    const isLast = since && run && since.path !== STDIN_PATH && isSameSource(run.source, since);
    if (isLast && second === "") second = secondOf(name);
  }
  runs.sort((a, b) =>
    compare(a.run?.createdAt ?? "", b.run?.createdAt ?? "") || compare(a.runId, b.runId)
  );
  return runs.map((run, index) => {
    if (!isResumable(run) && run.standing !== "damaged") return run;
    const replaced = runs.slice(index + 1).some((later) => isReplacedBy(run, later));
    return replaced ? { ...run, standing: "replaced" as const } : run;
  });
}

/** `20261121T181500Z` of a run's folder. */
function secondOf(name: string): string {
  return name.split("-", 1)[0] ?? "";
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Where something else stands than a folder of runs, or another user keeps theirs. */
const NO_RUNS: readonly FileErrorCode[] = ["not-found", "not-directory", "permission"];

/** Names in a folder; none where listing it fails in one of these ways. */
export async function listFolder(
  files: Files,
  folder: string,
  none: readonly FileErrorCode[],
): Promise<string[]> {
  try {
    return await files.list(folder);
  } catch (error) {
    if (none.includes(fileErrorCode(error))) return [];
    throw cannotRead(folder, error);
  }
}
