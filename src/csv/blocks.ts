/**
 * Bytes in blocks: of a file, of a stream, of memory.
 *
 * @module
 */

import { StorageError } from "../model/errors.ts";
import { describeFileError } from "../model/file_errors.ts";
import type { FileHandle } from "../io.ts";

/** Largest block that a source gives, in bytes. Larger ones make the scanner slower. */
export const BLOCK_BYTES = 2 ** 16;

/** How much is read from a file at once: a read costs more than the copying of a block. */
const READ_BYTES = 2 ** 18;

/** Bytes in order. */
export interface ByteSource {
  /**
   * The next bytes, at most `BLOCK_BYTES` and at least one; null at the end. A block is good until
   * the next `read`: its memory may be used again.
   *
   * @throws {StorageError} when the source can't be read any more.
   */
  read(): Promise<Uint8Array | null>;
  /** Ends it; a pipe may be silent for ever, so what is being read is not waited for. */
  close(): Promise<void>;
}

/**
 * Reads a file ahead of what is asked for, so that the disk works while rows are cut. Two buffers
 * take turns: memory that is asked for anew with each read piles up faster than it is freed.
 *
 * @param least bytes that were there when it was opened; a file that ends before became shorter.
 */
export function fileSource(handle: FileHandle, name: string, least: number): ByteSource {
  let idle = new Uint8Array(READ_BYTES);
  let inUse = new Uint8Array(READ_BYTES);
  const readMore = async () => {
    [idle, inUse] = [inUse, idle];
    const buffer = inUse;
    const length = await handle.read(buffer);
    return length === null ? null : buffer.subarray(0, length);
  };
  let ahead: Promise<Uint8Array | null> | null = null;
  let missing = least;
  let closed = false;
  let giveUp = () => {};
  return chunkSource({
    async next() {
      try {
        const reading = ahead ?? readMore();
        const more = await new Promise<Uint8Array | null>((resolve, reject) => {
          giveUp = () => resolve(null);
          reading.then(resolve, reject);
        });
        ahead = more && readMore();
        ahead?.catch(() => {}); // Thrown where it is awaited: by the next read.
        if (!more && missing > 0 && !closed) throw new Error(BECAME_SHORTER);
        missing -= more?.length ?? 0;
        return more;
      } catch (error) {
        throw cannotReadOn(name, describeFileError(error), error);
      }
    },
    close() {
      closed = true;
      handle.close();
      giveUp();
    },
  });
}

const BECAME_SHORTER = "it became shorter while it was read; put it back as it was";

/** What a source throws that can't go on. */
export function cannotReadOn(name: string, reason: string, cause?: unknown): StorageError {
  return new StorageError(`Cannot read on in ${name}: ${reason}`, { cause });
}

/** Cuts a stream's chunks into blocks. */
export function streamSource(stream: ReadableStream<Uint8Array>, name: string): ByteSource {
  const reader = stream.getReader();
  return chunkSource({
    async next() {
      const { value, done } = await reader.read().catch((error) => {
        throw cannotReadOn(name, describeFileError(error), error);
      });
      return done ? null : value;
    },
    close: () => reader.cancel().catch(() => {}), // A stream that failed is closed already.
  });
}

/** Cuts chunks of any size into blocks. Once it is closed, there are none. */
export function chunkSource(
  { next, close }: {
    /** The next chunk, or null at the end. */
    readonly next: () => Promise<Uint8Array | null>;
    readonly close: () => Promise<void> | void;
  },
): ByteSource {
  let held: Uint8Array = new Uint8Array();
  let closed = false;
  return {
    async read() {
      while (held.length === 0 && !closed) {
        const chunk = await next();
        if (chunk === null) return null;
        held = chunk;
      }
      if (closed) return null;
      const block = held.subarray(0, BLOCK_BYTES);
      held = held.subarray(BLOCK_BYTES);
      return block;
    },
    async close() {
      if (closed) return;
      closed = true;
      await close();
    },
  };
}
