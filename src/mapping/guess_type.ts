/**
 * Guesses a column's type from a sample of its values.
 *
 * @module
 */

import { isIsoDate, parseIso } from "./calendar.ts";
import { INVALID } from "./check.ts";
import { compileCheck } from "./checks.ts";
import { formatReader } from "./date_format.ts";
import { type Column, columnSchema } from "./schema_columns.ts";

/** The keys of a column that say its type, and whether a person has to look at them. */
export interface TypeGuess {
  readonly type: Column["type"];
  readonly formats?: readonly string[];
  /** True when the sample fits other formats just as well, or has times of an unknown zone. */
  readonly doubtful: boolean;
}

const TRUTH_WORDS = new Set(["true", "false", "yes", "no", "y", "n"]);

const DATE_FORMATS = ["DD/MM/YYYY", "MM/DD/YYYY", "DD.MM.YYYY", "DD-MM-YYYY", "YYYY/MM/DD"];

/** Numbers of these columns are names of things, not amounts: zeros in front of them count. */
const NAMES_THINGS =
  /(?:id|ids|no|nr|number|code|zip|phone|mobile|tel|telephone|account|reference)$/;

/** The narrowest type that all values of a sample have; `string` when there are none. */
export function guessType(header: string, sample: readonly string[]): TypeGuess {
  const values = sample.map((value) => value.trim()).filter((value) => value !== "");
  const all = (test: (value: string) => boolean) => values.length > 0 && values.every(test);
  const is = (type: "integer" | "number" | "email" | "uuid") => {
    const check = compileCheck(columnSchema.parse({ from: header, type }));
    return all((value) => check?.read(value) !== INVALID);
  };
  const sure = (type: Column["type"]): TypeGuess => ({ type, doubtful: false });

  if (is("email")) return sure("email");
  if (is("uuid")) return sure("uuid");
  if (all((value) => TRUTH_WORDS.has(value.toLowerCase()))) return sure("boolean");
  if (all(isIsoDate)) return sure("date");
  if (all((value) => parseIso(value) !== null)) {
    const local = values.some((value) => parseIso(value)?.offset === null);
    return { type: "datetime", doubtful: local };
  }
  const formats = DATE_FORMATS.filter((format) => {
    const read = formatReader(format);
    return all((value) => read(value) !== null);
  });
  const [format] = formats;
  if (format !== undefined) {
    return { type: "date", formats: [format], doubtful: formats.length > 1 };
  }
  const named = NAMES_THINGS.test(header.toLowerCase().replace(/[^a-z]/g, ""));
  // So does a plus, or more digits than a number holds.
  const isName = (value: string) => /^(?:[+-]?0\d|\+|-?\d{16})/.test(value);
  if (!named && !values.some(isName)) {
    if (is("integer")) return sure("integer");
    if (is("number")) return sure("number");
  }
  return sure("string");
}
