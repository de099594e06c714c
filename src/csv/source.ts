/**
 * Where a CSV file's bytes come from: a file, a gzipped file or standard input, all read the same
 * way, block by block.
 *
 * @module
 */

import { StorageError, UsageError } from "../errors.ts";
import { describeFileError, type FileHandle, type Io } from "../io.ts";
import { gunzip, isGzip } from "./gzip.ts";

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
  close(): Promise<void>;
}

/** A source that a path names. */
export interface OpenedSource extends ByteSource {
  readonly kind: "file" | "gzip" | "stream";
  /** Bytes of a plain file; null where the length of what will be read isn't known. */
  readonly size: number | null;
}

/** Which part of a source is read. Offsets are those of the decompressed bytes. */
export interface SourceOptions {
  /** First byte to give. A plain file is read from there; otherwise the bytes before are skipped. */
  readonly offset?: number;
  /** First byte not to give. */
  readonly end?: number;
  /** Sees the bytes that were read only to be skipped; they may be kept. */
  onSkipped?(bytes: Uint8Array): void;
}

/**
 * Opens a file, or standard input for `-`. Gzip is known by its first bytes, whatever the name.
 *
 * @throws {UsageError} when there is no such file, or it can't be read.
 */
export async function openSource(
  io: Pick<Io, "files" | "stdin">,
  path: string,
  options: SourceOptions = {},
): Promise<OpenedSource> {
  const name = path === "-" ? "standard input" : path;
  const { source, size, seek } = path === "-"
    ? { source: streamSource(io.stdin.readable), size: null, seek: null }
    : await openFile(io, path);
  try {
    const head = await peek(source, 2);
    const { offset = 0, end = Infinity } = options;
    if (isGzip(head.bytes)) {
      return { ...await part(gunzip(head.source, name), options), kind: "gzip", size: null };
    }
    if (!seek) return { ...await part(head.source, options), kind: "stream", size };
    if (offset === 0) return { ...await part(head.source, { end }), kind: "file", size };
    await source.close();
    return { ...await part(await seek(offset), { end: end - offset }), kind: "file", size };
  } catch (error) {
    await source.close();
    throw error instanceof StorageError ? new UsageError(error.message, { cause: error }) : error;
  }
}

/** A source that gives nothing but these blocks; for what is in memory already. */
export function blockSource(blocks: Iterable<Uint8Array>): ByteSource {
  const iterator = blocks[Symbol.iterator]();
  return {
    read: () => Promise.resolve(iterator.next().value ?? null),
    close: () => Promise.resolve(),
  };
}

interface OpenFile {
  readonly source: ByteSource;
  readonly size: number | null;
  /** Opens the file again at an offset; null for what isn't a file on a disk, such as a FIFO. */
  readonly seek: ((offset: number) => Promise<ByteSource>) | null;
}

async function openFile({ files }: Pick<Io, "files">, path: string): Promise<OpenFile> {
  const open = async (offset: number) => {
    const handle = await files.open(path, { read: true });
    try {
      if (offset > 0) await handle.seek(offset);
      return { handle, info: await handle.stat() };
    } catch (error) {
      handle.close();
      throw error;
    }
  };
  try {
    const { handle, info } = await open(0);
    if (info.isDirectory) {
      handle.close();
      throw new UsageError(`Cannot read ${path}: it is a folder; name a CSV file.`);
    }
    return {
      source: fileSource(handle, path),
      size: info.isFile ? info.size : null,
      seek: info.isFile ? async (offset) => fileSource((await open(offset)).handle, path) : null,
    };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`Cannot read ${path}: ${describeFileError(error)}.`, { cause: error });
  }
}

/**
 * Reads a file ahead of what is asked for, so that the disk works while rows are cut. Two buffers
 * take turns: memory that is asked for anew with each read piles up faster than it is freed.
 */
function fileSource(handle: FileHandle, name: string): ByteSource {
  let idle = new Uint8Array(READ_BYTES);
  let inUse = new Uint8Array(READ_BYTES);
  const readMore = async () => {
    [idle, inUse] = [inUse, idle];
    const buffer = inUse;
    const length = await handle.read(buffer);
    return length === null ? null : buffer.subarray(0, length);
  };
  let ahead: Promise<Uint8Array | null> | null = null;
  let held: Uint8Array = new Uint8Array();
  return {
    async read() {
      if (held.length === 0) {
        try {
          const more = await (ahead ?? readMore());
          ahead = more && readMore();
          ahead?.catch(() => {}); // Thrown where it is awaited: by the next read.
          if (!more) return null;
          held = more;
        } catch (error) {
          throw new StorageError(`Cannot read on in ${name}: ${describeFileError(error)}.`, {
            cause: error,
          });
        }
      }
      const block = held.subarray(0, BLOCK_BYTES);
      held = held.subarray(BLOCK_BYTES);
      return block;
    },
    async close() {
      await ahead?.catch(() => {});
      ahead = null;
      handle.close();
    },
  };
}

function streamSource(stream: ReadableStream<Uint8Array>): ByteSource {
  const reader = stream.getReader();
  let held: Uint8Array = new Uint8Array();
  return {
    async read() {
      while (held.length === 0) {
        const { value, done } = await reader.read();
        if (done) return null;
        held = value;
      }
      const block = held.subarray(0, BLOCK_BYTES);
      held = held.subarray(BLOCK_BYTES);
      return block;
    },
    close: () => reader.cancel(),
  };
}

/** Looks at a source's first bytes: `count` of them unless it is shorter. */
async function peek(
  source: ByteSource,
  count: number,
): Promise<{ bytes: Uint8Array; source: ByteSource }> {
  const blocks: Uint8Array[] = [];
  const bytes: number[] = [];
  while (bytes.length < count) {
    const block = await source.read();
    if (!block) break;
    blocks.push(block.slice());
    bytes.push(...block.subarray(0, count - bytes.length));
  }
  return {
    bytes: Uint8Array.from(bytes),
    source: {
      read: async () => blocks.shift() ?? await source.read(),
      close: () => source.close(),
    },
  };
}

/** The part of a source that `options` ask for. Skips at once. */
async function part(source: ByteSource, options: SourceOptions): Promise<ByteSource> {
  const { offset = 0, end = Infinity } = options;
  let rest: Uint8Array | null = null;
  for (let at = 0; at < offset;) {
    const block = await source.read();
    if (!block) break;
    const skipped = block.subarray(0, offset - at);
    options.onSkipped?.(skipped.slice());
    at += skipped.length;
    rest = block.subarray(skipped.length);
  }
  let left = end - offset;
  return {
    async read() {
      if (left <= 0) return null;
      const block = rest?.length ? rest : await source.read();
      rest = null;
      const given = block && block.subarray(0, left);
      left -= given?.length ?? 0;
      return given;
    },
    close: () => source.close(),
  };
}
