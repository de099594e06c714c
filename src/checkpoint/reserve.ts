/**
 * Room on the disk that a run keeps for its end: when the disk is full, it is given up, so that what
 * the requests in flight came to can still be recorded, and that the run stopped.
 *
 * @module
 */

import { writeAll } from "../model/file_errors.ts";
import type { FileHandle, Io } from "../io.ts";
import { FILE_MODE } from "./append_file.ts";

/** Enough for the spans in flight with a few hundred rejected rows, and the stop. */
const RESERVE_BYTES = 64 * 1024;

/** Takes room in a run's folder, until it is released or the process ends; null where there is none. */
export async function takeReserve(
  io: Pick<Io, "files" | "randomBytes">,
  folder: string,
): Promise<Reserve | null> {
  const { files } = io;
  const path = `${folder}/.reserve`;
  let file: FileHandle | null = null;
  try {
    file = await files.open(path, { write: true, createNew: true, mode: FILE_MODE });
    // A file without a name holds its room as long as it is open, and leaves nothing behind.
    await files.remove(path);
    writeAll(file, io.randomBytes(RESERVE_BYTES)); // Some disks would store zeros as nothing.
    return new Reserve(file);
  } catch {
    file?.close();
    return null;
  }
}

/** Room that is taken. */
export class Reserve {
  #file: FileHandle | null;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Gives the room up; false where that was done before. */
  async release(): Promise<boolean> {
    const file = this.#file;
    if (file === null) return false;
    this.#file = null;
    await file.truncate(0).catch(() => {});
    file.close();
    return true;
  }

  close(): void {
    this.#file?.close();
    this.#file = null;
  }
}
