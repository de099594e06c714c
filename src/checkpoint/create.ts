/**
 * Starting a run: its folder, its checkpoint with the first line, and its lock.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { StorageError, UsageError } from "../model/errors.ts";
import { describeFileError, fileErrorCode } from "../model/file_errors.ts";
import type { Files, Io } from "../io.ts";
import type { Position } from "../model/row.ts";
import type { Confirmation } from "../model/destination.ts";
import { type TargetId, targetKey } from "../model/target.ts";
import type { JsonValue } from "../model/value.ts";
import { AppendFile } from "./append_file.ts";
import {
  CHECKPOINT_FILE,
  ERRORS_FILE,
  FOLDER_MODE,
  newIdPrefix,
  parentFolder,
  REJECTED_FILE,
  runIdOf,
  runsFolder,
  STDIN_PATH,
  UNKNOWN_FILE,
} from "./folders.ts";
import { FileJournal, type Journal } from "./journal.ts";
import { LazyFile } from "./lazy_file.ts";
import { EMPTY, encodeLine, FORMAT_VERSION, type RunHeader, type SourceFacts } from "./lines.ts";
import { prepareCopies } from "./rejected_copy.ts";
import { acquireLock, type RunLock } from "./lock.ts";
import { takeReserve } from "./reserve.ts";
import type { Lineage } from "./lineage.ts";

/** What a run is started with. */
export interface RunOptions {
  readonly logDir: string;
  readonly source: SourceFacts;
  readonly destination: string;
  readonly target: TargetId;
  /** What the API's acceptance is worth; undefined where that is not known. */
  readonly confirms?: Confirmation | undefined;
  /** The settings that a resumed run keeps; never a secret. */
  readonly settings: { readonly [name: string]: JsonValue };
  /** From `newIdPrefix`; what the rows' ids at the destination begin with. */
  readonly idPrefix: string;
  readonly mapping: { readonly file: string | null; readonly digest: string };
  readonly header: {
    /** What `rejected.csv` begins with, where that is something else than `bytes`. */
    readonly rejectedHead?: Uint8Array | undefined;
    /** The source's bytes up to the first row: BOM, header line, line end. */
    readonly bytes: Uint8Array;
    /** The line end that a last row without one gets, in the source's encoding. */
    readonly lineEnd: Uint8Array;
    readonly end: Position;
    /** What the reader needs to read on as it began. */
    readonly reader: JsonValue;
  };
  /** Where `rejected.csv` goes; null is the run's folder. */
  readonly rejectedFolder: string | null;
  /** The run whose `rejected.csv` or `unknown.csv` is the source, from `findLineage`. */
  readonly parent: Lineage | null;
  /** True when the source has as many rows as the parent wrote there, so that they correspond. */
  readonly sameRows: boolean;
  /** True when the run takes the place of earlier ones, by `--restart`. */
  readonly restart?: boolean;
  /** The lock of the source and destination, where the caller took it before; the journal's now. */
  readonly lock?: RunLock;
}

/** Two runs of one second share an id once in 65,536 times; this many in a row don't happen. */
const ID_TRIES = 16;

/**
 * Makes a run's folder and its checkpoint, both on the disk itself when it returns.
 *
 * @throws {UsageError} when they can't be made. Nothing is left locked or open then.
 * @throws {RunInProgressError} when another process imports the source to the destination.
 */
