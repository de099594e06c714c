/**
 * The most bytes of a value, whatever its type.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { JsonText } from "../model/value.ts";
import { type Check, type Checked, INVALID, ITSELF } from "./check.ts";

/** Adds a limit in bytes of UTF-8 to a check; null where any other text would do. */
export function withinBytes(inner: Check | null, most: number): Check {
  const within = (value: Checked): Checked => bytesOf(value) <= most ? value : INVALID;
  const readAscii: Check["readAscii"] = inner === null ? () => ITSELF : inner.readAscii;
  return {
    ...inner,
    read: (text) => within(inner === null ? text : inner.read(text)),
    ...(readAscii && {
      readAscii(bytes, from, to, view) {
        const value = readAscii(bytes, from, to, view);
        if (value === ITSELF) return to - from <= most ? value : INVALID;
        return within(value);
      },
    }),
    explain: (text) =>
      inner === null || inner.read(text) !== INVALID
        ? { code: "too-long", message: `takes more than ${most} bytes` }
        : inner.explain(text),
  };
}

/** As JSON, without the quotes around a text. */
function bytesOf(value: Checked): number {
  if (value === INVALID) return 0;
  if (typeof value === "string") return Buffer.byteLength(value);
  return Buffer.byteLength(value instanceof JsonText ? value.text : JSON.stringify(value) ?? "");
}
