/**
 * Checks of the types whose values are not text: `integer`, `number`, `boolean`, `json`.
 *
 * @module
 */

import { type Check, INVALID, simpleCheck } from "./check.ts";
import type { Column } from "./schema_columns.ts";

type ColumnOf<T extends Column["type"]> = Extract<Column, { type: T }>;

const DECIMAL = /^[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Whole numbers within a range; those that a JSON number can't hold exactly are out of range. */
export function integerCheck(column: ColumnOf<"integer">): Check {
  const min = column.min ?? -Infinity;
  const max = column.max ?? Infinity;
  return {
    read(text) {
      const value = wholeNumber(text);
      return value >= min && value <= max && Number.isSafeInteger(value) ? value : INVALID;
    },
    explain(text) {
      if (!Number.isNaN(wholeNumber(text))) return outOfRange(column);
      const fault = { code: "invalid-integer", message: "is not a whole number" };
      const cut = /^([+-]?\d+)\.0+$/.exec(text)?.[1]; // Spreadsheets write 28 as 28.0.
      return cut === undefined ? fault : { ...fault, suggestion: cut };
    },
  };
}

/** Reads an optional sign and digits; NaN for anything else. */
function wholeNumber(text: string): number {
  const first = text.charCodeAt(0);
  const signed = first === 0x2d || first === 0x2b;
  let i = signed ? 1 : 0;
  if (i === text.length) return NaN;
  let value = 0;
  for (; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) return NaN;
    value = value * 10 + digit;
  }
  return first === 0x2d && value !== 0 ? -value : value;
}

/** Decimal numbers with a point, within a range. */
export function numberCheck(column: ColumnOf<"number">): Check {
  const min = column.min ?? -Infinity;
  const max = column.max ?? Infinity;
  return {
    read(text) {
      if (!DECIMAL.test(text)) return INVALID;
      const value = Number(text);
      return value >= min && value <= max && Number.isFinite(value) ? value : INVALID;
    },
    explain: (text) =>
      DECIMAL.test(text)
        ? outOfRange(column)
        : { code: "invalid-number", message: "is not a number with a decimal point" },
  };
}

function outOfRange({ min, max }: { min?: number; max?: number }) {
  let range = "within what a JSON number holds exactly";
  if (min !== undefined && max !== undefined) range = `between ${min} and ${max}`;
  else if (min !== undefined) range = `at least ${min}`;
  else if (max !== undefined) range = `at most ${max}`;
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

/** JSON texts (RFC 8259). */
export function jsonCheck(): Check {
  const read = (text: string) => {
    try {
      return JSON.parse(text);
    } catch {
      return INVALID;
    }
  };
  return simpleCheck(read, "invalid-json", "is not JSON");
}
