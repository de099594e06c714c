/**
 * The check of `number`: decimal numbers that JSON can hold as they are written.
 *
 * @module
 */

import { type Check, type Fault, INVALID } from "./check.ts";
import { LEADING_ZEROS, outOfRange } from "./check_number.ts";
import { keepsDigits } from "./exact_number.ts";
import type { Column } from "./schema_columns.ts";
import { looksShortened, SHORTENED } from "./spreadsheet.ts";

type NumberColumn = Extract<Column, { type: "number" }>;

const DECIMAL = /^[+-]?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** The same with thousands in groups, by what stands in front of the fraction. */
const GROUPED = {
  ".": /^[+-]?[1-9]\d{0,2}([, \u00a0\u202f'’])\d{3}(?:\1\d{3})*(?:\.\d+)?$/,
  ",": /^[+-]?(?:0|[1-9]\d*|[1-9]\d{0,2}([. \u00a0\u202f'’])\d{3}(?:\1\d{3})*)(?:,\d+)?$/,
};

/** Numbers that nobody writes who has a point in front of fractions: `1.234,5`, `0,75`, `1.234.567`. */
const HAS_COMMA =
  /^[+-]?(?:\d{1,3}(?:\.\d{3})+,\d+|0\d*,\d+|\d+,(?:\d{1,2}|\d{4,})|\d{1,3}(?:\.\d{3}){2,})$/;

/** A number of which the point may part thousands. */
const MAYBE_THOUSANDS = /^[+-]?[1-9]\d{0,2}\.\d{3}$/;

/** Decimal numbers within a range. */
export function numberCheck(column: NumberColumn): Check {
  const min = column.min ?? -Infinity;
  const max = column.max ?? Infinity;
  const { decimal } = column;
  /** Set by the first value of the column that has a decimal comma, where nothing says what to expect. */
  let commaSeen = false;

  /** The number as JavaScript writes it; null for anything else. */
  function plain(text: string): string | null {
    if (decimal !== "," && DECIMAL.test(text)) return text;
    if (decimal === undefined || !GROUPED[decimal].test(text)) return null;
    const digits = text.replace(
      decimal === "," ? /[. \u00a0\u202f'’]/g : /[, \u00a0\u202f'’]/g,
      "",
    );
    return digits.replace(",", ".");
  }

  function look(text: string): void {
    if (HAS_COMMA.test(text)) commaSeen = true;
  }

  return {
    ...(decimal === undefined ? { look } : {}),
    read(text) {
      const number = plain(text);
      if (number === null) {
        if (decimal === undefined) look(text);
        return INVALID;
      }
      if (looksShortened(text) || (commaSeen && MAYBE_THOUSANDS.test(text))) return INVALID;
      const value = Number(number);
      return value >= min && value <= max && keepsDigits(number, value) ? value : INVALID;
    },
    explain(text) {
      if (looksShortened(text)) return SHORTENED;
      const number = plain(text);
      if (number === null) return notANumber(text, decimal);
      const value = Number(number);
      if (!(value >= min && value <= max)) return outOfRange(value, column);
      return keepsDigits(number, value) ? AMBIGUOUS : TOO_MANY_DIGITS;
    },
  };
}

const AMBIGUOUS: Fault = {
  code: "ambiguous-number",
  message: "can be a thousand times as much, since other values of the column have a decimal " +
    "comma: say decimal: ',' or decimal: '.' in the mapping",
};

const TOO_MANY_DIGITS: Fault = {
  code: "out-of-range",
  message: "is not within what a JSON number holds exactly",
};

function notANumber(text: string, decimal: NumberColumn["decimal"]): Fault {
  if (/^[+-]?0\d+(?:[.,]\d+)?$/.test(text)) return LEADING_ZEROS;
  if (decimal === undefined && HAS_COMMA.test(text)) {
    return {
      code: "invalid-number",
      message: "has a decimal comma: say decimal: ',' in the mapping, if all values have it",
    };
  }
  return {
    code: "invalid-number",
    message: `is not a number with a decimal ${decimal === "," ? "comma" : "point"}`,
  };
}
