/**
 * A file of a run that is made with the first bytes for it, since an empty one would tell nothing.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { StorageError } from "../model/errors.ts";
import { describeFileError } from "../model/file_errors.ts";
import type { Files } from "../io.ts";
import { AppendFile } from "./append_file.ts";
import { EMPTY, type Extent } from "./lines.ts";
import { parentFolder } from "./folders.ts";

/** `rejected.csv`, `unknown.csv` or `errors.jsonl`, perhaps not there yet. */
export class LazyFile {
  #opening: Promise<void> | null = null;
  #ready = false;

  /**
   * @param head what the file begins with: the header of a CSV.
   * @param file the file, where it was made before.
   */
  constructor(
    private readonly files: Files,
    private readonly where: string,
    private readonly head: Uint8Array,
    private file: AppendFile | null,
  ) {}

  get extent(): Extent {
    return this.file?.extent ?? EMPTY;
  }

  /** Null while the file would be empty. */
  get path(): string | null {
    return this.extent.bytes > 0 ? this.where : null;
  }

  /** False while `ready` has something to do. */
  get isReady(): boolean {
    return this.#ready;
  }

  /** Makes the file if it isn't there. Must have returned before `write` is called. */
  ready(): Promise<void> {
    return this.#opening ??= this.#open();
  }

  /** Writes all of `bytes` at once, after the head where the file was empty. */
  write(bytes: Uint8Array): void {
    this.file?.write(this.extent.bytes === 0 ? Buffer.concat([this.head, bytes]) : bytes);
  }

  async sync(): Promise<void> {
    await this.file?.sync();
  }

  async cutBack(extent: Extent): Promise<void> {
    await this.file?.cutBack(extent);
  }

  async assertThere(): Promise<void> {
    await this.file?.assertThere();
  }

  close(): void {
    this.file?.close();
  }

  async #open(): Promise<void> {
    try {
      if (!this.file) {
        this.file = await AppendFile.create(this.files, this.where, EMPTY);
        await this.files.syncFolder(parentFolder(this.where));
      }
      this.#ready = true;
    } catch (error) {
      const words = describeFileError(error);
      throw new StorageError(`Cannot make ${this.where}: ${words}`, { cause: error });
    }
  }
}
