/**
 * Cuts a file into n ranges of about as many bytes each, between rows.
 *
 * Only reading from the header on tells where rows start, since a line break may stand inside quotes.
 * So every shard reads what lies before its end, without checking or sending any of it, and finds the
 * same borders as the others, on whatever machine they run. On 2 cores that goes at 400 to 600 MB a
 * second, and comes to little beside what an API takes for as many rows.
 *
 * @module
 */

import { digestFileRange } from "../checkpoint/digest.ts";
import type { ShardFacts } from "../checkpoint/lines.ts";
import type { Shard } from "../config/values.ts";
import { cannotRead } from "../model/file_errors.ts";
import type { Io } from "../io.ts";
import { positionAfter } from "../model/positions.ts";
import { type CsvReader, type Header, openReader, type ReaderOptions } from "../csv/reader.ts";
import { openSource } from "../csv/source.ts";
import { CancelledError, StoppedError, UsageError } from "../model/errors.ts";
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
    const opened = await openSource(io, source.path, { end: size });
    let reader: CsvReader;
    try {
      if (opened.kind === "gzip") throw notCut(source, "decompress it");
      if (opened.kind === "workbook") throw notCut(source, "save it as CSV");
      if (opened.kind !== "file") throw notCut(source, "save it as a file");
      reader = await openReader(opened, reading);
    } catch (error) {
      await opened.close();
      throw error;
    }
    try {
      const { header } = reader;
      const target = (n: number) =>
        Math.floor(header.end.offset + (size - header.end.offset) * (n / count));
      const borders = new Borders(reader, stop);
      const start = await borders.from(target(index - 1));
      const end = index === count ? size : (await borders.from(target(index))).offset;
      const digest = await digestFileRange(io.files, source.path, start.offset, end);
      if (digest === null) throw new UsageError(`${source.name} became shorter as it was read`);
      return { header, size, facts: { index, count, start, end, digest } };
    } finally {
      await reader.close();
    }
  } catch (error) {
    if (error instanceof UsageError || error instanceof CancelledError) throw error;
    // Nothing was sent, and there is no run yet that could be resumed.
    if (error instanceof StoppedError) throw new UsageError(error.message, { cause: error });
    throw cannotRead(source.name, error);
  }
}

/** The starts of rows, asked for in ascending order. */
class Borders {
  #rows: readonly Row[] | null = [];
  /** The last row of the file, once it was read. */
  #last: Row | undefined;

  constructor(private readonly reader: CsvReader, private readonly stop: AbortSignal) {}

  /** Where the first row starts that does so at `offset` or after it, or where the last one ends. */
  async from(offset: number): Promise<Position> {
    for (;;) {
      const last = this.#rows?.at(-1);
      if (last && last.start >= offset) {
        const row = this.#rows?.find(({ start }) => start >= offset) ?? last;
        return { row: 0, offset: row.start, line: row.line };
      }
      if (this.#rows === null) {
        return this.#last ? { ...positionAfter(this.#last), row: 0 } : this.reader.header.end;
      }
      this.#last = last ?? this.#last;
      if (this.stop.aborted) throw new CancelledError();
      this.#rows = await this.reader.read();
    }
  }
}

function notCut({ name }: Source, remedy: string): UsageError {
  return new UsageError(
    `a part of a file needs a plain one, which can be read from the middle, and ${name} is none: ` +
      `${remedy} first`,
    { remedy: { code: "setting", setting: "shard" } },
  );
}
