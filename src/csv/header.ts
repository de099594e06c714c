/**
 * The header: a file's first record, read before anything is known of the file but its first bytes.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { UsageError } from "../model/errors.ts";
import { countLineEnds } from "../model/positions.ts";
import { PROBLEM_COLUMN } from "../model/problem.ts";
import type { Position } from "../model/row.ts";
import { detectDelimiter, type Records } from "./delimiter.ts";
import { type Dialect, STANDARD, standardUnits, withEscapes } from "./dialect.ts";
import {
  detectEncoding,
  type Encoding,
  encodingOf,
  loadEncoding,
  toUnits,
  type Units,
} from "./encoding.ts";
import { headerNames } from "./header_names.ts";
import { encodeHeader } from "./made_header.ts";
import type { CsvOptions, HeaderOptions } from "./options.ts";
import { detectLineEnd, type Preamble, skipPreamble } from "./opening.ts";
import { recordEnd, sampleRows } from "./sample.ts";
import { detectShape, type Shape } from "./shape.ts";
import { refuseUtf8 } from "./utf8_after_all.ts";
import type { Window } from "./window.ts";

/** A file's first record, and what it tells of the file. */
export interface Header {
  /** As they stood: not trimmed. Of a file without a header line those that were given, or 1, 2, … */
  readonly names: readonly string[];
  /** False when the columns have numbers only. */
  readonly hasNames: boolean;
  readonly delimiter: string;
  /** Name in the WHATWG Encoding Standard, or of a code page. */
  readonly encoding: string;
  readonly dialect: Dialect;
  /**
   * What a file of some of the rows starts with, to be read as this one is: the byte order mark, the
   * lines above the header that were asked to be skipped, and the record with its line end.
   */
  readonly raw: Uint8Array;
  /** Where in `raw` the names start, in bytes; null where no names are in it. */
  readonly recordOffset: number | null;
  /** Where the first row starts: row 0. */
  readonly end: Position;
  readonly newline: "\n" | "\r\n" | "\r";
}

/** The header, and the units that it was found in: for whoever wonders why it is what it is. */
export interface FoundHeader {
  readonly header: Header;
  readonly opening: Opening;
}

/** A file's first units, as far as they were looked at. */
export interface Opening {
  readonly units: Units;
  readonly coding: Encoding;
  /** Where the header starts, and on which physical line, from 1. */
  readonly start: number;
  readonly line: number;
}

/**
 * Reads the header and lets go of its bytes. Empty lines above it are skipped.
 *
 * @throws {UsageError} when the file is empty or its first record can't be read.
 */
export async function readHeader(window: Window, options: HeaderOptions): Promise<FoundHeader> {
  const { name, maxRecordBytes } = options;
  while (!window.atEnd && window.bytes.length < 3) await window.fill();
  const { label, bomBytes } = detectEncoding(window.bytes, options.encoding, name);
  await loadEncoding(label);
  const encoding = encodingOf(label);
  const mark = Uint8Array.from(window.bytes.subarray(0, bomBytes));
  window.drop(bomBytes);
  for (;;) {
    const isWhole = window.atEnd || window.bytes.length > maxRecordBytes;
    const found = find(toUnits(window.bytes, encoding, window.atEnd), encoding, options, isWhole);
    if (found) {
      refuseUtf8(window.bytes, encoding.name, name);
      return take(window, mark, found);
    }
    if (isWhole) throw new Error("A file's first units tell nothing"); // `find` must decide then.
    await window.fill();
  }
}

/** What was found, in units. */
interface Found {
  readonly header: Omit<Header, "raw" | "recordOffset" | "end">;
  readonly opening: Opening;
  /** Where the preamble that belongs to `raw` starts, and where the rows do. */
  readonly rawStart: number;
  readonly end: number;
  /** The header's bytes where it stands in no line of the file. */
  readonly made: Uint8Array | null;
}

