/**
 * Which character separates the fields.
 *
 * @module
 */

import { UsageError } from "../model/errors.ts";

/** The delimiters that are looked for, the likeliest first. */
const CANDIDATES = [",", ";", "\t", "|"] as const;

/**
 * The candidate that stands most often outside the quotes of the header record; a comma when there
 * is none, as in a file of one column.
 */
export function detectDelimiter(headerMarks: string): string {
  const unquoted = headerMarks.replaceAll(/"[^"]*"/g, "");
  let best: string = CANDIDATES[0];
  let most = 0;
  for (const candidate of CANDIDATES) {
    const times = unquoted.split(candidate).length - 1;
    if (times > most) {
      best = candidate;
      most = times;
    }
  }
  return best;
}

/**
 * Checks a delimiter that was asked for. `\t` and `tab` stand for a tab, which is hard to type in a
 * shell.
 *
 * @throws {UsageError} when it isn't one ASCII character that can separate fields.
 */
export function parseDelimiter(text: string): string {
  if (text === "\\t" || text === "tab") return "\t";
  if (!/^[^"\r\n\0\x80-\uffff]$/.test(text)) {
    throw new UsageError(
      `Invalid delimiter ${JSON.stringify(text)}: give one ASCII character such as , ; | or tab, ` +
        `and not a quote or a line break`,
    );
  }
  return text;
}
