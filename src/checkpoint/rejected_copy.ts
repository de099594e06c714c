/**
 * Rejected rows in a folder of somebody's own choice, which many runs may share. A run's files stand
 * in its folder alone; when it stops or ends, its `rejected.csv` is copied there.
 *
 * @module
 */

import { StorageError, UsageError } from "../model/errors.ts";
import { describeFileError, fileErrorCode } from "../model/file_errors.ts";
import type { Files } from "../io.ts";
import { AppendFile, countHolding, FILE_MODE, readBlocks } from "./append_file.ts";
import { FOLDER_MODE, REJECTED_FILE } from "./folders.ts";
import { EMPTY, type Extent } from "./lines.ts";

/** A copy that a run made. */
export interface RejectedCopy {
  readonly path: string;
  readonly extent: Extent;
}

/** The copies that a run makes of its `rejected.csv`, one over the other. */
export class RejectedCopies {
  #latest: RejectedCopy | null;

  /**
   * @param wanted from `prepareCopies`; or `rejected.csv`, where none are made.
   * @param earlier the copy that an earlier part of the run made.
   */
  constructor(
    private readonly files: Files,
    private readonly wanted: string,
    private readonly runId: string,
    earlier: RejectedCopy | null,
  ) {
    this.#latest = earlier;
  }

  /** Where the latest copy is, or null. */
  get path(): string | null {
    return this.#latest?.path ?? null;
  }

  /**
   * Copies what a run has rejected by now, if somebody wants that.
   *
   * @returns where the rejected rows stand.
   * @throws {StorageError}
   */
  async make(path: string | null, extent: Extent): Promise<string> {
    const { files, wanted, runId } = this;
    if (wanted === REJECTED_FILE || path === null) return REJECTED_FILE;
    try {
      this.#latest = await copyRejected(files, path, extent, {
        wanted,
        runId,
        earlier: this.#latest,
      });
      return this.#latest.path;
    } catch (error) {
      if (error instanceof StorageError) throw error;
      throw new StorageError(`Cannot copy ${path}: ${describeFileError(error)}`, { cause: error });
    }
  }
}

/**
 * Makes the folder that copies are to go to, and sees whether files can be made in it.
 *
 * @returns the path that a copy has if it is free: absolute, without symbolic links.
 * @throws {UsageError} when they can't.
 */
export async function prepareCopies(files: Files, folder: string, runId: string): Promise<string> {
  try {
    await files.makeFolder(folder, FOLDER_MODE);
    const real = await files.realPath(folder);
    const probe = `${real}/.${runId}`;
    (await files.open(probe, { write: true, createNew: true, mode: FILE_MODE })).close();
    await files.remove(probe);
    return `${real}/${REJECTED_FILE}`;
  } catch (error) {
    throw new UsageError(
      `Cannot make ${REJECTED_FILE} in ${folder} (FAILED_RECORDS_DIRPATH): ${
        describeFileError(error)
      }`,
      { cause: error },
    );
  }
}

/**
 * Copies the first bytes of a run's `rejected.csv`: over the copy that the run made before, if nobody
 * changed it, else to the wanted path or, where that is taken, to one with the run's id.
 *
 * @throws {StorageError} or what making and reading files throws.
 */
export async function copyRejected(
  files: Files,
  from: string,
  { bytes }: Extent,
  { wanted, runId, earlier }: {
    readonly wanted: string;
    readonly runId: string;
    readonly earlier: RejectedCopy | null;
  },
): Promise<RejectedCopy> {
  const copy = earlier && await isUnchanged(files, earlier)
    ? await AppendFile.reopen(files, earlier.path, EMPTY)
    : await createCopy(files, wanted, runId);
  try {
    for await (const block of readBlocks(files, from, bytes)) copy.write(block);
    await copy.sync();
    await files.syncFolder(copy.path.replace(/\/[^/]*$/, "") || "/");
    return { path: copy.path, extent: copy.extent };
  } finally {
    copy.close();
  }
}

async function isUnchanged(files: Files, { path, extent }: RejectedCopy): Promise<boolean> {
  try {
    return (await files.lstat(path)).size === extent.bytes &&
      await countHolding(files, path, [extent]) === 1;
  } catch {
    return false;
  }
}

async function createCopy(files: Files, wanted: string, runId: string): Promise<AppendFile> {
  for (let number = 0;; number++) {
    const suffix = number === 0 ? "" : number === 1 ? `-${runId}` : `-${runId}-${number}`;
    try {
      return await AppendFile.create(files, wanted.replace(/\.csv$/, `${suffix}.csv`), EMPTY);
    } catch (error) {
      if (fileErrorCode(error) !== "exists") throw error;
    }
  }
}
