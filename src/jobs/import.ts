/**
 * `import`: starts a run, or goes on with an unfinished one of the same file.
 *
 * @module
 */

import { runsFolder } from "../checkpoint/folders.ts";
import { describeSource, isSameSource, type SourceId } from "../checkpoint/lane.ts";
import { acquireLock, describeHolder } from "../checkpoint/lock.ts";
import { isResumable, unfinishedRuns } from "../checkpoint/runs.ts";
import type { RunSummary } from "../checkpoint/summarize.ts";
import { settingsFor } from "../config/resolve.ts";
import type { Settings } from "../config/settings.ts";
import { CancelledError, RunInProgressError, UsageError } from "../model/errors.ts";
import type { RunResult } from "../report/summary.ts";
import { decideStart } from "./decide.ts";
import { goOn } from "./resume.ts";
import type { JobSetup } from "./setup.ts";
import { findSource, sourceIdOf } from "./source.ts";
import { startRun } from "./start.ts";
import { chooseTarget } from "./target.ts";

/**
 * Imports a file.
 *
 * @throws {UsageError} before anything is sent, when a setting, the file or the mapping is wrong.
 * @throws {RunInProgressError} when another process imports the file to the destination.
 */
export async function importFile(given: JobSetup, path: string): Promise<RunResult> {
  const { io } = given;
  const target = await chooseTarget(io, given.settings.to, given.settings.mapping);
  const settings = settingsFor(target.definition.name, given, given.environment);
  const setup = { ...given, settings };
  const source = await findSource(io, path);
  if (settings.dryRun) return await startRun(setup, target, source);

  const logDir = settings.logDir;
  const destination = target.definition.name;
  const folder = runsFolder(logDir, source.path, destination);
  const id = sourceIdOf(source, settings);
  // A pipe is nobody else's: its lock is taken when the run has an id.
  const lock = source.path === "-"
    ? undefined
    : await acquireLock(io, { folder, source: id, destination });
  try {
    const unfinished = await unfinishedRuns(io, logDir, id, destination, !!lock);
    const damaged = unfinished.find(({ standing }) => standing === "damaged");
    if (damaged && !settings.restart) {
      throw new UsageError(damaged.reason ?? damaged.folder, { remedy: { code: "start-anew" } });
    }
    refuseOverlap(unfinished, id, settings);
    // Cutting a shard off takes a while, in which a run of the file divided otherwise may start.
    const beforeStart = async () =>
      refuseOverlap(await unfinishedRuns(io, logDir, id, destination, !!lock), id, settings);
    const latest = unfinished.findLast((run) => isResumable(run) && isOwn(run, id));
    const decision = await decide(setup, describeSource(source.name, id), latest !== undefined);
    if (decision === "resume" && latest) {
      return await goOn(setup, "import", latest, { lock, given: source.given });
    }
    return await startRun(setup, target, source, lock, settings.shard ? beforeStart : undefined);
  } catch (error) {
    lock?.release();
    throw error;
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
    if (run.run === null || isOwn(run, id)) continue;
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
  { settings, questions }: JobSetup,
  name: string,
  hasUnfinished: boolean,
): Promise<"start" | "resume"> {
  const decision = decideStart(name, settings, hasUnfinished, questions !== null);
  if (decision !== "ask") return decision;
  const answer = await questions?.unfinished(name);
  if (answer) return answer;
  throw new CancelledError("Cancelled: nothing was sent");
}
