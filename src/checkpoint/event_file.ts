/**
 * `events.jsonl` in a run's folder. It explains a run and carries none of its promises: nothing is
 * synced, and a disk that does not take a line costs that line and no more.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { FileHandle, Io } from "../io.ts";
import { writeAll } from "../model/file_errors.ts";
import type { Observer, RunEvent } from "../model/run_events.ts";
import { FILE_MODE, openOwnFile } from "./append_file.ts";
import { type EventLine, EventLines } from "./event_lines.ts";

/** The file's name. */
export const EVENTS_FILE = "events.jsonl";

/**
 * Beyond this many bytes the file takes only what there are few of: starts, stops and ends, and
 * summaries of ten minutes each, which say how many lines were left out.
 */
export const MOST_BYTES = 4 * 1024 * 1024;

/** Types of lines that are always written. */
const KEPT = new Set([
  "start",
  "resume",
  "recovered",
  "stopping",
  "minute",
  "failed",
  "stop",
  "end",
]);

/** The file of a run that goes on. */
export class EventFile {
  readonly #lines: EventLines;
  readonly #mostBytes: number;
  #file: FileHandle | null;
  #bytes: number;
  #leftOut = 0;

  private constructor(
    file: FileHandle | null,
    { now, bytes, mostBytes }: { now: () => number; bytes: number; mostBytes: number },
  ) {
    this.#file = file;
    this.#bytes = bytes;
    this.#mostBytes = mostBytes;
    this.#lines = new EventLines(now);
  }

  /**
   * Opens or makes the file in a run's folder. Where that can't be done, or something else stands in
   * its place, the run goes without.
   */
  static async open(
    io: Pick<Io, "files" | "now">,
    folder: string,
    mostBytes: number = MOST_BYTES,
  ): Promise<EventFile> {
    const now = () => io.now();
    try {
      const { file, bytes } = await openAtEnd(io, `${folder}/${EVENTS_FILE}`);
      return new EventFile(file, { now, bytes, mostBytes });
    } catch {
      return new EventFile(null, { now, bytes: 0, mostBytes });
    }
  }

  /** Takes an event, and writes what is to be written of it at once. */
  readonly observe: Observer = (event: RunEvent) => {
    if (this.#file === null) return;
    for (const line of this.#lines.linesOf(event)) this.#write(line);
  };

  close(): void {
    this.#file?.close();
    this.#file = null;
  }

  #write(line: EventLine): void {
    if (this.#file === null || !this.#takes(line)) return;
    const leftOut = this.#leftOut > 0 ? { leftOut: this.#leftOut } : {};
    const bytes = Buffer.from(`${JSON.stringify({ ...line, ...leftOut })}\n`);
    try {
      writeAll(this.#file, bytes);
      this.#leftOut = 0;
      this.#bytes += bytes.length;
      this.#lines.isLong = this.#bytes >= this.#mostBytes;
    } catch {
      // Half a line must not be gone on with: the file ends here.
      this.close();
    }
  }

  #takes({ type }: EventLine): boolean {
    if (this.#bytes < this.#mostBytes || KEPT.has(type)) return true;
    this.#leftOut++;
    return false;
  }
}

/** Opens the file behind its last whole line: a process that died may have left half of one. */
async function openAtEnd(
  { files }: Pick<Io, "files">,
  path: string,
): Promise<{ readonly file: FileHandle; readonly bytes: number }> {
  try {
    const file = await files.open(path, { write: true, createNew: true, mode: FILE_MODE });
    return { file, bytes: 0 };
  } catch {
    const bytes = await wholeLines(files, path);
    const file = await openOwnFile(files, path, { write: true });
    await file.truncate(bytes);
    await file.seek(bytes);
    return { file, bytes };
  }
}

async function wholeLines(files: Io["files"], path: string): Promise<number> {
  const file = await openOwnFile(files, path, { read: true });
  try {
    const { size } = await file.stat();
    // No line is longer than this by far.
    const from = Math.max(0, size - 64 * 1024);
    await file.seek(from);
    const tail = Buffer.alloc(size - from);
    let length = 0;
    for (let count = 1; length < tail.length && count > 0; length += count) {
      count = await file.read(tail.subarray(length)) ?? 0;
    }
    return from + tail.subarray(0, length).lastIndexOf("\n") + 1;
  } finally {
    file.close();
  }
}