export async function createRun(io: Io, options: RunOptions): Promise<Journal> {
  const { files } = io;
  const { destination } = options;
  const source = { ...options.source, target: targetKey(destination, options.target) };
  const runs = runsFolder(options.logDir, source.path, destination);
  let lock = options.lock ?? null;
  let checkpoint: AppendFile | null = null;
  try {
    if (!lock && source.path !== STDIN_PATH) {
      lock = await acquireLock(io, { folder: runs, source, destination });
    }
    let runId: string;
    ({ runId, checkpoint } = await makeRunFolder(io, runs, options.idPrefix));
    const folder = parentFolder(checkpoint.path);
    lock ??= await acquireLock(io, { folder: runs, source, destination, runId });
    await lock.claim(runId);
    const { rejectedFolder } = options;
    const rejectedFile = rejectedFolder === null
      ? REJECTED_FILE
      : await prepareCopies(files, rejectedFolder, runId);
    const run = runHeader(io, options, runId, rejectedFile);
    checkpoint.write(encodeLine(run));
    await checkpoint.sync();
    for (const path of [folder, runs, options.logDir]) await files.syncFolder(path);
    const { bytes, rejectedHead = bytes } = options.header;
    return new FileJournal(io, {
      run,
      folder,
      checkpoint,
      rejected: new LazyFile(files, `${folder}/${REJECTED_FILE}`, rejectedHead, null),
      unknown: new LazyFile(files, `${folder}/${UNKNOWN_FILE}`, bytes, null),
      errors: new LazyFile(files, `${folder}/${ERRORS_FILE}`, new Uint8Array(), null),
      counts: { accepted: 0, filtered: 0, rejected: 0, unknown: 0 },
      copied: null,
      lock,
      reserve: await takeReserve(io, folder),
      sourceRows: options.sameRows ? options.parent?.rows ?? null : null,
    });
  } catch (error) {
    checkpoint?.close();
    lock?.release();
    throw asUsageError(error, `Cannot make a run's folder in ${runs}`);
  }
}

/** Words what went wrong with the files before anything was sent; other errors pass. */
export function asUsageError(error: unknown, sentence: string): unknown {
  const cause = error instanceof StorageError ? error.cause : error;
  if (cause === error && !isFileError(error)) return error;
  return new UsageError(`${sentence}: ${describeFileError(cause)}`, { cause });
}

function isFileError(error: unknown): boolean {
  return fileErrorCode(error) !== "other" || (error instanceof Error && "code" in error);
}

/** Makes the folder and the checkpoint of a run, whose id is the first part of `idPrefix` if free. */
async function makeRunFolder(
  io: Io,
  runs: string,
  idPrefix: string,
): Promise<{ runId: string; checkpoint: AppendFile }> {
  let runId = runIdOf(idPrefix);
  for (let tries = 1;; tries++) {
    const folder = `${runs}/${runId}`;
    try {
      if (await isFree(io.files, folder)) {
        await io.files.makeFolder(folder, FOLDER_MODE);
        // This is what decides between two processes that chose one id at once.
        const path = `${folder}/${CHECKPOINT_FILE}`;
        return { runId, checkpoint: await AppendFile.create(io.files, path, EMPTY) };
      }
    } catch (error) {
      if (fileErrorCode(error) !== "exists") throw error;
    }
    runId = runIdOf(newIdPrefix(io));
    if (tries === ID_TRIES) throw new UsageError(`Cannot find a free name for a run in ${runs}`);
  }
}

async function isFree(files: Files, path: string): Promise<boolean> {
  try {
    await files.lstat(path);
    return false;
  } catch (error) {
    if (fileErrorCode(error) === "not-found") return true;
    throw error;
  }
}

function runHeader(
  io: Io,
  options: RunOptions,
  runId: string,
  rejectedFile: string,
): RunHeader {
  const { destination, target, settings, mapping, header, parent, sameRows } = options;
  const { target: _key, ...source } = options.source; // `target` says the same in full.
  return {
    type: "run",
    version: FORMAT_VERSION,
    runId,
    createdAt: new Date(io.now()).toISOString(),
    pid: io.pid,
    source,
    destination,
    target,
    ...(options.confirms && { confirms: options.confirms }),
    settings,
    mapping,
    idPrefix: options.idPrefix,
    header: {
      bytes: Buffer.from(header.bytes).toString("base64"),
      ...(header.rejectedHead
        ? { rejectedHead: Buffer.from(header.rejectedHead).toString("base64") }
        : {}),
      lineEnd: Buffer.from(header.lineEnd).toString("base64"),
      end: header.end,
      reader: header.reader,
    },
    rejectedFile,
    parent: parent && { runId: parent.runId, checkpoint: parent.checkpoint, sameRows },
    restart: options.restart ?? false,
  };
}
