/**
 * The first records of a file, looked at before its delimiter and shape are known.
 *
 * @module
 */

import { RecordSplitter } from "./record.ts";

/** How many rows are looked at, and in how many units of a file, before it is told what it is like. */
const SAMPLE_ROWS = 10;
export const SAMPLE_UNITS = 2 ** 16;

/** Rows below a header. */
export interface SampledRows {
  readonly rows: readonly string[];
  /** False when more can be had. */
  readonly isAll: boolean;
}

/**
 * The first rows from `start` on, each with its line end; lines that start with `comment` are none. A
 * row ends at the first line end outside quotes, whatever the delimiter will be.
 *
 * @param atEnd says that the source ends with `marks`.
 */
export function sampleRows(
  marks: string,
  start: number,
  comment: string | null,
  atEnd: boolean,
): SampledRows {
  const rows: string[] = [];
  for (let at = start; rows.length < SAMPLE_ROWS;) {
    const end = recordEnd(marks, at);
    if (end === -1 || end > SAMPLE_UNITS) {
      if (end === -1 && atEnd && at < marks.length) rows.push(marks.slice(at));
      return { rows, isAll: atEnd || end !== -1 || marks.length > SAMPLE_UNITS };
    }
    const row = marks.slice(at, end);
    if (comment === null || !row.startsWith(comment)) rows.push(row);
    at = end;
  }
  return { rows, isAll: true };
}

/** Where the record that starts at `start` ends, before its delimiter is known; -1 if not yet. */
export function recordEnd(marks: string, start: number): number {
  let quoted = false;
  for (let at = start; at < marks.length; at++) {
    if (marks[at] === '"') quoted = !quoted;
    else if (marks[at] === "\n" && !quoted) return at + 1;
  }
  return -1;
}

/** What a record is by some delimiter. */
export interface SampleRecord {
  readonly fields: readonly string[];
  /** True when a blank stands behind each of its delimiters. */
  readonly isSpaced: boolean;
}

/** Splits one record; null where its quotes are broken. */
export function splitRecord(record: string, delimiter: string): SampleRecord | null {
  const splitter = new RecordSplitter(delimiter, 0, { field: Infinity, open: Infinity }, {
    keepStarts: true,
    blanksBeforeQuotes: true,
  });
  const fields = splitter.split({ text: record, marks: record }, 0, record.indexOf("\n"), true);
  if (!fields || splitter.broken) return null;
  const starts = splitter.starts?.slice(1) ?? [];
  return { fields, isSpaced: starts.length > 0 && starts.every((at) => record[at] === " ") };
}
