/**
 * `import`: starts a run, or goes on with an unfinished one of the same file.
 *
 * @module
 */

import { runsFolder } from "../checkpoint/folders.ts";
import { describeSource, isSameSource, isSameTarget, type SourceId } from "../model/run_scope.ts";
import { acquireLock, describeHolder } from "../checkpoint/lock.ts";
import { damagedRun, isResumable, runsOf, unfinishedRuns } from "../checkpoint/runs.ts";
import { type RunSummary, settledShare } from "../checkpoint/summarize.ts";
import type { Settings } from "../config/settings.ts";
import { CancelledError, RunInProgressError, UsageError } from "../model/errors.ts";
import { describeTarget, targetKey } from "../model/target.ts";
import type { RunResult } from "../report/summary.ts";
import { decideStart } from "./decide.ts";
import { takeUp } from "./inherit.ts";
import { goOn } from "./resume.ts";
import type { JobSetup } from "./setup.ts";
import type { ShardCut } from "./shard.ts";
import { refuseGaps } from "./sister_shards.ts";
import { type Source, sourceIdOf } from "./source.ts";
import { startRun } from "./start.ts";
import { unlessStopped } from "./stopping.ts";
import { targetVariables } from "./target.ts";
import { targetIdOf, targetOfOlderRuns } from "./target_of_run.ts";

/**
 * Imports a file.
 *
 * @throws {UsageError} before anything is sent, when a setting, the file or the mapping is wrong.
 * @throws {RunInProgressError} when another process imports the file to the destination.
 */
export async function importFile(given: JobSetup, path: string): Promise<RunResult> {
  const { io } = given;
  const { setup, target, source } = await takeUp(given, path);
  const { settings, environment } = setup;
  if (settings.dryRun) return await startRun(setup, target, source);

  const logDir = settings.logDir;
  const destination = target.definition.name;
  const folder = runsFolder(logDir, source.path, destination);
  const targetId = targetIdOf(target, targetVariables(target, environment), settings);
  const id = sourceIdOf(source, settings, targetKey(destination, targetId));
  const targetOf = targetOfOlderRuns(io);
  // A pipe is nobody else's: its lock is taken when the run has an id.
  const lock = source.path === "-"
    ? undefined
    : await acquireLock(io, { folder, source: id, destination });
  try {
    const runs = await unfinishedRuns(io, logDir, id, destination, { locked: !!lock, targetOf });
    const unfinished = runs.filter(({ run }) => run === null || isSameTarget(run.source, id));
    tellElsewhere(setup, source, runs.filter((run) => !unfinished.includes(run)));
    const damaged = unfinished.find(({ standing }) => standing === "damaged");
    if (damaged && !settings.restart) {
      throw damagedRun(damaged);
    }
    refuseOverlap(unfinished, id, settings);
    // Cutting a shard off takes a while, in which a run of the file divided otherwise may start.
    const beforeStart = async (shard: ShardCut | null) => {
      const options = { locked: !!lock, targetOf };
      refuseOverlap(await unfinishedRuns(io, logDir, id, destination, options), id, settings);
      if (shard === null || settings.restart) return;
      refuseGaps(await runsOf(io, folder, targetOf), source.name, id, shard);
    };
    const latest = unfinished.findLast((run) => isResumable(run) && isOwn(run, id));
    const decision = await decide(setup, describeSource(source.name, id), latest);
    if (decision === "resume" && latest) {
      return await goOn(setup, "import", latest, { lock, given: source.given });
    }
    return await startRun(setup, target, source, {
      lock,
      replaces: latest !== undefined || damaged !== undefined,
      beforeStart: settings.shard ? beforeStart : undefined,
    });
  } catch (error) {
    lock?.release();
    throw error;
  }
}

/** Mentions unfinished runs of the file to other targets, which this call leaves as they are. */
function tellElsewhere({ observer }: JobSetup, source: Source, runs: readonly RunSummary[]): void {
  for (const { folder, run } of runs.filter(isResumable)) {
    if (run === null) continue;
    const target = describeTarget(run.destination, run.target ?? null);
    observer({ kind: "unfinished-elsewhere", source: source.name, target, folder });
  }
}

function isOwn({ run }: RunSummary, id: SourceId): boolean {
  return run !== null && isSameSource(run.source, id);
}

/** Refuses to send rows that a run of the file divided otherwise has yet to send. */
function refuseOverlap(
  unfinished: readonly RunSummary[],
  id: SourceId,
  { restart }: Settings,
): void {
  for (const run of unfinished) {
    if (run.run === null || isOwn(run, id) || !isSameTarget(run.run.source, id)) continue;
    const name = describeSource(run.run.source.path, run.run.source);
    if (run.holder) {
      throw new RunInProgressError(
        `An import of ${name}, which has rows of this one, is in progress ` +
          `${describeHolder(run.holder)}; wait for its end, or stop it`,
        run.run.destination,
      );
    }
    if (!restart && isResumable(run)) {
      throw new UsageError(`An unfinished run of ${name} has rows of this one`, {
        remedy: { code: "resume-that-or-restart", folder: run.folder },
      });
    }
  }
}

async function decide(
  { io, settings, questions, signals }: JobSetup,
  name: string,
  unfinished: RunSummary | undefined,
): Promise<"start" | "resume"> {
  const decision = decideStart(name, settings, unfinished !== undefined, questions !== null);
  if (decision !== "ask" || !unfinished) return decision === "resume" ? "resume" : "start";
  const ask = async () => {
    const share = await settledShare(io.files, unfinished);
    return await questions?.unfinished(name, unfinished, share);
  };
  const answer = await unlessStopped(signals, ask());
  if (answer) return answer;
  throw new CancelledError();
}
