/**
 * Going on with a run that stopped or was killed.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { StorageError, UsageError } from "../model/errors.ts";
import { describeFileError, fileErrorCode } from "../model/file_errors.ts";
import type { FileInfo, Files, Io } from "../io.ts";
import { AppendFile, countHolding } from "./append_file.ts";
import { asUsageError, claimRejected } from "./create.ts";
import {
  CHECKPOINT_FILE,
  ERRORS_FILE,
  parentFolder,
  pathIn,
  REJECTED_FILE,
  UNKNOWN_FILE,
} from "./folders.ts";
import { FileJournal, type Journal } from "./journal.ts";
import { LazyFile } from "./lazy_file.ts";
import { EMPTY, encodeLine, type Extent, type Extents } from "./lines.ts";
import { readRunHeader, replayFile, sound } from "./load.ts";
import { acquireLock, type RunLock } from "./lock.ts";
import { findLineage } from "./lineage.ts";
import { takeReserve } from "./reserve.ts";
import type { Replayed, RunState } from "./replay.ts";
import { type TargetOf, withTarget } from "./run_target.ts";
import { refuseReplaced } from "./runs.ts";

/** A run that is to go on, under its lock. */
export interface OpenedRun {
  /** Its state when it was opened. */
  readonly state: RunState;
  /**
   * Cuts the run's files back to what belongs together, and records that it goes on. A kill at any
   * moment of this leaves a run that can be opened.
   *
   * @throws {UsageError} when the files can't be used. The lock is released then.
   */
  goOn(): Promise<Journal>;
  /** Leaves the run as it was. */
  release(): void;
}

type Sound = Extract<Replayed, { kind: "state" }>;

/**
 * Opens a run that stopped or was killed: takes its lock and replays its checkpoint. Nothing of it is
 * changed.
 *
 * @param folder the run's folder.
 * @param targetOf tells the target of a run that doesn't record it.
 * @param held the lock of the source and destination, where the caller took it before.
 * @throws {UsageError} when the checkpoint is damaged or complete, or a later run replaced this one.
 * @throws {RunInProgressError} when another process imports the source to the destination.
 */
export async function openRun(
  io: Io,
  folder: string,
  held?: RunLock,
  targetOf?: TargetOf,
): Promise<OpenedRun> {
  const { files } = io;
  let lock = held ?? null;
  const failed = (error: unknown) => {
    lock?.release();
    const words = `Cannot go on with the run in ${folder}`;
    const cause = error instanceof Error ? error.cause ?? error : error;
    if (fileErrorCode(cause) !== "no-space") return asUsageError(error, words);
    // Nothing is wrong with the call: it goes on once there is room.
    return new StorageError(`${words}: ${describeFileError(cause)}`, { cause });
  };
  try {
    const path = `${folder}/${CHECKPOINT_FILE}`;
    const header = await withTarget(await readRunHeader(files, path), targetOf);
    const { runId, source, destination } = header;
    if (lock === null) {
      const runs = parentFolder(await files.realPath(folder));
      lock = await acquireLock(io, { folder: runs, source, destination, runId });
    }
    await lock.claim(runId);
    const consistent = await loadConsistent(files, folder);
    const { state } = consistent;
    if (state.status === "completed") {
      throw new UsageError(`The run in ${folder} is complete; import the file to start another`);
    }
    // Who held the lock until now may have started another run.
    if (!held) await refuseReplaced(io, folder, runId, targetOf);
    const owned = lock;
    return {
      state: { ...state, run: header },
      goOn: () =>
        reopen(io, folder, consistent, owned).catch((error) => {
          throw failed(error);
        }),
      release: () => owned.release(),
    };
  } catch (error) {
    throw failed(error);
  }
}

async function reopen(
  io: Io,
  folder: string,
  { state, taken, clean }: Consistent,
  lock: RunLock,
): Promise<Journal> {
  const { files } = io;
  const { runId, source } = state.run;
  const open: { close(): void }[] = [];
  try {
    const path = `${folder}/${CHECKPOINT_FILE}`;
    const checkpoint = await AppendFile.reopen(files, path, { ...EMPTY, bytes: state.validBytes });
    open.push(checkpoint);

    const rejectedExtent = taken.rejected ? EMPTY : state.extents.rejectedCsv;
    let rejectedFile = state.rejectedFile;
    const elsewhere = rejectedFile !== REJECTED_FILE;
    let rejected: AppendFile | null = null;
    // A run that stops without rejected rows gives up its claim to a name elsewhere.
    if (!taken.byAnother && !(elsewhere && clean && rejectedExtent.bytes === 0)) {
      rejected = await reopenFile(files, pathIn(folder, rejectedFile), rejectedExtent);
    }
    if (elsewhere && !rejected) {
      rejected = await claimRejected(files, parentFolder(rejectedFile), runId);
      rejectedFile = rejected.path;
    }
    if (rejected) open.push(rejected);
    const unknownPath = `${folder}/${UNKNOWN_FILE}`;
    const unknownExtent = taken.unknown ? EMPTY : state.extents.unknownCsv;
    const unknown = await reopenFile(files, unknownPath, unknownExtent);
    if (unknown) open.push(unknown);
    const errorsPath = `${folder}/${ERRORS_FILE}`;
    const errorsExtent = taken.errors ? EMPTY : state.extents.errorsJsonl;
    const errors = await reopenFile(files, errorsPath, errorsExtent);
    if (errors) open.push(errors);

    checkpoint.write(encodeLine({
      type: "resume",
      time: new Date(io.now()).toISOString(),
      pid: io.pid,
      rejectedFile,
      rejectedId: elsewhere && rejected ? await rejected.id() : null,
      rejectedCsv: rejectedExtent,
      errorsJsonl: errorsExtent,
      unknownCsv: unknownExtent,
      synced: state.validBytes,
    }));
    await checkpoint.sync();
    const parent = state.run.parent?.sameRows ? await findLineage(files, source.path) : null;
    const { bytes, rejectedHead = bytes } = state.run.header;
    const header = Buffer.from(bytes, "base64");
    const rejectedHeader = Buffer.from(rejectedHead, "base64");
    return new FileJournal(io, {
      run: state.run,
      folder,
      checkpoint,
      rejected: new LazyFile(files, pathIn(folder, rejectedFile), rejectedHeader, rejected),
      unknown: new LazyFile(files, unknownPath, header, unknown),
      errors: new LazyFile(files, errorsPath, new Uint8Array(), errors),
      counts: state.counts,
      rejectedFile,
      lock,
      reserve: await takeReserve(io, folder),
      sourceRows: parent?.rows ?? null,
    });
  } catch (error) {
    for (const file of open) file.close();
    throw error;
  }
}

