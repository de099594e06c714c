/**
 * Which character separates the fields.
 *
 * @module
 */

import { splitRecord } from "./sample.ts";

/** The delimiters that are looked for, the likeliest first. */
export const DELIMITERS = [",", ";", "\t", "|"] as const;

/** The first records of a file, in units that the scanner knows, each with its line end. */
export interface Records {
  /** The header, or the first row of a file without one. */
  readonly first: string;
  /** Some of those below it, in order. */
  readonly others: readonly string[];
  /** How many fields a record has, where that is known otherwise than by `first`. */
  readonly width: number | null;
  /** False when more of `others` can be had. */
  readonly isAll: boolean;
}

/** What a delimiter makes of the records. */
interface Reading {
  readonly delimiter: string;
  /** Fields of the first record, or those that were said to be. */
  readonly width: number;
  /** How many of the others have as many. */
  readonly agreeing: number;
  /** Names with blanks around them: of `Price, net; Name`, a semicolon leaves none. */
  readonly blanks: number;
}

/**
 * The delimiter by which the rows have as many fields as the header; where they don't tell, the one
 * that stands most often outside the quotes of the header, and a comma where none does, as in a file
 * of one column.
 *
 * @returns null when more records must be looked at, which `isAll` rules out.
 */
export function detectDelimiter(records: Records): string | null {
  const below = records.width === null ? records.others : [records.first, ...records.others];
  const rows = below.filter((row) => !/^[\s,;|]*$/.test(row));
  const readings = DELIMITERS.map((delimiter) => readWith(delimiter, records, rows))
    .filter(({ width }) => width > 1);
  if (readings.length === 0) return records.width === 1 ? unusedIn(records) : DELIMITERS[0];
  const whole = readings.filter(({ agreeing }) => agreeing === rows.length);
  if (rows.length > 0 && whole.length === 1) return whole[0]?.delimiter ?? null;
  if (!records.isAll) return null;
  if (rows.length > 0 && isOneColumn(records.first, rows)) return unusedIn(records);
  const ranked = readings.toSorted((a, b) =>
    b.agreeing - a.agreeing || b.width - a.width || a.blanks - b.blanks
  );
  return ranked[0]?.delimiter ?? null;
}

function readWith(delimiter: string, records: Records, rows: readonly string[]): Reading {
  const names = splitRecord(records.first, delimiter)?.fields ??
    records.first.replaceAll(/"[^"]*"/g, "").split(delimiter);
  const width = records.width ?? names.length;
  const agrees = (row: string) => {
    const fields = splitRecord(row, delimiter)?.fields ?? [];
    const { length } = fields;
    if (length <= 1) return false;
    if (length >= width) return fields.slice(width).every((field) => field === "");
    return records.width === null && names.slice(length).every((name) => name === "");
  };
  return {
    delimiter,
    width: names.length === 1 ? 1 : width,
    agreeing: rows.filter(agrees).length,
    blanks: names.filter((name) => name !== name.trim()).length,
  };
}

/** Whether what looks like delimiters in the header is only punctuation of one name. */
function isOneColumn(header: string, rows: readonly string[]): boolean {
  return !/[,;|](?! )|\t/.test(header) && !rows.some((row) => /[,;\t|]/.test(row));
}

function unusedIn({ first, others }: Records): string {
  const text = [first, ...others].join("");
  return DELIMITERS.find((delimiter) => !text.includes(delimiter)) ?? DELIMITERS[0];
}
