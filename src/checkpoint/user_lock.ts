/**
 * One run at a time of a file to an API, whichever log folders the runs are recorded in: a cron job
 * and a hand in another working folder meet here. It is a second net, in the user's own folder for
 * state (XDG Base Directory Specification); where there is none, the lock in the log folder is all.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { RunInProgressError } from "../errors.ts";
import type { Io } from "../io.ts";
import { STDIN_PATH } from "./folders.ts";
import { laneName, type SourceId } from "./lane.ts";
import { holdLock, openLock, readHolder, type RunLock } from "./lock.ts";

/** What a user's lock is for. */
export interface UserLockSubject {
  readonly source: SourceId;
  readonly destination: string;
  /** Where the rows go, as `Destination.address` says. */
  readonly address: string;
  /** Differs from any other process's: tells whose lock a file holds. */
  readonly runId: string;
}

/** A lock's file may be removed by its last holder while it is opened; this often doesn't happen. */
const TRIES = 100;

/**
 * Takes the lock until the result is disposed of. Where the folder can't be used, takes none.
 *
 * @throws {RunInProgressError} when another process of the user holds it.
 */
export async function acquireUserLock(
  io: Io,
  subject: UserLockSubject,
): Promise<AsyncDisposable | null> {
  const folder = lockFolder(io.env());
  // A pipe is nobody else's.
  if (folder === null || subject.source.path === STDIN_PATH) return null;
  const path = `${folder}/${digestOf(subject)}.lock`;
  try {
    for (let tries = 1; tries <= TRIES; tries++) {
      const lock = await holdLock(io, await openLock(io.files, folder, path), path, subject);
      await lock.claim(subject.runId);
      if (await isAtPath(io, path, subject)) return untilDisposed(io, path, lock);
      lock.release();
    }
  } catch (error) {
    if (error instanceof RunInProgressError) throw error;
  }
  return null;
}

function lockFolder(env: Readonly<Record<string, string>>): string | null {
  const { XDG_STATE_HOME = "", LOCALAPPDATA = "", HOME = "" } = env;
  const state = [XDG_STATE_HOME, LOCALAPPDATA, HOME && `${HOME}/.local/state`]
    .find((path) => /^(?:\/|[A-Za-z]:[\\/])/.test(path));
  return state === undefined ? null : `${state}/rowferry/locks`;
}

function digestOf({ source, destination, address }: UserLockSubject): string {
  const words = [source.path, laneName(source), destination, address];
  return createHash("sha256").update(JSON.stringify(words)).digest("hex").slice(0, 16);
}

/** False when the last holder removed the file between its opening and its locking. */
async function isAtPath({ files, pid }: Io, path: string, { runId }: UserLockSubject) {
  const holder = await readHolder(files, path);
  return holder.pid === pid && holder.runId === runId;
}

/** The file is removed while it is locked, so that whoever has opened it meanwhile can tell. */
function untilDisposed({ files }: Io, path: string, lock: RunLock): AsyncDisposable {
  return {
    async [Symbol.asyncDispose]() {
      await files.remove(path).catch(() => {});
      lock.release();
    },
  };
}
