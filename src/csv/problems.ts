/**
 * What can be wrong with a record, as problems with stable codes. Messages tell what is wrong and
 * how it is mended, and never hold the row's values.
 *
 * @module
 */

import type { Problem } from "../model/problem.ts";
import { plural } from "../text/words.ts";
import { likelyEncoding } from "./likely_encoding.ts";

/** The codes of the reader's problems. */
export type FaultCode =
  | "bare-quote"
  | "text-after-quote"
  | "unclosed-quote"
  | "stray-line-end"
  | "ragged-row"
  | "repeated-header"
  | "nul-byte"
  | "invalid-encoding"
  | "field-too-long"
  | "record-too-long";

/** What messages about a record need to know of its file. */
export interface FileFacts {
  /** The header's names. */
  readonly columns: readonly string[];
  readonly delimiter: string;
  readonly encoding: string;
  readonly lineEnd: "\n" | "\r";
  readonly maxFieldBytes: number;
  readonly maxRecordBytes: number;
}

/** What is known of the trouble. */
export interface FaultFacts {
  /** 0-based index of the field at fault; left out when it is the whole record. */
  readonly field?: number;
  /** Physical line of the trouble, where it isn't the record's first. */
  readonly line?: number | undefined;
  /** How many fields the record has, and whether the last of them is empty. */
  readonly found?: number;
  readonly endsEmpty?: boolean;
  /** True when one of them holds a CR that ends no line. */
  readonly hasStray?: boolean;
  /** True when its only field would be a record, without the quotes around it. */
  readonly isWhole?: boolean;
  /** Units of the record, or of the field at fault: looked at for what the trouble comes from. */
  readonly text?: string;
}

/** Words a problem. */
export function fault(code: FaultCode, file: FileFacts, facts: FaultFacts = {}): Problem {
  const { field = -1, line } = facts;
  // A ragged row is no single column's fault: any of its fields may be the one too many.
  const column = code === "ragged-row" ? null : file.columns[field] ?? null;
  return {
    code,
    column,
    message: MESSAGES[code](file, facts),
    ...(line !== undefined && { line }),
    ...(field >= 0 && { field }),
  };
}

const MESSAGES: Record<FaultCode, (file: FileFacts, facts: FaultFacts) => string> = {
  "bare-quote": (file, { text = "" }) =>
    backslashes(text) ??
      (isBlankAround(file, text)
        ? "A blank stands between the delimiter and the quote: take it out, or have blanks after " +
          "the delimiters in the header line too."
        : "A quote stands inside an unquoted field: quote the whole field and write the quote " +
          "twice."),
  "text-after-quote": (file, { text = "" }) =>
    backslashes(text) ??
      (isBlankAround(file, text)
        ? "A blank stands between the closing quote and the delimiter: take it out."
        : "Text follows the quote that closes this field: write a quote inside a quoted field " +
          "twice."),
  "unclosed-quote": (_, { text = "" }) =>
    backslashes(text) ??
      "The quote that opens this field is never closed: close it, or write a literal quote twice " +
        "inside a quoted field.",
  "stray-line-end": ({ lineEnd }) =>
    lineEnd === "\n"
      ? "A CR that ends no line stands in an unquoted field: quote the field, or end the line as " +
        "the file's others end."
      : "An LF stands in an unquoted field, but the file's lines end in CR: quote the field, or " +
        "end the line in CR.",
  "ragged-row": (
    { columns, lineEnd },
    { found = 0, endsEmpty = false, hasStray = false, isWhole = false },
  ) => {
    const counts = `The row has ${plural(found, "field")}, the header has ${columns.length}`;
    if (hasStray && lineEnd === "\n") return `${counts}: a CR that ends no line stands in it.`;
    if (endsEmpty && found > columns.length) return `${counts}: it ends in a delimiter too many.`;
    if (isWhole) {
      return `${counts}: it is quoted as a whole; take the quotes around it away, and write those ` +
        "doubled inside once.";
    }
    return `${counts}.`;
  },
  "repeated-header": () =>
    "The row is the header line once more, as where several files were put together: take it out.",
  "nul-byte": () => "The row holds a NUL byte.",
  "invalid-encoding": ({ encoding }, { text = "" }) => {
    const likely = encoding === "utf-8" ? likelyEncoding(text) : null;
    const how = likely === null
      ? "set the encoding that the file has"
      : `set the encoding to ${likely} if the file is of that encoding, which the bytes fit`;
    return `The field is not valid ${encoding}: mend it, or ${how}.`;
  },
  "field-too-long": ({ maxFieldBytes }) => `The field is longer than ${bytes(maxFieldBytes)}.`,
  "record-too-long": ({ maxRecordBytes }) => `The row is longer than ${bytes(maxRecordBytes)}.`,
};

/** Databases write quotes as `\\"`. */
function backslashes(text: string): string | null {
  return text.includes('\\"')
    ? "A backslash stands before a quote, where CSV writes the quote twice: if the file escapes by " +
      "backslashes, set escape to a backslash."
    : null;
}

function isBlankAround({ delimiter }: FileFacts, text: string): boolean {
  return text.split(delimiter).some((part) => /^[ \t]+"|"[ \t]+$/.test(part));
}

/** A length for people: whole MiB and KiB where it is that, else bytes. */
export function bytes(length: number): string {
  if (length >= 2 ** 20 && length % 2 ** 20 === 0) return `${length / 2 ** 20} MiB`;
  if (length >= 2 ** 10 && length % 2 ** 10 === 0) return `${length / 2 ** 10} KiB`;
  return plural(length, "byte");
}
