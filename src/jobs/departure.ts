/**
 * What somebody wants to know before rows go to real people.
 *
 * @module
 */

import { openReader, type ReaderOptions } from "../csv/reader.ts";
import { openSource } from "../csv/source.ts";
import type { Io } from "../io.ts";
import type { TargetId } from "../model/target.ts";

/** Which rows go where, and for how long. */
export interface Departure {
  readonly source: string;
  readonly destination: string;
  readonly target: TargetId;
  /** Rows to be read, estimated by the first of them; null where that can't be. */
  readonly rows: number | null;
  /** True when they were counted. */
  readonly isExact: boolean;
  /** How long they take at the rate, or null where there is none. */
  readonly seconds: number | null;
  /** What was imported before of the file, in a sentence; null where that is nothing. */
  readonly before: string | null;
  /** True when an unfinished run goes on. */
  readonly resumes: boolean;
}

/**
 * How many rows a plain file has behind an offset, by how long the first ones are; null for pipes and
 * compressed files.
 */
export async function estimateRows(
  io: Pick<Io, "files" | "stdin">,
  path: string,
  reading: ReaderOptions,
  from = 0,
): Promise<{ readonly rows: number; readonly isExact: boolean } | null> {
  if (path === "-") return null;
  const source = await openSource(io, path);
  if (source.kind !== "file" || source.size === null) {
    await source.close();
    return null;
  }
  const reader = await openReader(source, reading);
  try {
    const rows = await reader.read() ?? [];
    const last = rows.at(-1);
    if (!last) return { rows: 0, isExact: true };
    const first = reader.header.end.offset;
    const start = Math.max(from, first);
    const isAll = await reader.read() === null;
    if (isAll) return { rows: rows.filter((row) => row.start >= start).length, isExact: true };
    const bytesPerRow = (last.end - first) / rows.length;
    return { rows: Math.round((source.size - start) / bytesPerRow), isExact: false };
  } finally {
    await reader.close();
  }
}
