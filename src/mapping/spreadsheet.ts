/**
 * What spreadsheets do to the values that pass through them.
 *
 * @module
 */

import type { Fault } from "./check.ts";

/** `4.47912E+11`: how a number with many digits is shown where a cell is too narrow for them. */
const SHORTENED_NUMBER = /^[+-]?\d(?:[.,]\d{1,14})?E[+-]\d{2,3}$/;

/** The longest such number. */
const LONGEST_SHORTENED = 24;

/** Whether a text is a number whose last digits a spreadsheet has rounded away. */
export function looksShortened(text: string): boolean {
  return text.length <= LONGEST_SHORTENED && SHORTENED_NUMBER.test(text);
}

/** What is wrong with it. */
export const SHORTENED: Fault = {
  code: "shortened-number",
  message: "is a number that a spreadsheet has shortened (as 1.23457E+11): its last digits are " +
    "lost; export the column as text",
};
