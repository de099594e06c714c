/**
 * Looks at the log folder, the disk that it is on, and the runs that are recorded there.
 *
 * @module
 */

import { lockFolder } from "../../checkpoint/user_lock.ts";
import { parentFolder } from "../../checkpoint/folders.ts";
import { describeSource } from "../../model/run_scope.ts";
import { describeTarget } from "../../model/target.ts";
import { describeFileError, writeAll } from "../../model/file_errors.ts";
import { formatBytes } from "../../report/format.ts";
import { plural } from "../../text/words.ts";
import type { Environment } from "../../config/environment.ts";
import { sourceName } from "../source.ts";
import type { Target } from "../target.ts";
import { refuseOtherTarget } from "../target_of_run.ts";
import { isResumable, type ListedRun, listedRuns } from "../list_runs.ts";
import type { Examination, ReadSettings } from "./examination.ts";

/** So much room is needed by any run, for its records. */
const LEAST_BYTES = 64 * 1024 * 1024;

/** What is written to see that something can be. */
const PROBE = new Uint8Array(64 * 1024);

/** Sees whether runs can be recorded, and kept apart from each other. */
export async function examineDisk(
  examination: Examination,
  { settings: { logDir }, environment }: ReadSettings,
): Promise<void> {
  const { io } = examination.call;
  await examineFolder(examination, logDir, `Runs are recorded in ${logDir}`);
  const rejected = environment.get("FAILED_RECORDS_DIRPATH");
  if (rejected) {
    await examineFolder(
      examination,
      rejected.value,
      `Rejected rows are copied to ${rejected.value}`,
    );
  }
  const locks = lockFolder(io.env());
  const trouble = locks === null
    ? "no home folder is known"
    : await writeTrouble(examination, locks);
  if (trouble !== null) {
    const text = `Runs with other log folders can't be kept out: ${trouble}`;
    examination.add("disk", "warning", text, "Use one log folder for all runs of a file");
  }
}

async function examineFolder(
  examination: Examination,
  folder: string,
  text: string,
): Promise<void> {
  const { io } = examination.call;
  const trouble = await writeTrouble(examination, folder);
  if (trouble !== null) {
    const todo = "Make it writable, or choose another folder";
    examination.add("disk", "problem", `${text}, but ${trouble}`, todo);
    return;
  }
  const free = await io.files.freeBytes(await existing(examination, folder));
  const room = free === null ? "" : `; ${formatBytes(free)} are free there`;
  const isShort = free !== null && free < LEAST_BYTES;
  examination.add(
    "disk",
    isShort ? "warning" : "ok",
    `${text}, which can be written${room}`,
    isShort ? "Make room: a run stops when its disk is full" : null,
  );
}

/** The folder itself, or the nearest one above it that is there. */
async function existing(examination: Examination, folder: string): Promise<string> {
  const { io } = examination.call;
  for (let path = folder;; path = parentFolder(path)) {
    if (path === "." || path === "/") return path;
    if (await io.files.stat(path).then(() => true, () => false)) return path;
  }
}

/** Why a folder can't be written, or made; null where it can. Leaves nothing behind. */
async function writeTrouble(examination: Examination, folder: string): Promise<string | null> {
  const { io } = examination.call;
  const there = await existing(examination, folder);
  const name = [...io.randomBytes(6)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const path = `${there}/.rowferry-doctor-${name}`;
  try {
    const file = await io.files.open(path, { write: true, createNew: true, mode: 0o600 });
    try {
      writeAll(file, PROBE);
      await file.sync();
    } finally {
      file.close();
      await io.files.remove(path);
    }
    return null;
  } catch (error) {
    return `${there} can't be written: ${describeFileError(error)}`;
  }
}

/** Looks at the runs: what holds locks, what is unfinished and where it goes, what nobody mended. */
export async function examineRuns(
  examination: Examination,
  { settings: { logDir }, environment }: ReadSettings,
  target: Target | null,
): Promise<void> {
  const { io, words } = examination.call;
  const runs = await examination.attempt("runs", () => listedRuns(io, logDir));
  if (runs === null) return;
  const held = runs.filter(({ holder }) => holder !== null);
  for (const run of held) {
    const pid = run.holder?.pid ? ` in process ${run.holder.pid}` : "";
    const text = `${nameOf(run)} is in progress${pid}, and holds its lock`;
    examination.add("runs", "ok", text);
  }
  for (const run of runs.filter((run) => isResumable(run) && run.failed)) {
    const where = run.run ? describeTarget(run.run.destination, run.run.target ?? null) : "?";
    const word = run.standing === "interrupted" ? "killed" : "stopped";
    const other = run.run && target && goesElsewhere(run.run, target, environment)
      ? "; the settings name another target by now, to which it can't be resumed"
      : "";
    const text = `${nameOf(run)} to ${where} was ${word} and is unfinished${other}`;
    examination.add("runs", "warning", text, `Go on with:\n${words.resume(run.folder)}`);
  }
  for (const { folder, reason } of runs.filter(({ standing }) => standing === "damaged")) {
    const todo = "Put back an undamaged copy, or remove the folder";
    examination.add("runs", "warning", `The run in ${folder} is damaged: ${reason}`, todo);
  }
  const unmended = runs.filter(({ standing, failed }) => standing === "completed" && failed);
  if (unmended.length > 0) {
    const text = `${plural(unmended.length, "complete run")} left rows that nobody mended`;
    examination.add("runs", "warning", text, "Mend and import the rejected rows that they wrote");
  }
  const locks = held.length === 0 ? "no lock is held" : `${plural(held.length, "lock")} held`;
  examination.add("runs", "ok", `${plural(runs.length, "run")} in ${logDir}, ${locks}`);
}

function goesElsewhere(
  run: NonNullable<ListedRun["run"]>,
  target: Target,
  environment: Environment,
): boolean {
  if (run.destination !== target.definition.name) return false;
  try {
    refuseOtherTarget(run, target, environment);
    return false;
  } catch {
    return true;
  }
}

function nameOf({ run, folder }: ListedRun): string {
  if (!run) return folder;
  return describeSource(sourceName(run.source.path), run.source);
}
