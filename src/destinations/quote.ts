/**
 * JSON text for single values, on the path that every field of every row takes.
 *
 * @module
 */

import type { Value } from "../types.ts";

/** What JSON must escape, and surrogates: a lone one must not reach the wire (RFC 8259 §8.2). */
// deno-lint-ignore no-control-regex -- JSON must escape them
const NEEDS_CARE = /["\\\u0000-\u001f\ud800-\udfff]/;

/** A JSON string. One test of the whole text is cheaper than `JSON.stringify` where it passes. */
export function quote(text: string): string {
  return NEEDS_CARE.test(text) ? JSON.stringify(text) : `"${text}"`;
}

/** Anything but ASCII that stands for itself in a JSON string. */
const NOT_PLAIN = /[^ !#-[\]-~]/;

/** True for a text that stands for itself in a JSON string and is as long in UTF-8. */
export function isPlain(text: string): boolean {
  return !NOT_PLAIN.test(text);
}

/**
 * Words the values of a row, and knows whether its text is as long in UTF-8 as in characters: the
 * test for what JSON must escape tells that too.
 */
export class RowWriter {
  /** False once something was written that may be longer in UTF-8. Set to true for each row. */
  ascii = true;

  /** A JSON string. */
  quote(text: string): string {
    if (isPlain(text)) return `"${text}"`;
    this.ascii = false;
    return JSON.stringify(text);
  }

  /** JSON text of a value that is not empty. */
  jsonText(value: Exclude<Value, undefined>): string {
    if (typeof value === "string") return this.quote(value);
    if (typeof value === "number" && Number.isFinite(value)) return `${value}`;
    if (typeof value === "object") this.ascii = false;
    return JSON.stringify(value);
  }
}

/** JSON text of a value that is not empty. */
export function jsonText(value: Exclude<Value, undefined>): string {
  return typeof value === "string" ? quote(value) : JSON.stringify(value);
}

/** True when `text` has more than `limit` characters (code points, as APIs count them). */
export function longerThan(text: string, limit: number): boolean {
  if (text.length <= limit) return false;
  let characters = 0;
  for (const _ of text) {
    if (++characters > limit) return true;
  }
  return false;
}
