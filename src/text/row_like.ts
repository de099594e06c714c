/**
 * Tells a header line from a row of values, which no message may show.
 *
 * @module
 */

/** What no column is called: an e-mail address, a number or a date. A year may be a column's name. */
const VALUE = /@|^(?!(?:19|20)\d\d$)[+-]?[\d\s.,:;/()-]*\d[\d\s.,:;/()-]*$/;

/** Whether names are more likely the values of a row. */
export function looksLikeRow(names: readonly string[]): boolean {
  return names.some((name) => VALUE.test(name.trim()));
}
