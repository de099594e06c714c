/**
 * Where lines end, in units of which the structure is known to be LF and `"`.
 *
 * @module
 */

const QUOTE = 0x22;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** How far the end of a text that broken quotes leave open is looked for. */
const OPEN_TEXT_LINES = 100;
const OPEN_TEXT_UNITS = 2 ** 16;

/** The position of the first of the CRs that stand right before `end`, not before `from`. */
export function skipCarriages(marks: string, from: number, end: number): number {
  while (end > from && marks.charCodeAt(end - 1) === CARRIAGE_RETURN) end--;
  return end;
}

/** Where a record's text ends that stands at the end of `marks`: before its line end. */
export function textEnd(marks: string): number {
  return skipCarriages(marks, 0, marks.endsWith("\n") ? marks.length - 1 : marks.length);
}

/** Whether a line, or the text, ends at `at`: in LF, CRs and LF, CRs at the very end, or nothing. */
export function endsLine(marks: string, at: number): boolean {
  while (marks.charCodeAt(at) === CARRIAGE_RETURN) at++;
  return at === marks.length || marks.charCodeAt(at) === LINE_FEED;
}

/**
 * Where the last line ends of a text whose quotes are broken: its opening quote stands at `at`, and
 * `lineFeed` is the end of that line or -1. Somebody who writes `"She said "hi"` and goes on below
 * leaves an odd number of quotes on the line, and closes the text by a quote that stands behind some
 * of it and before a delimiter or line end. Without such an end near enough it is `lineFeed`.
 *
 * @returns the length of `marks` where the text ends with them; null when more of the source must be
 * known, which `atEnd` rules out.
 */
export function endOfOpenText(
  marks: string,
  at: number,
  lineFeed: number,
  delimiter: string,
  atEnd: boolean,
): number | null {
  if (lineFeed === -1 || countQuotes(marks, at, lineFeed) % 2 === 0) return lineFeed;
  let start = lineFeed + 1;
  for (let lines = 0; lines < OPEN_TEXT_LINES; lines++) {
    if (start >= marks.length) return atEnd ? lineFeed : null;
    const next = marks.indexOf("\n", start);
    const end = next === -1 ? marks.length : next;
    if (end - at > OPEN_TEXT_UNITS) return lineFeed;
    if (next === -1 && !atEnd) return null;
    if (countQuotes(marks, start, end) % 2 === 1) {
      return closesText(marks, start, end, delimiter) ? end : lineFeed;
    }
    start = end + 1;
  }
  return lineFeed;
}

/** Whether the quotes of a line are those of a text that ends on it. */
function closesText(marks: string, start: number, stop: number, delimiter: string): boolean {
  const first = marks.indexOf('"', start);
  const last = marks.lastIndexOf('"', stop - 1);
  if (first === start || marks.startsWith(delimiter, first - delimiter.length)) return false;
  return marks.startsWith(delimiter, last + 1) || endsLine(marks, last + 1);
}

function countQuotes(marks: string, from: number, to: number): number {
  let count = 0;
  for (let i = from; i < to; i++) if (marks.charCodeAt(i) === QUOTE) count++;
  return count;
}