function find(
  source: Units,
  encoding: Encoding,
  options: HeaderOptions,
  isWhole: boolean,
): Found | null {
  const { name, header: given, skipLines = 0 } = options;
  const asked = askedDialect(options);
  const lineEnd = detectLineEnd(source.marks, asked.quote, isWhole);
  if (lineEnd === null) return null;
  const units = standardUnits(source, { ...asked, lineEnd });
  const preamble = skipPreamble(units.marks, { skipLines, comment: asked.comment }, isWhole);
  if (preamble === null) return null;
  const start = preamble.end;
  if (start === units.marks.length) {
    throw new UsageError(`${name} is empty: it needs a header line that names its columns`);
  }
  const recordStop = recordEnd(units.marks, start);
  if (recordStop === -1 && !isWhole) return null;
  const stop = recordStop === -1 ? units.marks.length : recordStop;
  const records: Records = {
    first: units.marks.slice(start, stop),
    ...rowsBelow(units.marks, stop, asked.comment, isWhole),
    width: given === undefined || given === "none"
      ? null
      : given.length + (units.marks.startsWith(PROBLEM_COLUMN, start) ? 1 : 0),
  };
  const found = describe(records, preamble, options);
  if (found === null) return null;
  const { delimiter, shape } = found;
  const dialect: Dialect = {
    ...asked,
    lineEnd,
    extraFields: shape.extraFields,
    blanksBeforeQuotes: shape.blanksBeforeQuotes,
  };
  const coding = withEscapes(encoding, dialect, delimiter);
  const first = headerNames(units, { start, stop, delimiter, dialect, coding, shape }, options);
  const isInFile = given === undefined || (given !== "none" && isSame(first, given));
  const newline = lineEndOf(records.first, lineEnd);
  const names = isInFile ? first : given === "none" ? first.map((_, at) => `${at + 1}`) : given;
  return {
    header: {
      names,
      hasNames: given !== "none",
      delimiter,
      encoding: encoding.name,
      dialect,
      newline,
    },
    opening: { units, coding, start, line: 1 + preamble.lines },
    rawStart: skipLines > 0 || preamble.delimiter !== null ? 0 : start,
    end: isInFile ? stop : start,
    made: isInFile
      ? null
      : given === "none"
      ? new Uint8Array()
      : encodeHeader(given, { delimiter, quote: asked.quote, newline, encoding: encoding.name }),
  };
}

/** Lets go of what was found, and keeps its bytes. */
function take(window: Window, mark: Uint8Array, found: Found): FoundHeader {
  const { unitBytes } = found.opening.coding;
  const { units: { marks }, start } = found.opening;
  const isInFile = found.made === null;
  const bytesOf = (from: number, to: number) =>
    window.bytes.subarray(from * unitBytes, Math.min(to * unitBytes, window.bytes.length));
  const raw = Buffer.concat([
    mark,
    bytesOf(found.rawStart, isInFile ? found.end : start),
    found.made ?? new Uint8Array(),
  ]);
  const above = mark.length + bytesOf(found.rawStart, start).length;
  const recordOffset = raw.length > above ? above : null;
  const line = 1 + countLineEnds(marks.slice(0, found.end));
  window.drop(bytesOf(0, found.end).length);
  const end = { row: 0, offset: window.offset, line };
  return {
    header: { ...found.header, raw: Uint8Array.from(raw), recordOffset, end },
    opening: found.opening,
  };
}

/** The dialect as far as it is asked for. */
function askedDialect({ quote = '"', escape, comment }: CsvOptions): Dialect {
  return {
    ...STANDARD,
    quote: quote === "none" ? null : quote,
    escape: escape ?? null,
    comment: comment ?? null,
  };
}

function rowsBelow(
  marks: string,
  start: number,
  comment: string | null,
  isWhole: boolean,
): Pick<Records, "others" | "isAll"> {
  const { rows, isAll } = sampleRows(marks, start, comment, isWhole);
  return { others: rows, isAll };
}

/** The delimiter and the shape, by the first rows that decide them. */
function describe(
  { others, isAll, ...rest }: Records,
  preamble: Preamble,
  options: CsvOptions,
): { readonly delimiter: string; readonly shape: Shape } | null {
  const asked = options.delimiter ?? preamble.delimiter;
  // One row after the other, so that the same rows decide, however many are there already.
  for (let count = Math.min(1, others.length); count <= others.length; count++) {
    const records = {
      ...rest,
      others: others.slice(0, count),
      isAll: isAll && count === others.length,
    };
    const delimiter = asked ?? detectDelimiter(records);
    const shape = delimiter === null ? null : detectShape(records, delimiter);
    if (delimiter !== null && shape !== null) return { delimiter, shape };
  }
  return null;
}

/** Whether a file's first record holds the names that were given; rejected rows have a column more. */
function isSame(record: readonly string[], given: readonly string[]): boolean {
  const names = record[0] === PROBLEM_COLUMN ? record.slice(1) : record;
  return names.length === given.length &&
    names.every((name, at) => name.trim() === given[at]?.trim());
}

function lineEndOf(record: string, lineEnd: Dialect["lineEnd"]): Header["newline"] {
  if (lineEnd === "\r") return "\r";
  return record.endsWith("\r\n") ? "\r\n" : "\n";
}
