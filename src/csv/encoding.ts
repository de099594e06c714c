/**
 * Encodings: which one a source has, how its bytes become the code units that the scanner reads,
 * and how a field's units become text.
 *
 * The scanner never decodes. It looks for delimiters, quotes and line ends among code units (bytes
 * as one-byte characters, or UTF-16 units), and only fields that hold something else than ASCII
 * are decoded, strictly: what isn't valid is a problem of its row, never a replacement character.
 *
 * @module
 */

import { Buffer, isAscii } from "node:buffer";
import { UsageError } from "../model/errors.ts";
import { codePageOf } from "../text/code_pages.ts";
import { encodingNamed } from "../text/encoding_names.ts";
import { codePageEncoding } from "./code_page.ts";
import type { Encoding } from "./coding.ts";
import { hideTrailBytes } from "./multibyte.ts";

export type { Encoding } from "./coding.ts";
export { loadEncoding } from "./code_page.ts";

/** A source's bytes as text of code units. */
export interface Units {
  /** A character for each unit, as in `Block.text`. */
  readonly text: string;
  /** `text` with every unit hidden that only looks like ASCII: structure is looked for here. */
  readonly marks: string;
  /** False when no unit of `text` is foreign. */
  readonly hasForeign: boolean;
  /** The bytes that the units stand for: at the source's end perhaps half of the last one. */
  readonly bytes: Uint8Array;
}

/**
 * An encoding by any label that `TextDecoder` knows, or a code page that `loadEncoding` was asked for.
 *
 * @throws {UsageError} when it knows none of that name.
 */
export function encodingOf(label: string): Encoding {
  const codePage = codePageOf(label);
  if (codePage !== null) return codePageEncoding(codePage);
  let decoder: TextDecoder;
  try {
    // A byte order mark in the middle of a file is a character like any other.
    decoder = new TextDecoder(label, { fatal: true, ignoreBOM: true });
  } catch {
    throw new UsageError(
      `Unknown encoding ${JSON.stringify(label)}: give a name such as utf-8, windows-1252, ` +
        `iso-8859-15, utf-16le, shift_jis or cp850`,
    );
  }
  const name = decoder.encoding;
  if (name === "utf-16le" || name === "utf-16be") {
    return {
      name,
      unitBytes: 2,
      bigEndian: name === "utf-16be",
      foreign: /[\ud800-\udfff]/g,
      decode: (units) => units.isWellFormed() ? units : null,
    };
  }
  const hasControls = name === "utf-8" || name === "gb18030";
  return {
    name,
    unitBytes: 1,
    bigEndian: false,
    // deno-lint-ignore no-control-regex -- ISO-2022-JP switches character sets with ESC, SO and SI
    foreign: name === "iso-2022-jp" ? /[\x0e\x0f\x1b\x80-\xff]/g : /[\x80-\xff]/g,
    decode(units) {
      try {
        const text = decoder.decode(Buffer.from(units, "latin1"));
        return hasControls || !UNDEFINED.test(text) ? text : null;
      } catch {
        return null;
      }
    },
  };
}

/**
 * What the WHATWG Encoding Standard makes of bytes that an older encoding doesn't define, such as 0x81
 * in windows-1252: the control characters U+0080 to U+009F, which no text holds.
 */
const UNDEFINED = /[\x80-\x9f]/;

/**
 * Turns bytes into units in one go. When a UTF-16 source ends with half a unit (`atEnd`), a lone
 * surrogate that carries the byte stands for it, so that its row is invalid and keeps its bytes.
 */
export function toUnits(bytes: Buffer, encoding: Encoding, atEnd: boolean): Units {
  if (encoding.unitBytes === 2) {
    const even = bytes.subarray(0, bytes.length & ~1);
    let text = (encoding.bigEndian ? Buffer.from(even).swap16() : even).toString("utf16le");
    if (atEnd && bytes.length % 2 === 1) {
      text += String.fromCharCode(0xd800 | (bytes[bytes.length - 1] ?? 0));
    }
    return { text, marks: text, hasForeign: true, bytes };
  }
  const text = bytes.toString("latin1");
  const shown = hideTrailBytes(bytes, encoding.name);
  return {
    text,
    marks: shown === bytes ? text : shown.toString("latin1"),
    hasForeign: encoding.name === "iso-2022-jp" || !isAscii(bytes),
    bytes,
  };
}

/** What a source's first bytes and `--encoding` say together. */
export interface DetectedEncoding {
  readonly label: string;
  /** Length of the byte order mark, which is not part of the first field. */
  readonly bomBytes: 0 | 2 | 3;
}

/**
 * Takes the encoding from the byte order mark where there is one, else from `asked`, else UTF-8.
 *
 * @throws {UsageError} when the byte order mark and `asked` contradict each other.
 */
export function detectEncoding(
  head: Uint8Array,
  asked: string | undefined,
  file: string,
): DetectedEncoding {
  const bom = byteOrderMark(head);
  if (!bom) return { label: asked ?? "utf-8", bomBytes: 0 };
  if (asked !== undefined) {
    if (!asksFor(asked, bom.label)) {
      throw new UsageError(
        `${file} starts with the byte order mark of ${bom.label}, but the encoding is given as ` +
          `${asked}: name the file's own`,
        // A mapping or an earlier run may have given it: there may be no flag to leave out.
        { remedy: { code: "give-setting", setting: "encoding", value: bom.label } },
      );
    }
  }
  return bom;
}

/** True when a label means this encoding; `utf-16` leaves the byte order to the file. */
export function asksFor(label: string, encoding: string): boolean {
  const name = encodingNamed(label);
  return name === "utf-16" ? encoding.startsWith("utf-16") : name === encodingNamed(encoding);
}

function byteOrderMark([a, b, c]: Uint8Array): DetectedEncoding | null {
  if (a === 0xef && b === 0xbb && c === 0xbf) return { label: "utf-8", bomBytes: 3 };
  if (a === 0xff && b === 0xfe) return { label: "utf-16le", bomBytes: 2 };
  if (a === 0xfe && b === 0xff) return { label: "utf-16be", bomBytes: 2 };
  return null;
}
