/**
 * A file that only grows at its end, with the length and checksum of what was written to it.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { StorageError, UsageError } from "../model/errors.ts";
import { describeFileError, writeAll } from "../model/file_errors.ts";
import type { FileHandle, Files } from "../io.ts";
import { crc32, crcHex } from "./crc.ts";
import type { Extent } from "./lines.ts";

/** Permission bits of the run's files. */
export const FILE_MODE = 0o600;

/** One of a run's files, open for appending. */
export class AppendFile {
  #bytes: number;
  #crc: number;
  #synced = true;
  /** Of `#bytes` and `#crc`, while they stay what they are. */
  #extent: Extent | null = null;

  private constructor(
    private readonly files: Files,
    private readonly handle: FileHandle,
    readonly path: string,
    extent: Extent,
  ) {
    this.#bytes = extent.bytes;
    this.#crc = parseInt(extent.crc, 16);
  }

  /** Makes the file. Rejects when anything stands at its path, be it a symbolic link. */
  static async create(files: Files, path: string, extent: Extent): Promise<AppendFile> {
    const handle = await files.open(path, { write: true, createNew: true, mode: FILE_MODE });
    return new AppendFile(files, handle, path, extent);
  }

  /** Opens a file that was made before and cuts it back to `extent`. */
  static async reopen(files: Files, path: string, extent: Extent): Promise<AppendFile> {
    const handle = await openOwnFile(files, path, { write: true });
    const file = new AppendFile(files, handle, path, extent);
    try {
      await file.cutBack(extent);
      await file.sync();
      return file;
    } catch (error) {
      handle.close();
      throw error;
    }
  }

  /** Length and checksum of what was written. */
  get extent(): Extent {
    return this.#extent ??= { bytes: this.#bytes, crc: crcHex(this.#crc) };
  }

  /** What tells it from other files; see `FileInfo`. */
  async id(): Promise<string | null> {
    return (await this.handle.stat()).id;
  }

  /**
   * Writes all of `bytes`, at once.
   *
   * @throws {StorageError} when that fails; a part may stand in the file then, beyond `extent`.
   */
  write(bytes: Uint8Array): void {
    this.#synced = false;
    try {
      writeAll(this.handle, bytes);
    } catch (error) {
      throw this.#failure("write", error);
    }
    this.#bytes += bytes.length;
    this.#crc = crc32(bytes, this.#crc);
    this.#extent = null;
  }

  /** Drops everything after `extent`, which must be one that the file had. */
  async cutBack(extent: Extent): Promise<void> {
    this.#synced = false;
    await this.handle.truncate(extent.bytes);
    await this.handle.seek(extent.bytes);
    this.#bytes = extent.bytes;
    this.#crc = parseInt(extent.crc, 16);
    this.#extent = null;
  }

  /**
   * Returns when all that was written before the call is on the disk itself. A failed sync is
   * final: the system may have dropped the bytes, so trying again would prove nothing.
   *
   * @throws {StorageError}
   */
  async sync(): Promise<void> {
    if (this.#synced) return;
    this.#synced = true; // Set first: bytes that are written meanwhile need the next sync.
    try {
      await this.handle.sync();
    } catch (error) {
      throw this.#failure("sync", error);
    }
  }

  /**
   * Makes sure that the file still stands at its path: writes to a removed file succeed silently.
   *
   * @throws {StorageError}
   */
  async assertThere(): Promise<void> {
    const { bytes } = this.extent;
    try {
      const info = await this.files.lstat(this.path);
      if (!info.isFile || info.size < bytes) throw new Error("something else stands in its place");
    } catch (error) {
      throw this.#failure("find", error);
    }
  }

  close(): void {
    this.handle.close();
  }

  #failure(verb: string, error: unknown): StorageError {
    const words = describeFileError(error);
    return new StorageError(`Cannot ${verb} ${this.path}: ${words}`, { cause: error });
  }
}

/**
 * Opens a file of a run, and refuses what somebody else put in its place.
 *
 * @throws {UsageError} when that is a symbolic link, a folder or the like.
 */
export async function openOwnFile(
  files: Files,
  path: string,
  options: { readonly read?: boolean; readonly write?: boolean },
): Promise<FileHandle> {
  await refuseForeign(files, path);
  return await files.open(path, options);
}

/**
 * Refuses what somebody else put in the place of a run's file.
 *
 * @throws {UsageError} when that is a symbolic link, a folder or the like.
 */
export async function refuseForeign(files: Files, path: string): Promise<void> {
  if ((await files.lstat(path)).isFile) return;
  throw new UsageError(`Cannot open ${path}: it is a link or no file at all; take it away first`);
}

/** Bytes of a block read from a run's files. */
const BLOCK_BYTES = 256 * 1024;

/** Reads the first `length` bytes of a file, block by block; a block is valid until the next. */
export async function* readBlocks(
  files: Files,
  path: string,
  length = Infinity,
): AsyncGenerator<Uint8Array> {
  const handle = await openOwnFile(files, path, { read: true });
  try {
    const buffer = new Uint8Array(BLOCK_BYTES);
    for (let left = length; left > 0;) {
      const count = await handle.read(buffer.subarray(0, Math.min(left, BLOCK_BYTES)));
      if (count === null) return;
      left -= count;
      yield buffer.subarray(0, count);
    }
  } finally {
    handle.close();
  }
}

/** Reads a file's lines, without their line feeds; one without its line feed is left out. */
export async function* readLines(files: Files, path: string): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let partial = "";
  for await (const block of readBlocks(files, path)) {
    const lines = (partial + decoder.decode(block, { stream: true })).split("\n");
    partial = lines.pop() ?? "";
    yield* lines;
  }
}

/**
 * Compares a file with extents that it should have had, one after the other as it grew.
 *
 * @returns how many of them hold, counted from the first.
 */
export async function countHolding(
  files: Files,
  path: string,
  extents: readonly Extent[],
): Promise<number> {
  let holding = 0;
  let offset = 0;
  let crc = 0;
  const check = () => {
    for (let next = extents[holding]; next && next.bytes <= offset; next = extents[++holding]) {
      if (next.bytes < offset || parseInt(next.crc, 16) !== crc) return false;
    }
    return true;
  };
  if (!check() || holding === extents.length) return holding;
  for await (const block of readBlocks(files, path, extents.at(-1)?.bytes)) {
    for (let rest = Buffer.from(block.buffer, block.byteOffset, block.length); rest.length > 0;) {
      const part = rest.subarray(0, (extents[holding]?.bytes ?? 0) - offset);
      crc = crc32(part, crc);
      offset += part.length;
      rest = rest.subarray(part.length);
      if (!check() || holding === extents.length) return holding;
    }
  }
  return holding;
}
