/**
 * Tells a header line from a row of values, which no message may show.
 *
 * @module
 */

/** What no column is called: an e-mail address, a number or a date. A year may be a column's name. */
const VALUE = /@|^(?!(?:19|20)\d\d$)[+-]?[\d\s.,:;/()-]*\d[\d\s.,:;/()-]*$/;

/** Enough of a name to tell: the pattern takes the square of its length. */
const LONGEST_VALUE = 100;

/** Whether names are more likely the values of a row. */
export function looksLikeRow(names: readonly string[]): boolean {
  return names.some((name) => VALUE.test(name.trim().slice(0, LONGEST_VALUE)));
}
