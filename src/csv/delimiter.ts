/**
 * Which character separates the fields.
 *
 * @module
 */

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
