/**
 * One run at a time of a file to a destination, in each scope. The lock is the operating system's, on
 * a file of its own beside the runs' folders: it ends with the process, however that ends, so a
 * killed run leaves none behind. The file itself stays: deleting it would let two runs hold «the»
 * lock.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { RunInProgressError, UsageError } from "../model/errors.ts";
import { describeFileError, fileErrorCode } from "../model/file_errors.ts";
import type { FileHandle, Files, Io } from "../io.ts";
import { FILE_MODE, openOwnFile } from "./append_file.ts";
import { FOLDER_MODE, STDIN_PATH } from "./folders.ts";
import { describeSource, scopeName, type SourceId } from "../model/run_scope.ts";

/** Who holds a lock. */
export interface LockHolder {
  readonly pid: number;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** The run that it works on; null until it is known. */
  readonly runId: string | null;
}

/** A lock that this process holds. */
export interface RunLock {
  /** Records which run the lock is held for, so that others can tell. */
  claim(runId: string): Promise<void>;
  release(): void;
}

/** What a lock is for. */
export interface LockSubject {
  /** The folder that holds the runs of the source to the destination. */
  readonly folder: string;
  readonly source: SourceId;
  readonly destination: string;
  /** Needed for standard input only: two pipes are not the same file, so each run has its lock. */
  readonly runId?: string;
}

// `rowferry status` holds a lock for a moment to see whether it is free: worth a few tries.
const TRIES = 8;
const TRY_EVERY_MS = 50;
/** Where the runtime can't ask for a lock without waiting, few tries take this long. */
const TRY_FOR_MS = 400;

/**
 * Takes the lock, or gives up after about half a second.
 *
 * @throws {RunInProgressError} when another process holds it.
 * @throws {UsageError} when the log folder can't be made or written.
 */
export async function acquireLock(io: Io, subject: LockSubject): Promise<RunLock> {
  const { folder } = subject;
  const path = lockPath(subject);
  let handle: FileHandle;
  try {
    handle = await openLock(io.files, folder, path);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw unusable(`Cannot write to ${folder}`, error);
  }
  try {
    return await holdLock(io, handle, path, subject);
  } catch (error) {
    if (error instanceof RunInProgressError) throw error;
    throw unusable(`Cannot lock ${path}`, error);
  }
}

function unusable(sentence: string, error: unknown): UsageError {
  return new UsageError(`${sentence}: ${describeFileError(error)}`, {
    cause: error,
    remedy: { code: "choose-other", setting: "logDir", what: "folder" },
  });
}

/** Makes a lock's file if need be, and its folder, and opens it. */
export async function openLock(files: Files, folder: string, path: string): Promise<FileHandle> {
  await files.makeFolder(folder, FOLDER_MODE);
  try {
    return await files.open(path, { read: true, write: true, createNew: true, mode: FILE_MODE });
  } catch (error) {
    if (fileErrorCode(error) !== "exists") throw error;
    return await openOwnFile(files, path, { read: true, write: true });
  }
}

/**
 * Takes the lock on an open file, and writes there who has it. Closes the file when that fails.
 *
 * @throws {RunInProgressError} when another process holds it.
 */
export async function holdLock(
  io: Io,
  handle: FileHandle,
  path: string,
  subject: Pick<LockSubject, "source" | "destination">,
): Promise<RunLock> {
  try {
    const givesUpAt = io.monotonic() + TRY_FOR_MS;
    for (let tries = 1; !await handle.tryLock(); tries++) {
      if (tries === TRIES || io.monotonic() >= givesUpAt) {
        throw inProgress(subject, await readHolder(io.files, path));
      }
      await io.sleep(TRY_EVERY_MS);
    }
    const startedAt = new Date(io.now()).toISOString();
    const claim = (runId: string | null) => write(handle, { pid: io.pid, startedAt, runId });
    await claim(null);
    let released = false;
    return {
      claim,
      release: () => {
        if (!released) handle.close();
        released = true;
      },
    };
  } catch (error) {
    handle.close();
    throw error;
  }
}

/** Who holds the lock of a subject, or null when nobody does. */
export async function lockHolder(files: Files, subject: LockSubject): Promise<LockHolder | null> {
  return await heldBy(files, lockPath(subject));
}

/** Who holds the lock on a file, or null when nobody does. */
export async function heldBy(files: Files, path: string): Promise<LockHolder | null> {
  let handle: FileHandle;
  try {
    handle = await openOwnFile(files, path, { read: true, write: true });
  } catch {
    return null;
  }
  try {
    return await handle.tryLock() ? null : await readHolder(files, path);
  } finally {
    handle.close();
  }
}

function lockPath({ folder, source, runId }: LockSubject): string {
  const own = source.path === STDIN_PATH ? [runId] : [source.target, scopeName(source)];
  const name = [source.path, ...own.filter(Boolean)].join("\0");
  const digest = createHash("sha256").update(name).digest("hex").slice(0, 16);
  return `${folder}/.${digest}.lock`;
}

async function write(handle: FileHandle, holder: LockHolder): Promise<void> {
  await handle.truncate(0);
  await handle.seek(0);
  handle.writeSync(Buffer.from(`${JSON.stringify(holder)}\n`));
}

/** A holder that has not written its name yet, or one that this user may not read, has no pid. */
const NAMELESS: LockHolder = { pid: 0, startedAt: "", runId: null };

/** What stands in a lock's file. */
async function readHolder(files: Files, path: string): Promise<LockHolder> {
  try {
    return { ...NAMELESS, ...JSON.parse(await files.readText(path)) };
  } catch {
    return NAMELESS;
  }
}

/** What to tell whom the lock keeps out. */
export function inProgress(
  subject: Pick<LockSubject, "source" | "destination">,
  holder: LockHolder,
): RunInProgressError {
  const { path } = subject.source;
  const source = path === STDIN_PATH ? "standard input" : describeSource(path, subject.source);
  return new RunInProgressError(
    `An import of ${source} to ${subject.destination} is in progress ${describeHolder(holder)}; ` +
      "wait for its end, or stop it",
    subject.destination,
  );
}

/** Where a run is in progress. */
export function describeHolder({ pid, startedAt }: LockHolder): string {
  return pid === 0 ? "in another process" : `in process ${pid}, started ${startedAt}`;
}
