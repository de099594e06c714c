/**
 * The parts of a ZIP archive that lies in a file, by yauzl, which reads its directory first and checks
 * every part's length.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { Readable } from "node:stream";
import type { FileHandle } from "../../io.ts";

/** One part of an archive. */
export interface ZipPart {
  /** Bytes in the archive, and of the part itself. */
  readonly packed: number;
  readonly size: number;
  /** The part's bytes in order. */
  read(): AsyncIterable<Uint8Array>;
}

/** The parts by their names. */
export type ZipParts = ReadonlyMap<string, ZipPart>;

/** More parts are no workbook's. */
const MOST_PARTS = 10_000;

/** What yauzl gives of a part. */
interface Entry {
  readonly fileName: string;
  readonly compressedSize: number;
  readonly uncompressedSize: number;
}

/** What is used of yauzl. */
interface ZipFile {
  eachEntry(): AsyncIterable<Entry>;
  openReadStreamPromise(entry: Entry): Promise<AsyncIterable<Uint8Array>>;
}

/**
 * Reads an archive's directory.
 *
 * @throws {Error} when it is damaged.
 */
export async function openZip(handle: FileHandle, size: number): Promise<ZipParts> {
  // Loaded only here: most files are CSV.
  const { default: yauzl } = await import("yauzl");
  class HandleReader extends yauzl.RandomAccessReader {
    _readStreamForRange(start: number, end: number): Readable {
      return Readable.from(bytesOf(handle, start, end), { objectMode: false });
    }
  }
  const zip: ZipFile = await yauzl.fromRandomAccessReaderPromise(new HandleReader(), size, {
    autoClose: false,
  });
  const parts = new Map<string, ZipPart>();
  for await (const entry of zip.eachEntry()) {
    if (parts.size === MOST_PARTS) throw new Error(`it has more than ${MOST_PARTS} parts`);
    parts.set(entry.fileName, {
      packed: entry.compressedSize,
      size: entry.uncompressedSize,
      async *read() {
        yield* await zip.openReadStreamPromise(entry);
      },
    });
  }
  return parts;
}

const READ_BYTES = 2 ** 16;

async function* bytesOf(handle: FileHandle, start: number, end: number) {
  for (let at = start; at < end;) {
    const buffer = Buffer.alloc(Math.min(READ_BYTES, end - at));
    await handle.seek(at); // Another part may have been read since.
    const length = await handle.read(buffer);
    if (length === null) throw new Error("it is cut off");
    at += length;
    yield buffer.subarray(0, length);
  }
}
