/**
 * Which encodings can be asked for by which name.
 *
 * @module
 */

import { codePageOf } from "./code_pages.ts";

/** What a text must be, in words that go on from the setting's name. */
export const ENCODING_RULE =
  "takes an encoding's name, such as utf-8, windows-1252, utf-16le or cp850";

/**
 * An encoding's own name by any label: that of the WHATWG Encoding Standard, of a DOS code page, or
 * `utf-16`, which leaves the byte order to the file. Null for a label of nothing.
 */
export function encodingNamed(label: string): string | null {
  const codePage = codePageOf(label);
  if (codePage !== null) return codePage;
  try {
    const { encoding } = new TextDecoder(label);
    return label.trim().toLowerCase() === "utf-16" ? "utf-16" : encoding;
  } catch {
    return null;
  }
}
