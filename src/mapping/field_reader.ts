/**
 * Reads one column's field of a row: trimmed, cleaned and checked. Of plain ASCII, which most rows are,
 * a text is only made where somebody needs it.
 *
 * @module
 */

import type { Problem } from "../model/problem.ts";
import type { Row, Verbatim } from "../model/row.ts";
import {
  describeCodePoint,
  findBeyondAscii,
  findInvisible,
  withoutUnseen,
} from "../text/code_points.ts";
import { type Check, type Checked, type Fault, INVALID, ITSELF } from "./check.ts";
import { keyCheck } from "./check_key.ts";
import { compileCheck } from "./checks.ts";
import { type Clean, compileCleaning, trimmed } from "./clean.ts";
import type { Located } from "./header.ts";
import { TOO_LONG } from "./pattern.ts";

/** A column, ready to read its field of a row. */
export interface FieldReader {
  readonly header: string;
  readonly field: number;
  readonly trim: boolean;
  /** Joins the fields of other columns to this one's; null where that is all of it. */
  readonly join: ((row: Row) => string) | null;
  readonly clean: Clean | null;
  readonly required: boolean;
  /** Null where any text will do. */
  readonly check: Check | null;
  /** The check of ASCII bytes; null where there is none. */
  readonly readAscii: Check["readAscii"] | null;
  /** False where fields are cleaned, or can't be checked without a text. */
  readonly takesAscii: boolean;
  /** False where all that counts of a text is that it is there. */
  readonly isRead: boolean;
  /** True where no good value has a character beyond ASCII. */
  readonly isPlain: boolean;
}

const PLAIN_TYPES: ReadonlySet<string> = new Set([
  ...["integer", "number", "uuid", "phone", "date", "datetime"],
]);

/** What becomes of a column's values, and whether they may be empty. */
export interface FieldUse {
  readonly isRequired: boolean;
  /** Whether they are sent or filtered on. */
  readonly isRead: boolean;
  /** Whether they tell people or things apart. */
  readonly isKey: boolean;
}

/** Compiles the reader of a column. */
export function compileField(located: Located, use: FieldUse): FieldReader {
  const { column, name, field } = located;
  const clean = compileCleaning(column);
  const join = compileJoin(located);
  // An absent column reads as an empty field; a default may still fill it.
  const absent = clean === null ? "" : clean("");
  const ownCheck = compileCheck(column);
  const check = use.isKey && column.type === "string" ? keyCheck(ownCheck) : ownCheck;
  const takesAscii = field !== null && clean === null && join === null &&
    (check === null || check.readAscii !== undefined);
  return {
    header: name,
    field: field ?? 0,
    trim: column.trim,
    join,
    clean: field === null && join === null ? () => absent : clean,
    required: use.isRequired,
    check,
    readAscii: check?.readAscii ?? null,
    takesAscii,
    isRead: use.isRead,
    isPlain: PLAIN_TYPES.has(column.type) && !("formats" in column), // Names of months have accents.
  };
}

/** The value of a row's field; `undefined` where it is empty. */
export function readField(reader: FieldReader, row: Row): Checked {
  const { verbatim } = row;
  if (verbatim !== null) return readVerbatim(reader, row, verbatim);
  return readText(reader, trimmedField(reader, row));
}

/** Takes notice of a row's field before any is read, where its check asks for that. */
export function lookAtField(reader: FieldReader, row: Row): void {
  const text = cleaned(reader, trimmedField(reader, row));
  if (typeof text === "string") reader.check?.look?.(text);
}

/** What is wrong with a field of which `readField` gave `INVALID`. */
export function explainField(reader: FieldReader, row: Row): Problem {
  const { header: column, field } = reader;
  const text = cleaned(reader, trimmedField(reader, row));
  if (typeof text !== "string") {
    return { code: "too-long", column, field, message: `The value ${TOO_LONG}.` };
  }
  if (text === "" || reader.check === null) {
    return { code: "required", column, field, message: "The value is missing." };
  }
  const { code, message, suggestion } = withStranger(reader.check, text, reader.isPlain);
  const problem = { code, column, field, message: `The value ${message}.` };
  return suggestion === undefined ? problem : { ...problem, suggestion };
}

/**
 * What is wrong with a text, and the first character that nobody would find in it by looking: one that is
 * not seen or, in a number, another one than it seems.
 */
function withStranger(check: Check, text: string, isPlain: boolean): Fault {
  const fault = check.explain(text);
  const unseen = findInvisible(text);
  const stranger = unseen ?? (isPlain ? findBeyondAscii(text) : null);
  if (stranger === null) return fault;
  const { code, message } = fault;
  const named = { code, message: `${message}: it holds ${describeCodePoint(stranger)}` };
  const seen = withoutUnseen(text).trim();
  const mended = fault.suggestion ?? (check.read(seen) === INVALID ? undefined : seen);
  return mended === undefined ? named : { ...named, suggestion: mended };
}

function trimmedField({ field, trim, join }: FieldReader, row: Row): string {
  if (join !== null) return join(row);
  const text = row.fields[field] ?? "";
  return trim ? trimmed(text) : text;
}

/** The fields that are not empty, the column's own first. */
function compileJoin({ column, field, joined }: Located): FieldReader["join"] {
  const { join, trim } = column;
  if (join === undefined || joined === null) return null;
  const all = field === null ? joined : [field, ...joined];
  return ({ fields }) =>
    all.map((each) => fields[each] ?? "").map((text) => trim ? trimmed(text) : text)
      .filter((text) => text !== "").join(join.with);
}

function readText(reader: FieldReader, trimmed: string): Checked {
  const text = cleaned(reader, trimmed);
  if (text === "") return reader.required ? INVALID : undefined;
  if (typeof text !== "string") return text;
  return reader.check === null ? text : reader.check.read(text);
}

function cleaned({ clean }: FieldReader, text: string): string | typeof INVALID {
  return clean === null ? text : clean(text);
}

/** Reads a field of ASCII, and makes a text of it only where one is needed. */
function readVerbatim(
  reader: FieldReader,
  row: Row,
  { bytes, view, starts }: Verbatim,
): Checked {
  const { block, first } = row;
  const { field, trim, readAscii, join } = reader;
  if (join !== null) return readText(reader, join(row));
  let from = starts[first + field] as number;
  let to = (starts[first + field + 1] as number) - 1;
  if (trim) {
    while (from < to && isBlank(bytes[from] as number)) from++;
    while (from < to && isBlank(bytes[to - 1] as number)) to--;
  }
  if (!reader.takesAscii) return readText(reader, block.text.slice(from, to));
  if (from === to) return reader.required ? INVALID : undefined;
  const value = readAscii ? readAscii(bytes, from, to, view) : ITSELF;
  if (value !== ITSELF) return value;
  return reader.isRead ? block.text.slice(from, to) : UNREAD;
}

/** What `trim()` takes off, of ASCII. */
function isBlank(byte: number): boolean {
  return byte <= 0x20 && (byte === 0x20 || (byte >= 0x09 && byte <= 0x0d));
}

/** Stands for a text that nobody reads. */
const UNREAD = true;
