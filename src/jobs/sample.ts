/**
 * A first look at a CSV: its header and some of its rows.
 *
 * @module
 */

import { openReader } from "../csv/reader.ts";
import { openSource } from "../csv/source.ts";
import type { Io } from "../io.ts";
import { readerOptions, type ReaderSettings } from "./reading.ts";
import { findSource } from "./source.ts";

/** How a file begins. */
export interface CsvSample {
  readonly header: readonly string[];
  /** Fields of the first rows; rows that can't be read are left out. */
  readonly rows: readonly (readonly string[])[];
}

/**
 * Reads the header and at most `count` rows.
 *
 * @throws {UsageError} when there is no such file, or it can't be read.
 */
export async function readSample(
  io: Pick<Io, "files" | "stdin">,
  path: string,
  settings: ReaderSettings,
  count: number,
): Promise<CsvSample> {
  const { path: realPath, name } = await findSource(io, path);
  const source = await openSource(io, realPath);
  try {
    const reader = await openReader(source, await readerOptions({ name }, settings, undefined));
    const rows: (readonly string[])[] = [];
    for (let left = count; left > 0;) {
      const batch = await reader.read();
      if (!batch) break;
      for (const { fault, fields } of batch.slice(0, left)) if (!fault) rows.push(fields);
      left -= batch.length;
    }
    return { header: reader.header.names, rows };
  } finally {
    await source.close();
  }
}
