/**
 * Where a CSV file's bytes come from: a file, a gzipped file, a workbook or standard input, all
 * read the same way, block by block.
 *
 * @module
 */

import { StorageError, UsageError } from "../model/errors.ts";
import { cannotRead } from "../model/file_errors.ts";
import type { FileHandle, Io } from "../io.ts";
import { type ByteSource, fileSource, streamSource } from "./blocks.ts";
import { gunzip, isGzip } from "./gzip.ts";
import { describeOtherFormat, HEAD_BYTES, isZip } from "./not_csv.ts";
import type { CsvOptions } from "./options.ts";

/** A source that a path names. */
export interface OpenedSource extends ByteSource {
  readonly kind: "file" | "gzip" | "stream" | "workbook";
  /** How what is read is written, where that is known: of a workbook, which becomes CSV here. */
  readonly written?: CsvOptions;
  /** Bytes of a plain file; null where the length of what will be read isn't known. */
  readonly size: number | null;
}

/** Which part of a source is read. Offsets are those of the decompressed bytes. */
export interface SourceOptions {
  /** First byte to give. A plain file is read from there; otherwise the bytes before are skipped. */
  readonly offset?: number;
  /** First byte not to give. */
  readonly end?: number;
  /** Name of the sheet of a workbook; the first unless given. */
  readonly sheet?: string | undefined;
  /** Sees the bytes that were read only to be skipped. They are good until it returns. */
  onSkipped?(bytes: Uint8Array): void;
}

/**
 * Opens a file, or standard input for `-`. Gzip and workbooks are known by their first bytes, whatever
 * the name.
 *
 * @throws {UsageError} when there is no such file, it can't be read, or it is plainly not CSV.
 */
export async function openSource(
  io: Pick<Io, "files" | "stdin">,
  path: string,
  options: SourceOptions = {},
): Promise<OpenedSource> {
  const name = path === "-" ? "standard input" : path;
  const file = path === "-" ? null : await openFile(io, path, options);
  const source = file ? file.source : streamSource(io.stdin.readable, name);
  if (file?.kind === "file") {
    const length = { end: (options.end ?? Infinity) - (options.offset ?? 0) };
    return { ...await part(source, length), kind: "file", size: file.size };
  }
  if (file?.kind === "workbook") {
    return { ...await part(source, options), kind: "workbook", size: null, written: WRITTEN };
  }
  try {
    const head = await peek(source, 2);
    const isPacked = isGzip(head.bytes);
    const plain = await peek(isPacked ? gunzip(head.source, name) : head.source, 1);
    refuseOtherFormat(name, plain.bytes);
    const kind = isPacked ? "gzip" : "stream";
    return { ...await part(plain.source, options), kind, size: null };
  } catch (error) {
    await source.close();
    throw error instanceof StorageError ? new UsageError(error.message, { cause: error }) : error;
  }
}

/** How a workbook's cells are written. */
const WRITTEN: CsvOptions = { delimiter: ",", encoding: "utf-8", quote: '"', escape: undefined };

/**
 * Opens a file: at `offset` when it is plain and lies on a disk, which makes it of kind `file`, else
 * at its start.
 */
async function openFile(
  { files }: Pick<Io, "files">,
  path: string,
  { offset = 0, sheet }: SourceOptions,
): Promise<{ source: ByteSource; kind: "file" | "workbook" | "other"; size: number }> {
  let handle: FileHandle | null = null;
  try {
    handle = await files.open(path, { read: true });
    const { isFile, isDirectory, size } = await handle.stat();
    if (isDirectory) throw new UsageError(`Cannot read ${path}: it is a folder; name a CSV file`);
    let kind: "file" | "other" = "other";
    if (isFile) {
      // Only what lies on a disk can be looked at and then read from the start again.
      const head = new Uint8Array(HEAD_BYTES);
      const length = await handle.read(head) ?? 0;
      if (isZip(head)) {
        const { openWorkbook } = await import("./xlsx/source.ts"); // Most files are CSV.
        const source = await openWorkbook(handle, { name: path, size, wanted: sheet });
        return { source, kind: "workbook", size };
      }
      if (!isGzip(head)) {
        kind = "file";
        refuseOtherFormat(path, head.subarray(0, length));
      }
      await handle.seek(kind === "file" ? offset : 0);
    }
    const least = kind === "file" ? size - offset : 0;
    return { source: fileSource(handle, path, least), kind, size };
  } catch (error) {
    handle?.close();
    if (error instanceof UsageError) throw error;
    throw cannotRead(path, error);
  }
}

function refuseOtherFormat(name: string, head: Uint8Array): void {
  const other = describeOtherFormat(head);
  if (other !== null) throw new UsageError(`Cannot read ${name}: ${other}`);
}

/** Looks at a source's first bytes: at least `count` of them unless it is shorter. */
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
    bytes.push(...block.subarray(0, HEAD_BYTES - bytes.length));
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
    options.onSkipped?.(skipped);
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
