/**
 * Writing to a run's files: all of a record or nothing of it, and on a full disk once more, in the room
 * that was kept for that.
 *
 * @module
 */

import { DiskFullError } from "../model/errors.ts";
import { fileErrorCode } from "../model/file_errors.ts";
import type { Reserve } from "./reserve.ts";
import type { RunFiles, Syncer } from "./syncer.ts";

/** Writes records to a run's files, one after the other. */
export class JournalWriter {
  readonly #files: RunFiles;
  readonly #syncer: Syncer;
  readonly #reserve: Reserve | null;
  /** Set while what a full disk left half-written is cut off. */
  #mending: Promise<void> | null = null;
  #full: DiskFullError | null = null;

  constructor(files: RunFiles, syncer: Syncer, reserve: Reserve | null) {
    this.#files = files;
    this.#syncer = syncer;
    this.#reserve = reserve;
  }

  /** Set once the disk was full: what is in flight can still be recorded, and no more. */
  get full(): DiskFullError | null {
    return this.#full;
  }

  /**
   * Has a record written: at once, or where a full disk has to be dealt with, when the result resolves.
   *
   * @param write writes all of it; it may be called twice.
   * @throws {StorageError} when that fails, or something failed before, as does the result. Nothing of
   * it stands in the files then, as far as it can be cut off; what can't is dropped on resume.
   */
  write(write: () => void): Promise<unknown> | null {
    if (this.#mending) return this.#mending.catch(() => {}).then(() => this.write(write));
    this.#syncer.assertSound();
    const { checkpoint, errors, unknown, rejected } = this.#files;
    const files = [checkpoint, errors, unknown, rejected];
    const before = files.map((file) => [file, file.extent] as const);
    try {
      write();
      return null;
    } catch (error) {
      const cutBack = async () => {
        for (const [file, extent] of before) await file.cutBack(extent).catch(() => {});
      };
      this.#mending = this.#mend(error, cutBack, write).finally(() => {
        this.#mending = null;
      });
      return this.#mending;
    }
  }

  async #mend(error: unknown, cutBack: () => Promise<void>, write: () => void): Promise<void> {
    await cutBack();
    const cause = error instanceof Error ? error.cause : error;
    const isFull = fileErrorCode(cause) === "no-space";
    if (!isFull || !await this.#reserve?.release()) throw this.#syncer.fail(error);
    try {
      write();
    } catch (again) {
      this.#syncer.fail(again);
      await cutBack();
      throw again;
    }
    this.#full = new DiskFullError((error as Error).message, { cause });
  }
}
