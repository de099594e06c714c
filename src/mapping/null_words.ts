/**
 * Words that databases, programs and spreadsheets write where there is nothing.
 *
 * @module
 */

/** Nobody writes these for anything else. */
const SURE = [
  ...["\\N", "NULL", "(null)", "<null>", "[NULL]", "<NA>", "NaN", "NaT", "#N/A", "#NV", "#NULL!"],
  ...["0000-00-00", "0000-00-00 00:00:00", "#N/D", "#VALEUR!", "#NOM?", "#VALOR!", "#VALORE!"],
  ...["#VALUE!", "#WERT!", "#REF!", "#BEZUG!", "#NAME?", "#DIV/0!", "#NUM!", "#ZAHL!"],
];

/** These may be names or answers. */
const DOUBTFUL = [
  "null",
  "nil",
  "None",
  "n/a",
  "N.A.",
  "NA",
  "undefined",
  "unknown",
  "-",
  "--",
  "?",
  ".",
];

const LONGEST = Math.max(...[...SURE, ...DOUBTFUL].map((word) => word.length));
const SURE_WORDS = new Set(SURE);
const DOUBTFUL_WORDS = new Set([...DOUBTFUL, ...DOUBTFUL.map((word) => word.toLowerCase())]);

/** Whether a value means that there is none: for sure, perhaps, or not. */
export function nullWordKind(text: string): "sure" | "doubtful" | null {
  if (text.length > LONGEST) return null;
  if (SURE_WORDS.has(text)) return "sure";
  return DOUBTFUL_WORDS.has(text) ? "doubtful" : null;
}
