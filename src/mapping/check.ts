/**
 * What the checks of all column types have in common.
 *
 * @module
 */

import type { Value } from "../model/value.ts";

/** What a check gives for a text that is not of its type. A symbol, so that nothing is allocated. */
export const INVALID: unique symbol = Symbol("invalid");

/** Says that a text is its own value. */
export const ITSELF: unique symbol = Symbol("itself");

/** A value, or `INVALID`. */
export type Checked = Value | typeof INVALID;

/** What is wrong with a text. `message` goes on from "The value" and holds no values. */
export interface Fault {
  readonly code: string;
  readonly message: string;
  readonly suggestion?: string;
}

/** A column's type, compiled. */
export interface Check {
  /** The value of a cleaned text that is not empty, or `INVALID`. Runs for every row. */
  read(text: string): Checked;
  /**
   * The same of `bytes[from, to)`, which are ASCII; `view` shows the same bytes. Only where that is
   * faster than to make a text of them.
   */
  readonly readAscii?: (
    bytes: Uint8Array,
    from: number,
    to: number,
    view: DataView,
  ) => Checked | typeof ITSELF;
  /**
   * Takes notice of a value before any is read, where one value tells how others are meant. Only of types
   * for which that is so.
   */
  readonly look?: (text: string) => void;
  /** What is wrong with a text for which `read` gave `INVALID`. */
  explain(text: string): Fault;
}

/** A check whose texts can be wrong in one way only. */
export function simpleCheck(
  read: (text: string) => Checked,
  code: string,
  message: string,
  suggest?: (text: string) => string | undefined,
): Check {
  return {
    read,
    explain(text) {
      const suggestion = suggest?.(text);
      return suggestion === undefined ? { code, message } : { code, message, suggestion };
    },
  };
}
