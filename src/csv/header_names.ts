/**
 * The names in a header line.
 *
 * @module
 */

import { UsageError } from "../model/errors.ts";
import { PROBLEM_COLUMN } from "../model/problem.ts";
import type { Dialect } from "./dialect.ts";
import type { Encoding, Units } from "./encoding.ts";
import { likelyEncoding } from "./likely_encoding.ts";
import type { HeaderOptions } from "./options.ts";
import { bytes, type FaultCode } from "./problems.ts";
import { RecordSplitter } from "./record.ts";
import type { Shape } from "./shape.ts";

/** Where the header stands, and how it is read. */
export interface HeaderPlace {
  readonly start: number;
  readonly stop: number;
  readonly delimiter: string;
  readonly dialect: Dialect;
  readonly coding: Encoding;
  readonly shape: Shape;
}

/**
 * Reads the names of the columns, or the fields of the first row of a file without a header line.
 *
 * @throws {UsageError} when the record can't be read, or has not as many fields as names were given.
 */
export function headerNames(
  units: Units,
  { start, stop, delimiter, dialect, coding, shape }: HeaderPlace,
  { name, header, maxRecordBytes }: HeaderOptions,
): string[] {
  const limit = Math.floor(maxRecordBytes / coding.unitBytes);
  const splitter = new RecordSplitter(delimiter, 1, { field: limit, open: limit }, {
    blanksBeforeQuotes: dialect.blanksBeforeQuotes,
  });
  const fields = splitter.split(units, start, units.marks.indexOf("\n", start), true);
  const subject = header === undefined ? "the header" : "the first row";
  if (!fields || splitter.end - start > limit || stop - start > limit) {
    throw new UsageError(
      `${name}: ${subject} is longer than ${bytes(maxRecordBytes)}; check that the file is CSV ` +
        `with lines that end in LF, CRLF or CR`,
    );
  }
  const nul = units.marks.slice(start, stop).indexOf("\0");
  if (nul >= 0) {
    const order = coding.unitBytes === 1 ? likelyOrder(units.marks.slice(start, stop)) : null;
    if (order === null) {
      throw new UsageError(
        `${name}: ${subject} holds NUL bytes, as UTF-32 and files that are no text do, which are ` +
          `not read; save the table as CSV in UTF-8`,
      );
    }
    throw new UsageError(
      `${name}: ${subject} holds a NUL byte; if the file is UTF-16, say so`,
      { remedy: { code: "give-setting", setting: "encoding", value: order } },
    );
  }
  if (splitter.strayField >= 0) {
    throw new UsageError(
      `${name}: ${subject}'s column ${
        splitter.strayField + 1
      } holds a lone CR, while lines below ` +
        "end in LF; save the file with one kind of line end",
    );
  }
  if (splitter.broken) {
    const what = BROKEN[splitter.broken];
    throw new UsageError(`${name}: ${subject}'s column ${splitter.brokenField + 1} ${what}`);
  }
  if (header !== undefined && header !== "none") {
    const found = fields.length - shape.extraFields;
    // Rejected rows stand behind what is wrong with them.
    if (found !== header.length + (fields[0] === PROBLEM_COLUMN ? 1 : 0)) {
      throw new UsageError(
        `${name}: ${header.length} columns are named, but the first row has ${found} fields with ` +
          `the delimiter ${JSON.stringify(delimiter)}`,
      );
    }
  }
  return fields.slice(0, shape.columns).map((field, index) => {
    const column = `${name}: ${subject}'s column ${index + 1}`;
    return decoded(field, coding, column);
  });
}

function decoded(field: string, coding: Encoding, column: string): string {
  coding.foreign.lastIndex = 0;
  const text = coding.foreign.test(field) ? coding.decode(field) : field;
  if (text !== null) return text;
  const likely = coding.name === "utf-8" ? likelyEncoding(field) : null;
  const what = likely === null
    ? "give the file's encoding"
    : `if the file is ${likely}, which the bytes fit, say so`;
  throw new UsageError(`${column} is not valid ${coding.name}; ${what}`, {
    remedy: { code: "give-setting", setting: "encoding", value: likely },
  });
}

const BROKEN: Partial<Record<FaultCode, string>> = {
  "bare-quote": "holds a quote but is not quoted; quote the whole name and write the quote twice",
  "text-after-quote": "goes on after its closing quote; write a quote inside a name twice",
  "unclosed-quote": "opens a quote that is never closed",
};

/** The UTF-16 that bytes may be: a NUL stands in front of each Latin letter, or behind it. */
function likelyOrder(bytes: string): "utf-16be" | "utf-16le" | null {
  const nuls = [...bytes.matchAll(/\0/g)].map(({ index }) => index % 2);
  if (nuls.length < bytes.length / 4 || nuls.some((place) => place !== nuls[0])) return null;
  return nuls[0] === 0 ? "utf-16be" : "utf-16le";
}
