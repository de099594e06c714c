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
import { asUsageError } from "./create.ts";
import {
  CHECKPOINT_FILE,
  ERRORS_FILE,
  parentFolder,
  REJECTED_FILE,
  UNKNOWN_FILE,
} from "./folders.ts";
import { FileJournal, type Journal } from "./journal.ts";
import { LazyFile } from "./lazy_file.ts";
import { EMPTY, encodeLine, type Extent, type Extents } from "./lines.ts";
import { readRunHeader, replayFile, sound } from "./load.ts";
import { acquireLock, type RunLock } from "./lock.ts";
import { findLineage } from "./lineage.ts";
import { copyRejected } from "./rejected_copy.ts";
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
  { state, taken }: Consistent,
  lock: RunLock,
): Promise<Journal> {
  const { files } = io;
  const { source } = state.run;
  const open: { close(): void }[] = [];
  try {
    const path = `${folder}/${CHECKPOINT_FILE}`;
    const checkpoint = await AppendFile.reopen(files, path, { ...EMPTY, bytes: state.validBytes });
    open.push(checkpoint);

    const { rejectedFile } = state;
    const rejectedPath = `${folder}/${REJECTED_FILE}`;
    const rejectedExtent = taken.rejected ? EMPTY : state.extents.rejectedCsv;
    const rejected = await reopenFile(files, rejectedPath, rejectedExtent);
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
      rejected: new LazyFile(files, rejectedPath, rejectedHeader, rejected),
      unknown: new LazyFile(files, unknownPath, header, unknown),
      errors: new LazyFile(files, errorsPath, new Uint8Array(), errors),
      counts: state.counts,
      copied: state.copied,
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
}

/** What a run's files agree on. */
interface Consistent {
  readonly state: RunState;
  readonly taken: Taken;
}

/**
 * The state up to the last line whose rejected and unknown rows and errors are all there. Lines
 * beyond it, which a power cut can leave behind, are forgotten: their rows are sent again.
 */
async function loadConsistent(files: Files, folder: string): Promise<Consistent> {
  const path = `${folder}/${CHECKPOINT_FILE}`;
  const replayed = sound(await replayFile(files, path), path);
  const { proven, tail, state } = replayed;
  const rejectedPath = `${folder}/${REJECTED_FILE}`;
  const extentsOf = (name: keyof Extents) => [
    proven[name],
    ...tail.map(({ extents }) => extents[name]),
  ];
  const rejectedExtents = extentsOf("rejectedCsv");
  await bringHome(files, folder, state.rejectedFile, rejectedExtents);
  const rejected = await check(files, rejectedPath, replayed, rejectedExtents);
  const unknownPath = `${folder}/${UNKNOWN_FILE}`;
  const unknown = await check(files, unknownPath, replayed, extentsOf("unknownCsv"));
  const errorsPath = `${folder}/${ERRORS_FILE}`;
  const errors = await check(files, errorsPath, replayed, extentsOf("errorsJsonl"));
  const taken = {
    rejected: rejected.taken,
    unknown: unknown.taken,
    errors: errors.taken,
  };
  const cut = tail[Math.min(rejected.lines, unknown.lines, errors.lines)];
  if (cut === undefined) return { state, taken };
  const shorter = sound(await replayFile(files, path, cut.start), path);
  return { state: shorter.state, taken };
}

/**
 * Copies the rejected rows of a run of before 0.1.0 into its folder: it wrote them elsewhere, where they
 * may have been taken away, or replaced by another run's.
 */
async function bringHome(
  files: Files,
  folder: string,
  elsewhere: string,
  extents: readonly Extent[],
): Promise<void> {
  const path = `${folder}/${REJECTED_FILE}`;
  if (elsewhere === REJECTED_FILE || await infoOf(files, path) !== null) return;
  if (await infoOf(files, elsewhere) === null) return;
  const empty = extents.filter(({ bytes }) => bytes === 0).length;
  const holding = await countHolding(files, elsewhere, extents);
  const extent = extents[holding - 1];
  if (holding <= empty || extent === undefined) return;
  const to = { wanted: path, runId: "", earlier: null };
  await copyRejected(files, elsewhere, extent, to);
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
