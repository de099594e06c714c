/**
 * DOS code pages: single-byte encodings that `TextDecoder` doesn't know. Their tables come from
 * iconv-lite, which is loaded for the first file that needs one.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { codePageOf } from "../text/code_pages.ts";
import type { Encoding } from "./coding.ts";

/** The characters of bytes 0 to 255, by code page; U+FFFD for bytes that it doesn't define. */
const tables = new Map<string, string>();

const UNDEFINED = "\ufffd";

/** Makes an encoding ready for `encodingOf`; to be awaited before, whatever the label. */
export async function loadEncoding(label: string): Promise<void> {
  const codePage = codePageOf(label);
  if (codePage === null || tables.has(codePage)) return;
  const { default: iconv } = await import("iconv-lite");
  tables.set(
    codePage,
    iconv.decode(Buffer.from(Array.from({ length: 256 }, (_, at) => at)), codePage),
  );
}

/** A code page by its name, which `loadEncoding` was asked for. */
export function codePageEncoding(name: string): Encoding {
  const table = tables.get(name);
  if (table === undefined) throw new Error(`The code page ${name} was not loaded`);
  return {
    name,
    unitBytes: 1,
    bigEndian: false,
    foreign: /[\x80-\xff]/g,
    decode(units) {
      const text = units.replace(/[\x80-\xff]/g, (unit) => table[unit.charCodeAt(0)] ?? UNDEFINED);
      return text.includes(UNDEFINED) ? null : text;
    },
  };
}
