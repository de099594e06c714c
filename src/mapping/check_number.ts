/**
 * Checks of the types whose values are not text: `integer`, `number`, `boolean`.
 *
 * @module
 */

import { type Check, type Fault, INVALID, simpleCheck } from "./check.ts";
import type { Column } from "./schema_columns.ts";
import { looksShortened, SHORTENED } from "./spreadsheet.ts";

type ColumnOf<T extends Column["type"]> = Extract<Column, { type: T }>;

const WHOLE = /^[+-]?(?:0|[1-9]\d*)$/;

/** Zeros in front tell that digits are a name of something, not an amount. */
export const LEADING_ZEROS: Fault = {
  code: "leading-zeros",
  message: "begins with a zero that a number would lose: make the column a string, or cut the " +
    "zeros with the cleaning step unpad",
};

/** Whole numbers within a range; those that a JSON number can't hold exactly are out of range. */
export function integerCheck(column: ColumnOf<"integer">): Check {
  const min = column.min ?? -Infinity;
  const max = column.max ?? Infinity;
  const check = (value: number) =>
    value >= min && value <= max && Number.isSafeInteger(value) ? value : INVALID;
  return {
    read: (text) => check(wholeNumber(text)),
    readAscii: (bytes, from, to) => check(wholeNumberOf(bytes, from, to)),
    explain(text) {
      const value = wholeNumber(text);
      if (!Number.isNaN(value)) return outOfRange(value, column);
      if (looksShortened(text)) return SHORTENED;
      if (/^[+-]?0\d+$/.test(text)) return LEADING_ZEROS;
      const fault = { code: "invalid-integer", message: "is not a whole number" };
      const cut = /^([+-]?\d+)\.0+$/.exec(text)?.[1]; // Spreadsheets write 28 as 28.0.
      return cut === undefined ? fault : { ...fault, suggestion: cut };
    },
  };
}

/** Reads an optional sign and digits without zeros in front; NaN for anything else. There is no negative zero. */
function wholeNumber(text: string): number {
  return WHOLE.test(text) ? Number(text) + 0 : NaN;
}

/** The same of ASCII. */
function wholeNumberOf(bytes: Uint8Array, from: number, to: number): number {
  const first = bytes[from];
  let at = first === 0x2d || first === 0x2b ? from + 1 : from;
  if (at === to || (bytes[at] === 0x30 && at + 1 < to)) return NaN;
  let value = 0;
  for (; at < to; at++) {
    const digit = (bytes[at] as number) - 0x30;
    if (digit < 0 || digit > 9) return NaN;
    value = value * 10 + digit;
  }
  return first === 0x2d && value !== 0 ? -value : value;
}

/** A number beyond the range of a column, or of what JSON holds. */
export function outOfRange(
  value: number,
  { min, max }: { min?: number | undefined; max?: number | undefined },
): Fault {
  let range = "within what a JSON number holds exactly";
  if (value < (min ?? -Infinity) || value > (max ?? Infinity)) {
    if (min !== undefined && max !== undefined) range = `between ${min} and ${max}`;
    else range = min !== undefined ? `at least ${min}` : `at most ${max}`;
  }
  return { code: "out-of-range", message: `is not ${range}` };
}

/** Truth words, in any case. */
export function booleanCheck(column: ColumnOf<"boolean">): Check {
  const trueWords = column.trueWords.map((word) => word.toLowerCase());
  const falseWords = column.falseWords.map((word) => word.toLowerCase());
  // The lists are short: to compare with each is cheaper than the hash that a map needs.
  const find = (text: string) => {
    if (falseWords.includes(text)) return false;
    return trueWords.includes(text) ? true : null;
  };
  return simpleCheck(
    (text) => find(text) ?? find(text.toLowerCase()) ?? INVALID,
    "invalid-boolean",
    `is none of ${[...new Set([...trueWords, ...falseWords])].join(", ")}`,
  );
}
