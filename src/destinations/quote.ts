/**
 * JSON text for single values, on the path that every field of every row takes.
 *
 * @module
 */

import { Fragment, type PayloadWriter } from "../model/payload_writer.ts";
import { JsonText, type Sendable } from "../model/value.ts";

/** What JSON must escape, and surrogates: a lone one must not reach the wire (RFC 8259 §8.2). */
// deno-lint-ignore no-control-regex -- JSON must escape them
const NEEDS_CARE = /["\\\u0000-\u001f\ud800-\udfff]/;

/** A JSON string. One test of the whole text is cheaper than `JSON.stringify` where it passes. */
export function quote(text: string): string {
  return NEEDS_CARE.test(text) ? JSON.stringify(text) : `"${text}"`;
}

/** In place of the index of a field: texts are not what stands in one. */
export const CHANGED = -1;

const TRUE = new Fragment("true");
const FALSE = new Fragment("false");

/** Writes a value that is not empty. Texts are this field of the row, unless they were `CHANGED`. */
export function writeValue(writer: PayloadWriter, value: Sendable, field: number): void {
  if (typeof value === "string") writeText(writer, value, field);
  else if (typeof value === "number") writer.number(value);
  else if (typeof value === "boolean") writer.fragment(value ? TRUE : FALSE);
  else writer.text(jsonText(value));
}

/** The same of a text. */
export function writeText(writer: PayloadWriter, text: string, field: number): void {
  if (field === CHANGED) writer.quoted(text);
  else writer.field(text, field);
}

/** JSON text of a value that is not empty. */
export function jsonText(value: Sendable): string {
  if (typeof value === "string") return quote(value);
  return value instanceof JsonText ? value.text : JSON.stringify(value);
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
