/**
 * One run at a time of a file to an API, whichever log folders the runs are recorded in: a cron job
 * and a hand in another working folder meet here. It is a second net, in the user's own folder for
 * state (XDG Base Directory Specification); where there is none, the lock in the log folder is all.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { RunInProgressError } from "../model/errors.ts";
import type { Io } from "../io.ts";
import { STDIN_PATH } from "./folders.ts";
import { overlap, type SourceId } from "../model/run_scope.ts";
import { heldBy, holdLock, inProgress, openLock, type RunLock } from "./lock.ts";

/** What a user's lock is for. */
export interface UserLockSubject {
  readonly source: SourceId;
  readonly destination: string;
  /** Differs from any other process's: tells whose lock a file holds. */
  readonly runId: string;
}

/**
 * Takes the lock until the result is disposed of. Where the folder can't be used, takes none.
 * Of processes that start with overlapping parts of a file at the same moment, all may be refused.
 *
 * @throws {RunInProgressError} when another process of the user sends some of the same rows there.
 */
export async function acquireUserLock(
  io: Io,
  subject: UserLockSubject,
): Promise<Disposable | null> {
  const { source } = subject;
  const folder = lockFolder(io.env());
  // A pipe is nobody else's, and so is a sandbox.
  if (folder === null || source.path === STDIN_PATH || source.sandbox) return null;
  const file = digestOf(subject);
  const path = `${folder}/${nameOf(file, source.shard)}`;
  let lock: RunLock | null = null;
  try {
    // As in the log folder, the file stays: deleting it would let two runs hold «the» lock.
    lock = await holdLock(io, await openLock(io.files, folder, path), path, subject);
    await lock.claim(subject.runId);
    for (const name of await io.files.list(folder)) {
      const other = partOf(file, name);
      if (other === null || nameOf(file, other.shard) === nameOf(file, source.shard)) continue;
      if (!overlap(source, { ...source, ...other })) continue;
      const holder = await heldBy(io.files, `${folder}/${name}`);
      if (holder) throw inProgress({ ...subject, source: { ...source, ...other } }, holder);
    }
  } catch (error) {
    lock?.release();
    if (error instanceof RunInProgressError) throw error;
    return null;
  }
  const held = lock;
  return { [Symbol.dispose]: () => held.release() };
}

type Shard = SourceId["shard"];

/** The name of the lock's file: what is sent where, and which part of it. */
function nameOf(file: string, shard: Shard): string {
  return `${file}${shard ? `.${shard.index}-${shard.count}` : ""}.lock`;
}

/** The part of the file that a lock with this name is for; null when it is for another file. */
function partOf(file: string, name: string): { readonly shard: Shard } | null {
  if (!name.startsWith(file)) return null;
  const parts = /^(?:\.(\d+)-(\d+))?\.lock$/.exec(name.slice(file.length));
  if (parts === null) return null;
  const [, index, count] = parts;
  return { shard: index ? { index: Number(index), count: Number(count) } : null };
}

/** Where those locks are; null where no home folder is known. */
export function lockFolder(env: Readonly<Record<string, string>>): string | null {
  const { XDG_STATE_HOME = "", LOCALAPPDATA = "", HOME = "" } = env;
  const state = [XDG_STATE_HOME, LOCALAPPDATA, HOME && `${HOME}/.local/state`]
    .find((path) => /^(?:\/|[A-Za-z]:[\\/])/.test(path));
  return state === undefined ? null : `${state}/rowferry/locks`;
}

function digestOf({ source, destination }: UserLockSubject): string {
  const words = [source.path, destination, source.target ?? ""];
  return createHash("sha256").update(JSON.stringify(words)).digest("hex").slice(0, 16);
}
