/**
 * What a column that tells people or things apart must not hold, whatever its pattern and length: two
 * keys that look the same and are not, or that were two and are one.
 *
 * @module
 */

import { findInvisible } from "../text/code_points.ts";
import { type Check, type Fault, INVALID, ITSELF } from "./check.ts";
import { looksShortened, SHORTENED } from "./spreadsheet.ts";

const UNSEEN: Fault = {
  code: "invisible-character",
  message: "is a key with a character that is not seen",
};

/** Adds to the check of a string column; null where any other text would do. */
export function keyCheck(inner: Check | null): Check {
  const check: Check = {
    read(text) {
      if (fault(text) !== null) return INVALID;
      return inner === null ? text : inner.read(text);
    },
    explain: (text) => fault(text) ?? inner?.explain(text) ?? UNSEEN,
  };
  const readAscii: Check["readAscii"] = inner === null ? () => ITSELF : inner.readAscii;
  if (readAscii === undefined) return check;
  return {
    ...check,
    readAscii(bytes, from, to, view) {
      if (mayBeShortened(bytes, to) && isShortened(textOf(bytes, from, to))) return INVALID;
      return hasControl(bytes, from, to, view) ? INVALID : readAscii(bytes, from, to, view);
    },
  };
}

function fault(text: string): Fault | null {
  if (isShortened(text)) return SHORTENED;
  return findInvisible(text) === null ? null : UNSEEN;
}

/** Small numbers are no keys, but `5E-12` may be a room. */
function isShortened(text: string): boolean {
  return text.includes("E+") && looksShortened(text);
}

/** Whether `E+11` or `E-100` stands in front of `to`, as at the end of no other key. */
function mayBeShortened(bytes: Uint8Array, to: number): boolean {
  return bytes[to - 4] === CAPITAL_E || bytes[to - 5] === CAPITAL_E;
}

/** As `findInvisible` among ASCII. */
function hasControl(bytes: Uint8Array, from: number, to: number, view: DataView): boolean {
  let at = from;
  while (at + WORD <= to && !mayHoldControl(view.getInt32(at, true))) at += WORD;
  for (; at < to; at++) {
    const byte = bytes[at] as number;
    if (byte === 0x7f || (byte < 0x20 && byte !== TAB && byte !== LF && byte !== CR)) return true;
  }
  return false;
}

/** Whether one of four bytes of ASCII is below a space, and borrows for it, or 0x7f, and reaches 0x80. */
function mayHoldControl(word: number): boolean {
  return (((word - 0x20202020) | (word + 0x01010101)) & 0x80808080) !== 0;
}

function textOf(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, Math.min(to, from + LONGEST_READ)));
}

/** A longer text is no shortened number. */
const LONGEST_READ = 32;
const WORD = 4;
const CAPITAL_E = 0x45;
const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
