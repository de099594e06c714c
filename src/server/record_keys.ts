/**
 * The keys that single records came with (Idempotency-Key): written down before the record itself, with
 * the place that it is to have, so that after a crash it is known whether it got there.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { Io } from "../io.ts";
import { writeAll } from "../model/file_errors.ts";
import { cutToWholeLines } from "./whole_lines.ts";

/** How long they are kept, in milliseconds. */
export const KEPT_MS = 7 * 24 * 3_600_000;

/** A record's key, and where the record ends in its file. */
export interface KeyedRecord {
  readonly key: string;
  /** Tells the request from others with the key. */
  readonly request: string;
  readonly path: string;
  /** Offset behind it, in bytes. */
  readonly end: number;
}

type KeyLine = KeyedRecord | { readonly dropped: readonly string[] };

/** Keys of some days. */
export class RecordKeys {
  readonly #io: Pick<Io, "files" | "now">;
  readonly #folder: string;
  readonly #known = new Map<string, { readonly request: string; readonly day: string }>();
  /** Keys that are dropped, which is not on the disk yet: it may have been full. */
  #dropped: string[] = [];
  /** The day whose file is known to be there. */
  #day = "";

  private constructor(io: Pick<Io, "files" | "now">, folder: string) {
    this.#io = io;
    this.#folder = folder;
  }

  /** Reads them, before any record is taken up that they came with. */
  static async open(io: Pick<Io, "files" | "now">, folder: string): Promise<RecordKeys> {
    const keys = new RecordKeys(io, folder);
    await io.files.makeFolder(folder, 0o700);
    for (const name of (await io.files.list(folder)).sort()) await keys.#read(name);
    return keys;
  }

  /** What the request was that a key came with; null where it did not come. */
  find(key: string): string | null {
    return this.#known.get(key)?.request ?? null;
  }

  /** Puts keys on record, before their records: on the disk itself when this returns. */
  async add(records: readonly KeyedRecord[]): Promise<void> {
    const day = this.#today();
    const isNew = day !== this.#day;
    if (isNew) await this.#forgetOld();
    await this.#write(day, records);
    if (isNew) await this.#io.files.syncFolder(this.#folder);
    this.#day = day;
    for (const { key, request } of records) this.#known.set(key, { request, day });
  }

  /** Takes back those whose records could not be kept. */
  async drop(keys: readonly string[]): Promise<void> {
    for (const key of keys) this.#known.delete(key);
    this.#dropped.push(...keys);
    await this.#write(this.#today(), []).catch(() => {}); // Then the next write brings it.
  }

  #today(): string {
    return new Date(this.#io.now()).toISOString().slice(0, 10);
  }

  #isOld(day: string): boolean {
    return this.#io.now() - Date.parse(day) > KEPT_MS;
  }

  async #forgetOld(): Promise<void> {
    for (const [key, known] of this.#known) if (this.#isOld(known.day)) this.#known.delete(key);
    for (const name of await this.#io.files.list(this.#folder)) {
      if (this.#isOld(name.slice(0, 10))) await this.#io.files.remove(`${this.#folder}/${name}`);
    }
  }

  async #read(name: string): Promise<void> {
    const day = name.slice(0, 10);
    if (this.#isOld(day)) return await this.#io.files.remove(`${this.#folder}/${name}`);
    const found = new Map<string, KeyedRecord>();
    const text = await this.#io.files.readText(`${this.#folder}/${name}`);
    for (const line of text.split("\n")) {
      const read = parse(line);
      if (read === null) continue;
      if (!("dropped" in read)) found.set(read.key, read);
      else for (const map of [found, this.#known]) read.dropped.forEach((key) => map.delete(key));
    }
    const lost: string[] = [];
    const sizes = new Map<string, number>();
    for (const { key, request, path, end } of found.values()) {
      if (!sizes.has(path)) sizes.set(path, await this.#sizeOf(path));
      if ((sizes.get(path) ?? 0) < end) lost.push(key);
      else this.#known.set(key, { request, day });
    }
    // Their file will be gone one day, and with it what tells that they are not in it.
    this.#dropped.push(...lost);
    if (lost.length > 0) await this.#write(day, []);
  }

  /** Bytes of a file's whole lines; of one that is gone, all were sent. */
  async #sizeOf(path: string): Promise<number> {
    const { files } = this.#io;
    if (!await files.stat(path).then(() => true, () => false)) return Infinity;
    await cutToWholeLines(files, path);
    return (await files.stat(path)).size;
  }

  /** Each line begins anew, whatever a disk that was full has left of the one before. */
  async #write(day: string, records: readonly KeyedRecord[]): Promise<void> {
    const dropped = this.#dropped.splice(0);
    const lines: KeyLine[] = dropped.length > 0 ? [{ dropped }, ...records] : [...records];
    try {
      await this.#append(day, lines.map((line) => `\n${JSON.stringify(line)}`).join(""));
    } catch (error) {
      this.#dropped.push(...dropped);
      throw error;
    }
  }

  async #append(day: string, text: string): Promise<void> {
    const path = `${this.#folder}/${day}.jsonl`;
    const file = await this.#io.files.open(path, { append: true, create: true, mode: 0o600 });
    try {
      writeAll(file, Buffer.from(text));
      await file.sync();
    } finally {
      file.close();
    }
  }
}

/** Half a line is what a process that died left. */
function parse(line: string): KeyLine | null {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
