/**
 * Where the names stand that a header lacks: in another line, by another delimiter, in quotes.
 *
 * @module
 */

import { DELIMITERS } from "./delimiter.ts";
import type { Header, Opening } from "./header.ts";
import { textEnd } from "./line_ends.ts";
import { splitRecord } from "./sample.ts";

/** Delimiters that are proposed where the names stand between them, and never taken unasked. */
const RARE_DELIMITERS = ["^", "~", ":", "!", "#", "/", "*", " "];

/** How many lines are looked at. */
const MOST_LINES = 30;

/** A way to read a file by which it has the wanted columns. */
export interface Elsewhere {
  /** Physical line on which the names stand, from 1. */
  readonly line: number;
  readonly delimiter: string;
  /** True where they stand in one field of the header: each line is quoted as a whole. */
  readonly isQuoted: boolean;
}

/**
 * Looks for a line that names all of the wanted columns.
 *
 * @param wanted for each column its names, of which one is enough.
 */
export function findElsewhere(
  { units, coding, start: headerStart, line: headerLine }: Opening,
  header: Pick<Header, "names" | "delimiter">,
  wanted: readonly (readonly string[])[],
): Elsewhere | null {
  const hasAll = (names: readonly string[]) =>
    wanted.every((column) => column.some((name) => names.includes(name)));
  const delimiters = [header.delimiter, ...DELIMITERS, ...RARE_DELIMITERS];
  const [only = "", ...others] = header.names;
  const isOneQuoted = others.length === 0 && units.marks[headerStart] === '"';
  const quoting = delimiters.find((one) => isOneQuoted && hasAll(only.split(one)));
  if (quoting !== undefined) return { line: headerLine, delimiter: quoting, isQuoted: true };
  let start = 0;
  for (let line = 1; line <= MOST_LINES && start < units.marks.length; line++) {
    const lineFeed = units.marks.indexOf("\n", start);
    const end = lineFeed === -1 ? units.marks.length : lineFeed + 1;
    const text = coding.decode(units.text.slice(start, end)) ?? "";
    const delimiter = delimiters.find((one) => {
      const names = splitRecord(text.slice(0, textEnd(text)), one)?.fields ?? [];
      return hasAll(names);
    });
    if (delimiter !== undefined) return { line, delimiter, isQuoted: false };
    start = end;
  }
  return null;
}
