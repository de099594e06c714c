/**
 * A header line for files of some rows of a file that has none.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { Dialect } from "./dialect.ts";

/** How the file is written. */
export interface HeaderStyle {
  readonly delimiter: string;
  readonly quote: Dialect["quote"];
  readonly newline: string;
  /** As in `Encoding.name`. */
  readonly encoding: string;
}

/** The line as the file would have it; without bytes where its encoding lacks a character. */
export function encodeHeader(
  names: readonly string[],
  { delimiter, quote, newline, encoding }: HeaderStyle,
): Uint8Array {
  const cells = names.map((name) => {
    const isPlain = ![delimiter, quote ?? "", "\r", "\n"].some((part) =>
      part !== "" && name.includes(part)
    );
    return isPlain || quote === null ? name : quote + name.replaceAll(quote, quote + quote) + quote;
  });
  return encodeText(cells.join(delimiter) + newline, encoding) ?? new Uint8Array();
}

/** A text in an encoding, by its name as in `Encoding`; null where that lacks a character. */
export function encodeText(text: string, encoding: string): Uint8Array | null {
  if (encoding === "utf-8") return Buffer.from(text);
  if (encoding === "utf-16le") return Buffer.from(text, "utf16le");
  if (encoding === "utf-16be") return Buffer.from(text, "utf16le").swap16();
  // deno-lint-ignore no-control-regex -- ASCII, which the others all have in common
  return /^[\x00-\x7f]*$/.test(text) ? Buffer.from(text, "latin1") : null;
}