/** Which of the run's files a person has taken away. */
interface Taken {
  readonly rejected: boolean;
  readonly unknown: boolean;
  readonly errors: boolean;
  /** True when what stands under the name of the rejected rows is another run's. */
  readonly byAnother: boolean;
}

/** What a run's files agree on. */
interface Consistent {
  readonly state: RunState;
  readonly taken: Taken;
  /** True when the run stopped in good order. */
  readonly clean: boolean;
}

/**
 * The state up to the last line whose rejected and unknown rows and errors are all there. Lines
 * beyond it, which a power cut can leave behind, are forgotten: their rows are sent again.
 */
async function loadConsistent(files: Files, folder: string): Promise<Consistent> {
  const path = `${folder}/${CHECKPOINT_FILE}`;
  const replayed = sound(await replayFile(files, path), path);
  const { proven, tail, state } = replayed;
  const rejectedPath = pathIn(folder, state.rejectedFile);
  const extentsOf = (name: keyof Extents) => [
    proven[name],
    ...tail.map(({ extents }) => extents[name]),
  ];
  const rejectedExtents = extentsOf("rejectedCsv");
  const byAnother = state.rejectedFile !== REJECTED_FILE &&
    await isAnothers(files, rejectedPath, state.rejectedId, rejectedExtents);
  const rejected = byAnother
    ? withoutFile(rejectedExtents)
    : await check(files, rejectedPath, replayed, rejectedExtents);
  const unknownPath = `${folder}/${UNKNOWN_FILE}`;
  const unknown = await check(files, unknownPath, replayed, extentsOf("unknownCsv"));
  const errorsPath = `${folder}/${ERRORS_FILE}`;
  const errors = await check(files, errorsPath, replayed, extentsOf("errorsJsonl"));
  const taken = {
    rejected: rejected.taken,
    unknown: unknown.taken,
    errors: errors.taken,
    byAnother,
  };
  const cut = tail[Math.min(rejected.lines, unknown.lines, errors.lines)];
  if (cut === undefined) return { state, taken, clean: replayed.clean };
  const shorter = sound(await replayFile(files, path, cut.start), path);
  return { state: shorter.state, taken, clean: false };
}

/**
 * True when what stands at a path is not the run's: neither the file that it made there, nor one that
 * holds what it is known to have written.
 */
async function isAnothers(
  files: Files,
  path: string,
  id: string | null,
  extents: readonly Extent[],
): Promise<boolean> {
  const info = await infoOf(files, path);
  if (info === null || info.id === id) return false;
  const empty = extents.filter(({ bytes }) => bytes === 0).length;
  return empty === extents.length || await countHolding(files, path, extents) <= empty;
}

/** What `check` says of a file that isn't there. */
function withoutFile(extents: readonly Extent[]): { lines: number; taken: boolean } {
  // What was proved to be there was taken away, not lost: those rows keep their outcome.
  if ((extents[0] ?? EMPTY).bytes > 0) return { lines: extents.length - 1, taken: true };
  return { lines: extents.filter(({ bytes }) => bytes === 0).length - 1, taken: false };
}

/**
 * Compares a file with what the checkpoint says of it.
 *
 * @param extents what it held when it was last proved to be on the disk, then after each line.
 * @returns how many of the unproved lines it bears out.
 * @throws {UsageError} when a person changed it.
 */
async function check(
  files: Files,
  path: string,
  replayed: Sound,
  extents: readonly Extent[],
): Promise<{ lines: number; taken: boolean }> {
  const proven = extents[0] ?? EMPTY;
  const unproved = extents.length - 1;
  const info = await infoOf(files, path);
  if (info === null) return withoutFile(extents);
  const holding = proven.bytes === 0 && unproved === 0
    ? 1
    : await countHolding(files, path, extents);
  if (holding === 0 || (replayed.clean && proven.bytes > 0 && info.size !== proven.bytes)) {
    throw new UsageError(
      `${path} was changed since the run wrote it; move it elsewhere (rows mended in it can be ` +
        "imported from there), then resume",
    );
  }
  return { lines: holding - 1, taken: false };
}

/** What is known of the file at a path; null where none is. */
async function infoOf(files: Files, path: string): Promise<FileInfo | null> {
  try {
    return await files.lstat(path);
  } catch (error) {
    if (fileErrorCode(error) === "not-found") return null;
    throw error;
  }
}

/** Opens a file and cuts it back; one that holds nothing of the run is removed or not there. */
async function reopenFile(files: Files, path: string, extent: Extent): Promise<AppendFile | null> {
  if (extent.bytes > 0) return await AppendFile.reopen(files, path, extent);
  if (await infoOf(files, path) === null) return null;
  await files.remove(path);
  await files.syncFolder(parentFolder(path));
  return null;
}
