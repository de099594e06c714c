/**
 * Cuts a file into n ranges of about as many bytes each, between rows.
 *
 * Only a look at everything from the header on tells where rows start, since a line break may stand
 * inside quotes. So every shard passes what lies before it, and finds the same borders as the others, on
 * whatever machine they run. Where quotes are used as they should be, that takes a few times as long as
 * reading the bytes; behind broken ones, rows are read as for sending.
 *
 * @module
 */

import { digestFileRange } from "../checkpoint/digest.ts";
import type { ShardFacts } from "../checkpoint/lines.ts";
import type { Shard } from "../config/values.ts";
import { cannotRead } from "../model/file_errors.ts";
import type { Io } from "../io.ts";
import { positionAfter } from "../model/positions.ts";
import { type Header, openReader, type ReaderOptions } from "../csv/reader.ts";
import { openSource } from "../csv/source.ts";
import { CancelledError, StoppedError, UsageError } from "../model/errors.ts";
import { passRecords } from "../kernel/passing.ts";
import type { Position, Row } from "../model/row.ts";
import type { Source } from "./source.ts";

/** A shard of a file, and the header of the file. */
export interface ShardCut {
  readonly facts: ShardFacts;
  /** Bytes of the file when it was cut. */
  readonly size: number;
  readonly header: Header;
}

/**
 * Finds the borders of a shard. Each border is the start of the first row at or after the byte that
 * would divide the rows' bytes evenly, so that a shard may be empty.
 *
 * @param reading how the file is read.
 * @param stop Aborts when the person at the terminal has had enough.
 * @throws {UsageError} when the source can't be cut: a pipe, a gzipped file, one that isn't CSV.
 */
export async function cutShard(
  io: Pick<Io, "files" | "stdin">,
  source: Source,
  { index, count }: Shard,
  reading: ReaderOptions,
  stop: AbortSignal,
): Promise<ShardCut> {
  if (source.path === "-") throw notCut(source, "save it as a file");
  try {
    // The file as it is now: what is appended meanwhile belongs to no shard.
    const { size } = await io.files.stat(source.path);
    const header = await headerOf(io, source, reading, size);
    const target = (n: number) =>
      Math.floor(header.end.offset + (size - header.end.offset) * (n / count));
    const borders = new Borders(io, { path: source.path, size, header, reading, stop });
    const start = await borders.from(header.end, target(index - 1));
    const end = index === count ? size : (await borders.from(start, target(index))).offset;
    const digest = await digestFileRange(io.files, source.path, start.offset, end);
    if (digest === null) throw new UsageError(`${source.name} became shorter as it was read`);
    return { header, size, facts: { index, count, start, end, digest } };
  } catch (error) {
    if (error instanceof UsageError || error instanceof CancelledError) throw error;
    // Nothing was sent, and there is no run yet that could be resumed.
    if (error instanceof StoppedError) throw new UsageError(error.message, { cause: error });
    throw cannotRead(source.name, error);
  }
}

/** @throws {UsageError} when the source can't be cut. */
async function headerOf(
  io: Pick<Io, "files" | "stdin">,
  source: Source,
  reading: ReaderOptions,
  size: number,
): Promise<Header> {
  const opened = await openSource(io, source.path, { end: size });
  try {
    if (opened.kind === "gzip") throw notCut(source, "decompress it");
    if (opened.kind === "workbook") throw notCut(source, "save it as CSV");
    if (opened.kind !== "file") throw notCut(source, "save it as a file");
    return (await openReader(opened, reading)).header;
  } finally {
    await opened.close();
  }
}

/** The file in which borders are looked for. */
interface Divided {
  readonly path: string;
  readonly size: number;
  readonly header: Header;
  readonly reading: ReaderOptions;
  readonly stop: AbortSignal;
}

/** The starts of rows. */
class Borders {
  readonly #io: Pick<Io, "files" | "stdin">;
  readonly #file: Divided;

  constructor(io: Pick<Io, "files" | "stdin">, file: Divided) {
    this.#io = io;
    this.#file = file;
  }

  /**
   * Where the first row starts that does so at `offset` or after it, or where the last one ends.
   *
   * @param known the start of a row before it, or where the rows start.
   */
  async from(known: Position, offset: number): Promise<Position> {
    const near = await this.#near(known, offset);
    // Where no row follows, the last one stands before what was passed.
    return await this.#read(near, offset) ?? await this.#read(known, offset) ?? known;
  }

  /** Where a record starts that is near an offset, without reading those before it. */
  async #near(known: Position, offset: number): Promise<Position> {
    const { path, header, reading: { isFooter }, stop } = this.#file;
    if (isFooter || !isUsual(header)) return known;
    const file = await this.#io.files.open(path, { read: true });
    try {
      await file.seek(known.offset);
      const read = (buffer: Uint8Array) => {
        if (stop.aborted) throw new CancelledError();
        return file.read(buffer);
      };
      return { row: 0, ...await passRecords({ read }, known, offset, header.delimiter) };
    } finally {
      file.close();
    }
  }

  /** The border, by reading rows; null where there are none. */
  async #read(start: Position, offset: number): Promise<Position | null> {
    const { path, size, header, reading, stop } = this.#file;
    const source = await openSource(this.#io, path, { offset: start.offset, end: size });
    try {
      const from = { position: start, header };
      const reader = await openReader(source, { ...reading, from });
      let last: Row | undefined;
      for (let rows = await reader.read(); rows; rows = await reader.read()) {
        if (stop.aborted) throw new CancelledError();
        const found = rows.find((row) => row.start >= offset);
        if (found) return { row: 0, offset: found.start, line: found.line };
        last = rows.at(-1);
      }
      return last ? { ...positionAfter(last), row: 0 } : null;
    } finally {
      await source.close();
    }
  }
}

/** Whether records stand as `passRecords` wants them. */
function isUsual({ encoding, dialect }: Header): boolean {
  const { lineEnd, quote, escape, comment, blanksBeforeQuotes, numbering } = dialect;
  return !OF_SEVERAL_BYTES.test(encoding) && lineEnd === "\n" && quote === '"' && numbering === 2 &&
    escape === null && comment === null && !blanksBeforeQuotes;
}

/** Encodings in which an ASCII byte may be a part of another character. */
const OF_SEVERAL_BYTES = /^(?:utf-16|gb|big5|euc|shift_jis|iso-2022)/;

function notCut({ name }: Source, remedy: string): UsageError {
  return new UsageError(
    `a part of a file needs a plain one, which can be read from the middle, and ${name} is none: ` +
      `${remedy} first`,
    { remedy: { code: "setting", setting: "shard" } },
  );
}
