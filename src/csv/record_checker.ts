/**
 * What is wrong with a record, and whether it is one at all.
 *
 * @module
 */

import type { Problem } from "../model/problem.ts";
import { fault } from "./problems.ts";
import type { RecordSplitter } from "./record.ts";
import type { Format, Stretch } from "./stretch.ts";

const BLANK = 0x20;
const TAB = 0x09;
const DELETE = 0x7f;
const BYTE_ORDER_MARK = 0xfeff;

/** Ctrl-Z: DOS ended texts with it, which may stand in the middle of several put together. */
const END_OF_TEXT = 0x1a;

/** Blanks that are looked past where a line may be the header. */
const MOST_BLANKS = 16;

/** Codes of records that can be read, but are no rows of their file. */
const MISFIT: readonly string[] = ["ragged-row", "repeated-header"];

/** Looks the records of one file over. */
export class RecordChecker {
  readonly #format: Format;
  readonly #width: number;
  readonly #delimiterCode: number;
  readonly #maxPlainUnits: number;
  /** True where records without any value have numbers as others have. */
  readonly #numbersAll: boolean;
  /** The header's names, as {@linkcode plainName} makes them; empty where no row may be the header. */
  readonly #names: readonly string[];
  /** What a line that is the header may begin with, in both cases; -1 where none may be. */
  readonly #firstUnits: readonly [number, number];

  constructor(format: Format) {
    const { columns, delimiter, dialect, maxFieldBytes, maxRecordBytes, coding } = format;
    this.#format = format;
    this.#width = columns.length + dialect.extraFields;
    this.#delimiterCode = delimiter.charCodeAt(0);
    this.#maxPlainUnits = Math.floor(Math.min(maxFieldBytes, maxRecordBytes) / coding.unitBytes);
    this.#numbersAll = dialect.numbering === 1;
    this.#names = format.hasNames && !this.#numbersAll ? columns.map(plainName) : [];
    const first = this.#names[0] === "" ? delimiter : this.#names[0] ?? "";
    this.#firstUnits = first === ""
      ? [-1, -1]
      : [first.charCodeAt(0), first.toUpperCase().charCodeAt(0)];
  }

  /** Whether a line holds nothing but delimiters, blanks and the end of a text. */
  isEmptyLine(marks: string, start: number, end: number): boolean {
    if (!this.#isVoid(marks.charCodeAt(start)) || this.#numbersAll) return false;
    for (let i = start + 1; i < end; i++) if (!this.#isVoid(marks.charCodeAt(i))) return false;
    return true;
  }

  #isVoid(unit: number): boolean {
    return unit === this.#delimiterCode || unit === BLANK || unit === TAB || unit === END_OF_TEXT;
  }

  /** Whether a line without quotes is the header once more. */
  isHeaderLine(marks: string, start: number, end: number): boolean {
    const [lower, upper] = this.#firstUnits;
    let at = start;
    while (at < end && marks.charCodeAt(at) <= BLANK && at - start < MOST_BLANKS) at++;
    const unit = marks.charCodeAt(at);
    if (unit !== lower && unit !== upper) return false;
    const [name = ""] = this.#names;
    return marks.slice(at, at + name.length).toLowerCase() === name &&
      this.#isHeader(marks.slice(start, end).split(this.#format.delimiter));
  }

  /** Whether a record that was checked is none, since none of its fields holds anything. */
  isEmpty(fields: readonly string[], problem: Problem | null): boolean {
    if (this.#numbersAll || (problem !== null && !MISFIT.includes(problem.code))) return false;
    const unit = fields[0]?.charCodeAt(0) ?? BLANK;
    if (unit > BLANK && unit < DELETE) return false; // As most records begin.
    return fields.every((field) => field.trim() === "");
  }

  /**
   * Looks the record over that was split off last, decodes its fields, and says what is wrong.
   *
   * @param line the record's first.
   */
  check(
    fields: string[],
    splitter: RecordSplitter,
    { units, obstacles, at: start }: Stretch,
    line: number,
  ): Problem | null {
    const format = this.#format;
    const { broken, brokenField, brokenLine, longField, strayField, end } = splitter;
    if (broken) {
      const text = units.text.slice(start, end);
      const troubled = brokenLine > 0 ? line + brokenLine : undefined;
      return fault(broken, format, { field: brokenField, line: troubled, text });
    }
    if (longField !== -1) return fault("field-too-long", format, { field: longField });
    if (end - start > this.#maxPlainUnits) {
      let last = end; // Without the line end, which may have several carriage returns.
      while (last > start && isLineEnd(units.text.charCodeAt(last - 1))) last--;
      if ((last - start) * format.coding.unitBytes > format.maxRecordBytes) {
        return fault("record-too-long", format);
      }
    }
    if (obstacles.nul < end) {
      const field = fields.findIndex((field) => field.includes("\0"));
      return fault("nul-byte", format, { field });
    }
    const undecoded = obstacles.foreign < end ? this.#decode(fields) : null;
    if (undecoded !== null) return undecoded;
    if (!this.#isSound(fields)) return this.misfit(fields);
    return strayField === -1 ? null : fault("stray-line-end", format, { field: strayField });
  }

  #decode(fields: string[]): Problem | null {
    const { foreign, decode } = this.#format.coding;
    for (const [field, text] of fields.entries()) {
      foreign.lastIndex = 0;
      if (!foreign.test(text)) continue;
      const decoded = decode(text);
      if (decoded === null) return fault("invalid-encoding", this.#format, { field, text });
      fields[field] = decoded;
    }
    return null;
  }

  #isSound(fields: readonly string[]): boolean {
    if (fields.length !== this.#width || this.#isHeader(fields)) return false;
    const { length: columns } = this.#format.columns;
    return columns === fields.length || fields.slice(columns).every((field) => field === "");
  }

  /** What is wrong with a record that can be read but is no row of this file. */
  misfit(fields: readonly string[]): Problem {
    if (this.#isHeader(fields)) return fault("repeated-header", this.#format);
    const { length: found } = fields;
    const field = Math.min(found, this.#format.columns.length);
    const endsEmpty = fields.at(-1) === "";
    const hasStray = fields.some((field) => /\r(?!\n)/.test(field));
    const [first = ""] = fields;
    const isWhole = found === 1 && first.split(this.#format.delimiter).length > 1;
    return fault("ragged-row", this.#format, { field, found, endsEmpty, hasStray, isWhole });
  }

  /** Whether a record says the header once more, as files do that were put together of several. */
  #isHeader(fields: readonly string[]): boolean {
    const names = this.#names;
    if (names.length === 0 || fields.length < names.length) return false;
    const [first = ""] = fields;
    if (plainName(withoutMark(first)) !== names[0]) return false;
    return fields.every((field, index) => index === 0 || plainName(field) === (names[index] ?? ""));
  }
}

/** A header's name without what differs where files were put together by hand: case and blanks. */
export function plainName(name: string): string {
  return name.trim().toLowerCase();
}

/** Without the byte order mark that a file brings into the middle of another. */
function withoutMark(field: string): string {
  return field.charCodeAt(0) === BYTE_ORDER_MARK ? field.slice(1) : field;
}

function isLineEnd(unit: number): boolean {
  return unit === 0x0a || unit === 0x0d;
}
