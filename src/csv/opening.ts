/**
 * How a file opens: what its lines end in, what stands above the header, where the header is. Pure:
 * the first units of the file in, what they tell out, or null where more of them must be known.
 *
 * @module
 */

import type { Dialect } from "./dialect.ts";
import { SAMPLE_UNITS } from "./sample.ts";

/**
 * What ends the lines: LF where one stands outside quotes near the start of the file, else CR where a
 * CR does.
 *
 * @param text units as they stand.
 * @param atEnd says that the source ends with them.
 */
export function detectLineEnd(
  text: string,
  quote: Dialect["quote"],
  atEnd: boolean,
): Dialect["lineEnd"] | null {
  const length = Math.min(text.length, SAMPLE_UNITS);
  let quoted = false;
  let hasReturn = false;
  for (let at = 0; at < length; at++) {
    const unit = text[at];
    if (unit === quote) quoted = !quoted;
    else if (!quoted && unit === "\n") return "\n";
    else if (!quoted && unit === "\r") hasReturn ||= text[at + 1] !== "\n" && text[at + 1] !== "\r";
  }
  if (!atEnd && text.length <= SAMPLE_UNITS) return null;
  return hasReturn ? "\r" : "\n";
}

/** What stands above the header. */
export interface Preamble {
  /** Where the header starts. */
  readonly end: number;
  /** Lines above the header. */
  readonly lines: number;
  /** The delimiter that a line `sep=;` names, as Excel writes and reads it. */
  readonly delimiter: string | null;
}

/**
 * Goes past the lines that are to be skipped, empty and comment lines, and a line `sep=`.
 *
 * @param marks units as the scanner knows them.
 */
export function skipPreamble(
  marks: string,
  { skipLines, comment }: { readonly skipLines: number; readonly comment: string | null },
  atEnd: boolean,
): Preamble | null {
  let delimiter: string | null = null;
  let at = 0;
  for (let lines = 0;; lines++) {
    const lineFeed = marks.indexOf("\n", at);
    const line = marks.slice(at, lineFeed === -1 ? undefined : lineFeed);
    const separator: string | undefined = delimiter === null
      ? SEPARATOR_LINE.exec(line)?.[1]
      : undefined;
    const isSkipped = lines < skipLines || /^\r*$/.test(line) || separator !== undefined ||
      (comment !== null && line.startsWith(comment));
    if (lineFeed === -1 && !atEnd && (isSkipped || line.length < MARK_UNITS)) return null;
    if (!isSkipped || (lineFeed === -1 && line === "")) return { end: at, lines, delimiter };
    if (lines >= skipLines) delimiter ??= separator === "\\t" ? "\t" : separator ?? null;
    if (lineFeed === -1) return { end: marks.length, lines, delimiter };
    at = lineFeed + 1;
  }
}

const SEPARATOR_LINE = /^"?sep=(\\t|[^"\r\n\0\x80-\uffff])"?\r*$/i;

/** A line as long as this is no `sep=` line, whatever follows. */
const MARK_UNITS = 16;
