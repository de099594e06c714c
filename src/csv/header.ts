/**
 * The header: a file's first record, read before anything is known of the file but its first bytes.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { UsageError } from "../model/errors.ts";
import type { Position } from "../model/row.ts";
import { detectDelimiter } from "./delimiter.ts";
import { detectEncoding, type Encoding, encodingOf, toUnits, type Units } from "./encoding.ts";
import { bytes, type FaultCode } from "./problems.ts";
import { RecordSplitter } from "./record.ts";
import type { Window } from "./window.ts";

/** A file's first record, and what it tells of the file. */
export interface Header {
  /** As they stood: not trimmed. */
  readonly names: readonly string[];
  readonly delimiter: string;
  /** Name in the WHATWG Encoding Standard. */
  readonly encoding: string;
  /** The byte order mark, and the record with its line end, as they stood. */
  readonly raw: Uint8Array;
  /** Where the first row starts: row 0. */
  readonly end: Position;
  readonly newline: "\n" | "\r\n";
}

/** What was asked for instead of being detected. */
export interface HeaderOptions {
  /** What messages call the file. */
  readonly name: string;
  readonly delimiter?: string | undefined;
  readonly encoding?: string | undefined;
  /** A longer header is refused. */
  readonly maxRecordBytes: number;
}

/**
 * Reads the header and lets go of its bytes. Empty lines above it are skipped.
 *
 * @throws {UsageError} when the file is empty or its first record can't be read.
 */
export async function readHeader(
  window: Window,
  options: HeaderOptions,
): Promise<Header> {
  const { name } = options;
  while (!window.atEnd && window.bytes.length < 3) await window.fill();
  const { label, bomBytes } = detectEncoding(window.bytes, options.encoding, name);
  const encoding = encodingOf(label);
  const mark = Uint8Array.from(window.bytes.subarray(0, bomBytes));
  window.drop(bomBytes);

  for (;;) {
    const units = toUnits(window.bytes, encoding, window.atEnd);
    const start = units.marks.search(/[^\r\n]/);
    const end = start === -1 ? -1 : recordEnd(units.marks, start);
    if (end === -1 && !window.atEnd && window.bytes.length <= options.maxRecordBytes) {
      await window.fill();
      continue;
    }
    if (start === -1) {
      throw new UsageError(`${name} is empty: it needs a header line that names its columns`);
    }
    const record = units.marks.slice(start, end === -1 ? undefined : end);
    const delimiter = options.delimiter ?? detectDelimiter(record);
    const names = splitHeader(units, start, delimiter, encoding, options);
    const emptyLines = count(units.marks.slice(0, start), "\n");
    const { unitBytes } = encoding;
    const length = record.length * unitBytes;
    const raw = Buffer.concat([mark, window.bytes.subarray(start * unitBytes).subarray(0, length)]);
    window.drop(start * unitBytes + length);
    return {
      names,
      delimiter,
      encoding: encoding.name,
      raw: Uint8Array.from(raw),
      end: { row: 0, offset: window.offset, line: 1 + emptyLines + count(record, "\n") },
      newline: record.endsWith("\r\n") ? "\r\n" : "\n",
    };
  }
}

/** Where the record that starts at `start` ends, before its delimiter is known; -1 if not yet. */
function recordEnd(marks: string, start: number): number {
  let quoted = false;
  for (let at = start; at < marks.length; at++) {
    if (marks[at] === '"') quoted = !quoted;
    else if (marks[at] === "\n" && !quoted) return at + 1;
  }
  return -1;
}

function splitHeader(
  units: Units,
  start: number,
  delimiter: string,
  encoding: Encoding,
  { name, maxRecordBytes }: HeaderOptions,
): string[] {
  const limit = Math.floor(maxRecordBytes / encoding.unitBytes);
  const splitter = new RecordSplitter(delimiter, 1, { field: limit, open: limit });
  const fields = splitter.split(units, start, units.marks.indexOf("\n", start), true);
  if (!fields || splitter.end - start > limit) {
    throw new UsageError(
      `${name}: the header is longer than ${bytes(maxRecordBytes)}; check that the file is CSV ` +
        `with lines that end in LF or CRLF`,
    );
  }
  if (splitter.broken) {
    throw new UsageError(
      `${name}: the header's column ${splitter.brokenField + 1} ${BROKEN[splitter.broken]}`,
    );
  }
  return fields.map((field, index) => {
    const column = `${name}: the header's column ${index + 1}`;
    if (field.includes("\0")) {
      throw new UsageError(
        `${column} holds a NUL byte; if the file is UTF-16, say so with --encoding utf-16le`,
      );
    }
    if (/\r(?!\n)/.test(field)) {
      throw new UsageError(
        `${column} holds a lone CR; if that is how the file's lines end, save it with LF or CRLF`,
      );
    }
    encoding.foreign.lastIndex = 0;
    const decoded = encoding.foreign.test(field) ? encoding.decode(field) : field;
    if (decoded === null) {
      throw new UsageError(
        `${column} is not valid ${encoding.name}; give the file's encoding with --encoding`,
      );
    }
    return decoded;
  });
}

const BROKEN: Partial<Record<FaultCode, string>> = {
  "bare-quote": "holds a quote but is not quoted; quote the whole name and write the quote twice",
  "text-after-quote": "goes on after its closing quote; write a quote inside a name twice",
  "unclosed-quote": "opens a quote that is never closed",
};

function count(text: string, unit: string): number {
  return text.split(unit).length - 1;
}
