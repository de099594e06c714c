/**
 * A file of the rows that a check found invalid: the header and the invalid rows, as they stood.
 *
 * @module
 */

import { rowBytes } from "../checkpoint/rejects.ts";
import type { Header } from "../csv/reader.ts";
import type { Files } from "../io.ts";
import type { Rejection } from "../model/problem.ts";
import { lineEndOf } from "./input.ts";
import { openOutputFile, type OutputFile, removeOutputFile } from "./output_file.ts";

const SETTING = "rejected";

/** Takes invalid rows; the file is made by the first. */
export class RejectedFile {
  #file: OutputFile | null = null;

  constructor(
    readonly path: string,
    private readonly files: Files,
    private readonly read: readonly string[],
    private readonly header: Header,
  ) {}

  /** Removes what an earlier call left at the path. */
  async prepare(): Promise<void> {
    await removeOutputFile(this.files, this.path, this.read, SETTING);
  }

  /** True once a row was written. */
  get written(): boolean {
    return this.#file !== null;
  }

  async append(rejections: readonly Rejection[]): Promise<void> {
    if (rejections.length === 0) return;
    if (this.#file === null) {
      this.#file = await openOutputFile(this.files, this.path, this.read, SETTING);
      this.#file.write(this.header.raw);
    }
    this.#file.write(rowBytes(rejections, lineEndOf(this.header)));
  }

  close(): void {
    this.#file?.close();
  }
}
