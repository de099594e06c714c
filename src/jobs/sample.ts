/**
 * A first look at a CSV: its header, and what the values of its columns have in common.
 *
 * @module
 */

import { type CsvReader, openReader } from "../csv/reader.ts";
import { type OpenedSource, openSource } from "../csv/source.ts";
import { ColumnProfile } from "../mapping/column_profile.ts";
import { loadPhonePlans } from "../mapping/phone_plan.ts";
import type { Io } from "../io.ts";
import { readerOptions, type ReaderSettings, refuseUnfit } from "./reading.ts";
import { findSource } from "./source.ts";

/** What was seen of a file. */
export interface CsvSample {
  readonly header: readonly string[];
  /** By field. */
  readonly profiles: readonly ColumnProfile[];
  /** Rows that could be read. */
  readonly count: number;
  /** Whether the file ended before the time did. */
  readonly areAll: boolean;
}

/** So long is a file looked at: a person waits. */
const LONGEST_LOOK_MS = 3_000;

/**
 * Reads the header and the rows, all of them where that takes no longer than a person waits.
 *
 * @throws {UsageError} when there is no such file, or it can't be read.
 */
export async function readSample(
  io: Pick<Io, "files" | "stdin" | "monotonic">,
  path: string,
  settings: ReaderSettings,
): Promise<CsvSample> {
  await loadPhonePlans("phone");
  return await withReader(io, path, settings, async (reader) => {
    const header = reader.header.names;
    const profiles = header.map(() => new ColumnProfile());
    const end = io.monotonic() + LONGEST_LOOK_MS;
    let count = 0;
    while (io.monotonic() < end) {
      const batch = await reader.read();
      if (!batch) return { header, profiles, count, areAll: true };
      for (const { fault, fields, line } of batch) {
        if (fault !== null) continue;
        count++;
        for (const [at, profile] of profiles.entries()) profile.add(fields[at] ?? "", line);
      }
    }
    return { header, profiles, count, areAll: false };
  });
}

/**
 * Reads the header alone.
 *
 * @throws {UsageError} as above.
 */
export async function readColumnNames(
  io: Pick<Io, "files" | "stdin">,
  path: string,
  settings: ReaderSettings,
): Promise<readonly string[]> {
  return await withReader(io, path, settings, (reader) => Promise.resolve(reader.header.names));
}

/** What a file is and how it begins. @throws {UsageError} as above. */
export async function lookAtHeader(
  io: Pick<Io, "files" | "stdin">,
  path: string,
  settings: ReaderSettings,
): Promise<
  { readonly kind: string; readonly size: number | null; readonly header: CsvReader["header"] }
> {
  return await withReader(
    io,
    path,
    settings,
    ({ header }, { kind, size }) => Promise.resolve({ kind, size, header }),
  );
}

async function withReader<T>(
  io: Pick<Io, "files" | "stdin">,
  path: string,
  settings: ReaderSettings,
  look: (reader: CsvReader, source: OpenedSource) => Promise<T>,
): Promise<T> {
  const { path: realPath, name } = await findSource(io, path);
  const source = await openSource(io, realPath, { sheet: settings.sheet });
  try {
    refuseUnfit(source.kind, name, settings);
    const reading = await readerOptions({ name }, settings, undefined);
    return await look(await openReader(source, { ...reading, ...source.written }), source);
  } finally {
    await source.close();
  }
}
