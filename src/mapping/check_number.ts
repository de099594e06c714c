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
  const check = (value: number) =>
    value >= min && value <= max && Number.isSafeInteger(value) ? value : INVALID;
  return {
    read: (text) => check(wholeNumber(text)),
    readAscii: (bytes, from, to) => check(wholeNumberOf(bytes, from, to)),
    explain(text) {
      const value = wholeNumber(text);
      if (!Number.isNaN(value)) return outOfRange(value, column);
      const fault = { code: "invalid-integer", message: "is not a whole number" };
      const cut = /^([+-]?\d+)\.0+$/.exec(text)?.[1]; // Spreadsheets write 28 as 28.0.
      return cut === undefined ? fault : { ...fault, suggestion: cut };
    },
  };
}

/** Reads an optional sign and digits; NaN for anything else. There is no negative zero. */
function wholeNumber(text: string): number {
  return /^[+-]?\d+$/.test(text) ? Number(text) + 0 : NaN;
}

/** The same of ASCII. */
function wholeNumberOf(bytes: Uint8Array, from: number, to: number): number {
  const first = bytes[from];
  let at = first === 0x2d || first === 0x2b ? from + 1 : from;
  if (at === to) return NaN;
  let value = 0;
  for (; at < to; at++) {
    const digit = (bytes[at] as number) - 0x30;
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
      return value >= min && value <= max && isKept(text, value) ? value : INVALID;
    },
    explain: (text) =>
      DECIMAL.test(text)
        ? outOfRange(Number(text), column)
        : { code: "invalid-number", message: "is not a number with a decimal point" },
  };
}

/** Numbers of fewer characters have at most 15 digits, which a JSON number holds. */
const SURELY_KEPT_LENGTH = 15;

/**
 * Whether a JSON number stands for what was written. Digits behind the point may be rounded away,
 * as every JSON number does with them; those in front of it, or all of them, may not.
 */
function isKept(text: string, value: number): boolean {
  if (text.length <= SURELY_KEPT_LENGTH && !/[eE]/.test(text)) return true;
  if (!Number.isFinite(value)) return false;
  if (Math.abs(value) <= Number.MAX_SAFE_INTEGER && value !== 0) return true;
  return decimalDigits(text) === decimalDigits(String(value));
}

/** The digits that count in a decimal number, with the power of ten of the last: the same for 120 and 1.2e2. */
function decimalDigits(text: string): string {
  const [, whole = "", fraction = "", power = "0"] =
    /^[+-]?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/, "");
  const counting = digits.replace(/0+$/, "");
  if (counting === "") return "0";
  return `${counting}e${Number(power) - fraction.length + digits.length - counting.length}`;
}

function outOfRange(value: number, { min, max }: { min?: number; max?: number }) {
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

/** Objects and lists within each other that a JSON text may have; deeper ones can't be written again. */
const DEEPEST = 500;

/** JSON texts (RFC 8259) whose numbers and depth survive being read and written again. */
export function jsonCheck(): Check {
  const read = (text: string) => {
    if (isTooDeep(text)) return INVALID;
    try {
      return JSON.parse(text, /\d{16}|\d[eE]/.test(text) ? refuseLostNumbers : undefined);
    } catch {
      return INVALID;
    }
  };
  return simpleCheck(
    read,
    "invalid-json",
    `is not JSON, or nested more than ${DEEPEST} levels deep, or has a number that JSON can't hold`,
  );
}

function refuseLostNumbers(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value === "number" && !isKept(context?.source ?? "", value)) throw new RangeError();
  return value;
}

function isTooDeep(text: string): boolean {
  if (text.length <= 2 * DEEPEST) return false;
  let depth = 0;
  for (const [part] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[{}\]]/gs)) {
    if (part === "[" || part === "{") depth++;
    else if (part === "]" || part === "}") depth--;
    if (depth > DEEPEST) return true;
  }
  return false;
}
