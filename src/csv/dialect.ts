/**
 * How a file differs from RFC 4180: what ends its lines, what quotes its fields, what stands among
 * its records that is none.
 *
 * The scanner knows one dialect only: lines end in LF, quotes are `"`. For any other, the units that
 * it looks for structure in are rewritten, each unit by one, so that all positions stay what they are.
 *
 * @module
 */

import type { Encoding, Units } from "./encoding.ts";

/** What is known of a file's structure beyond its delimiter and encoding. */
export interface Dialect {
  /** What ends a line: an LF, with or without CRs in front of it, or a CR alone. */
  readonly lineEnd: "\n" | "\r";
  /** What fields are quoted with, or null where no character quotes. */
  readonly quote: '"' | "'" | null;
  /** What takes the next character's meaning as structure away, besides doubled quotes. */
  readonly escape: "\\" | null;
  /** What lines start with that are no records. */
  readonly comment: string | null;
  /** How many empty fields each row has behind those of the header. */
  readonly extraFields: number;
  /** True when blanks stand between delimiters and opening quotes. */
  readonly blanksBeforeQuotes: boolean;
  /**
   * How rows are numbered: 1 in runs of a release that gave rows without any value a number, and that
   * ended a record with broken quotes at its first line; else 2.
   */
  readonly numbering: 1 | 2;
}

/** RFC 4180, with LF as well as CRLF. */
export const STANDARD: Dialect = {
  lineEnd: "\n",
  quote: '"',
  escape: null,
  comment: null,
  extraFields: 0,
  blanksBeforeQuotes: false,
  numbering: 2,
};

/** What stands in the place of a unit that is none of the structure. */
const HIDDEN = "\x80";

/** The units with `marks` as the scanner knows them: lines end in LF, and a quote is `"`. */
export function standardUnits(units: Units, { lineEnd, quote, escape }: Dialect): Units {
  const shown = new Map<string, string>();
  // An LF in a file whose lines end in CR is what a lone CR is elsewhere.
  if (lineEnd === "\r") shown.set("\r", "\n").set("\n", "\r");
  if (quote !== '"') shown.set('"', HIDDEN);
  if (quote !== null && quote !== '"') shown.set(quote, '"');
  if (shown.size === 0 && escape === null) return units;
  const pattern = escape === null ? /[\r\n"']/g : /\\(?:\r\n|[^])?|[\r\n"']/g;
  let hasEscapes = false;
  const marks = units.marks.replace(pattern, (found) => {
    if (!found.startsWith("\\")) return shown.get(found) ?? found;
    hasEscapes = true;
    return HIDDEN.repeat(found.length);
  });
  return { ...units, marks, hasForeign: units.hasForeign || hasEscapes };
}

/** The encoding with the dialect's escapes taken for what they stand for. */
export function withEscapes(
  encoding: Encoding,
  { escape }: Dialect,
  delimiter: string,
): Encoding {
  if (escape === null) return encoding;
  const { foreign: { source }, decode } = encoding;
  return {
    ...encoding,
    foreign: new RegExp(`\\\\|${source}`, "g"),
    decode: (units) =>
      decode(units)?.replace(
        /\\(\r\n|[^])/g,
        (text, next: string) => next === delimiter || ESCAPED.includes(next) ? next : text,
      ) ?? null,
  };
}

/** What an escape makes a character of the text; before anything else it is one itself. */
const ESCAPED: readonly string[] = ["\\", '"', "'", "\r", "\n", "\r\n"];
