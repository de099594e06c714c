/**
 * Rows that could not be sent, appended to the day's file as the older service kept them: some columns
 * of each, without a header line.
 *
 * @module
 */

import { openReader } from "../csv/reader.ts";
import { openSource } from "../csv/source.ts";
import type { RunSummary } from "../checkpoint/summarize.ts";
import type { Io } from "../io.ts";
import { headersOf } from "../mapping/header.ts";
import { mappingColumn } from "../mapping/compile.ts";
import type { MappingFile } from "../mapping/schema.ts";
import { StorageError } from "../model/errors.ts";
import { describeFileError, writeAll } from "../model/file_errors.ts";
import type { Row } from "../model/row.ts";
import { rawBytes } from "../csv/raw.ts";
import { restoreHeader } from "./kept_header.ts";

/** Where such rows go, and which columns of them. */
export interface FailedRows {
  readonly folder: string;
  readonly mapping: MappingFile;
  /** By a name or an alias in the mapping. */
  readonly columns: readonly string[];
}

/**
 * Appends the rejected and unknown rows of a run to `<folder>/unsent_<date>.csv`.
 *
 * @throws {StorageError} when they can't be written.
 */
export async function appendFailedRows(
  io: Pick<Io, "files" | "stdin" | "now">,
  { files, run }: RunSummary,
  { folder, mapping, columns }: FailedRows,
): Promise<void> {
  const paths = [files.rejected, files.unknown].filter((path) => path !== null);
  if (paths.length === 0 || run === null) return;
  const { names, hasNames, delimiter, encoding } = restoreHeader(run.header);
  const header = hasNames ? undefined : names;
  const parts: Uint8Array[] = [];
  for (const path of paths) {
    const source = await openSource(io, path);
    try {
      const reader = await openReader(source, { delimiter, encoding, header });
      const fields = columns.map((name) => fieldOf(reader.header.names, mapping, name));
      for (let rows = await reader.read(); rows; rows = await reader.read()) {
        parts.push(...rows.map((row) => lineOf(row, fields)));
      }
    } finally {
      await source.close();
    }
  }
  await append(io, folder, parts);
}

async function append(
  { files, now }: Pick<Io, "files" | "now">,
  folder: string,
  parts: readonly Uint8Array[],
): Promise<void> {
  const path = `${folder}/unsent_${new Date(now()).toISOString().slice(0, 10)}.csv`;
  try {
    await files.makeFolder(folder, 0o700);
    const file = await files.open(path, { append: true, create: true, mode: 0o600 });
    try {
      for (const part of parts) writeAll(file, part);
      await file.sync();
    } finally {
      file.close();
    }
  } catch (error) {
    throw new StorageError(`Cannot write ${path}: ${describeFileError(error)}`, { cause: error });
  }
}

function fieldOf(header: readonly string[], mapping: MappingFile, name: string): number {
  const from = mappingColumn(mapping, name);
  const column = mapping.columns.find((column) => column.from === from);
  const names = column ? headersOf(column) : [name];
  return header.findIndex((heading) => names.includes(heading.trim()));
}

/** A record that could not be read stands as it stood. */
function lineOf(row: Row, fields: readonly number[]): Uint8Array {
  if (row.fault !== null) return rawBytes(row);
  const texts = fields.map((field) => (row.fields[field] ?? "").trim());
  return new TextEncoder().encode(`${texts.map(csvField).join(",")}\n`);
}

function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
