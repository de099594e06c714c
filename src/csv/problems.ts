/**
 * What can be wrong with a record, as problems with stable codes. Messages tell what is wrong and
 * how it is mended, and never hold the row's values.
 *
 * @module
 */

import type { Problem } from "../model/problem.ts";
import { plural } from "../text/words.ts";

/** The codes of the reader's problems. */
export type FaultCode =
  | "bare-quote"
  | "text-after-quote"
  | "unclosed-quote"
  | "ragged-row"
  | "nul-byte"
  | "invalid-encoding"
  | "field-too-long"
  | "record-too-long";

/** What messages about a record need to know of its file. */
export interface FileFacts {
  /** The header's names. */
  readonly columns: readonly string[];
  readonly encoding: string;
  readonly maxFieldBytes: number;
  readonly maxRecordBytes: number;
}

/**
 * Words a problem.
 *
 * @param field 0-based index of the field at fault, or -1 when it is the whole record.
 * @param line physical line of the trouble, or -1 when it is the record's first.
 * @param found how many fields the record has.
 */
export function fault(
  code: FaultCode,
  file: FileFacts,
  field = -1,
  line = -1,
  found = 0,
): Problem {
  // A ragged row is no single column's fault: any of its fields may be the one too many.
  const column = code === "ragged-row" ? null : file.columns[field] ?? null;
  return {
    code,
    column,
    message: MESSAGES[code](file, found),
    ...(line >= 0 && { line }),
    ...(field >= 0 && { field }),
  };
}

const MESSAGES: Record<FaultCode, (file: FileFacts, found: number) => string> = {
  "bare-quote": () =>
    "A quote stands inside an unquoted field: quote the whole field and write the quote twice.",
  "text-after-quote": () =>
    "Text follows the quote that closes this field: write a quote inside a quoted field twice.",
  "unclosed-quote": () =>
    "The quote that opens this field is never closed: close it, or write a literal quote twice " +
    "inside a quoted field.",
  "ragged-row": ({ columns }, found) =>
    `The row has ${plural(found, "field")}, the header has ${columns.length}.`,
  "nul-byte": () => "The row holds a NUL byte.",
  "invalid-encoding": ({ encoding }) =>
    `The field is not valid ${encoding}: mend it, or give the file's encoding with --encoding.`,
  "field-too-long": ({ maxFieldBytes }) => `The field is longer than ${bytes(maxFieldBytes)}.`,
  "record-too-long": ({ maxRecordBytes }) => `The row is longer than ${bytes(maxRecordBytes)}.`,
};

/** A length for people: whole MiB and KiB where it is that, else bytes. */
export function bytes(length: number): string {
  if (length >= 2 ** 20 && length % 2 ** 20 === 0) return `${length / 2 ** 20} MiB`;
  if (length >= 2 ** 10 && length % 2 ** 10 === 0) return `${length / 2 ** 10} KiB`;
  return plural(length, "byte");
}
