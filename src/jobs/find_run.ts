/**
 * Finds the run that somebody means.
 *
 * @module
 */

import { CHECKPOINT_FILE, parentFolder } from "../checkpoint/folders.ts";
import { listFolder, listRuns } from "../checkpoint/runs.ts";
import { isFile, type RunSummary } from "../checkpoint/summarize.ts";
import { UsageError } from "../model/errors.ts";
import type { Io } from "../io.ts";

/** Fewer characters of an id mean no run. */
const SHORTEST_ID = 4;

/**
 * The folder of a run.
 *
 * @param argument a run's folder or a file in it, its id or the beginning of it, or the path of the file
 * that it imports; the newest run where it is undefined.
 * @throws {UsageError} when there is none, or several are meant.
 */
export async function findRunFolder(
  io: Io,
  logDir: string,
  argument: string | undefined,
): Promise<string> {
  if (argument === undefined) {
    return newest(await listRuns(io, logDir))?.folder ?? none(`There are no runs in ${logDir}`);
  }
  const given = argument.replace(/(?<=.)[/\\]+$/, "");
  const path = await io.files.realPath(given).catch(() => null);
  if (path === null) return await byId(io, logDir, given);
  if ((await io.files.stat(path)).isDirectory) {
    if (await isFile(io.files, `${path}/${CHECKPOINT_FILE}`)) return given;
    return none(`${argument} holds no run: there is no ${CHECKPOINT_FILE} in it`);
  }
  const runs = (await listRuns(io, logDir)).filter(({ run }) => run?.source.path === path);
  const latest = newest(runs);
  if (latest) return latest.folder;
  if (await isFile(io.files, `${parentFolder(path)}/${CHECKPOINT_FILE}`)) {
    return parentFolder(given);
  }
  return none(`There is no run of ${argument} in ${logDir}`);
}

function newest(runs: readonly RunSummary[]): RunSummary | undefined {
  return runs.toSorted((a, b) => a.changedAt < b.changedAt ? -1 : 1).at(-1);
}

async function byId(io: Io, logDir: string, id: string): Promise<string> {
  const found: string[] = [];
  for (const name of await listFolder(io.files, logDir, ["not-found"])) {
    const folder = `${logDir}/${name}`;
    for (const run of await listFolder(io.files, folder, ["not-directory", "permission"])) {
      if (run === id) return `${folder}/${run}`;
      if (run.startsWith(id) && id.length >= SHORTEST_ID) found.push(`${folder}/${run}`);
    }
  }
  const [only, ...others] = found;
  if (only === undefined) {
    return none(`Cannot find ${id}: it is no file or folder, and no run in ${logDir} has this id`);
  }
  return others.length === 0
    ? only
    : none(`${id} begins the ids of ${found.length} runs: say more of it`);
}

function none(message: string): never {
  throw new UsageError(message);
}
