/**
 * Text that is UTF-8 though another encoding is given for it. Nothing else would notice: an older
 * encoding knows nearly every byte, so `Müller` would go out as `MÃ¼ller`.
 *
 * @module
 */

import { Buffer, isAscii, isUtf8 } from "node:buffer";
import { UsageError } from "../model/errors.ts";

/**
 * What UTF-8 holds, by what is written in it. That bytes are valid as UTF-8 is not enough: `NESTLÉ®` in
 * windows-1252 is, but for a letter that nobody writes.
 */
const WRITTEN =
  /[\u00a0-\u024f\u0370-\u052f\u0531-\u058a\u05d0-\u05f4\u0620-\u06d5\u0900-\u0dff\u0e00-\uffff]/;

/** Encodings whose pairs of bytes are valid as UTF-8 now and then, as «联通» of GBK is. */
const OF_PAIRS = /^(?:gb|big5|euc|shift_jis|iso-2022)/;
const FEW_CHARACTERS = 20;

/** Encodings that have nothing to do with it. */
const UNICODE = /^utf-/;

/**
 * Says whether bytes are text in UTF-8 that goes beyond ASCII; null where they are ASCII alone. A character
 * may be cut off at their end.
 *
 * @param encoding the one that is given, by its name in the WHATWG Encoding Standard.
 */
function isUtf8AfterAll(bytes: Uint8Array, encoding: string): boolean | null {
  if (UNICODE.test(encoding)) return false;
  if (isAscii(bytes)) return null;
  const whole = bytes.subarray(0, wholeCharacters(bytes));
  if (!isUtf8(whole)) return false;
  const foreign = Buffer.from(whole).toString("utf8").replace(/[^\u0080-\uffff]+/g, "");
  if (foreign === "") return null;
  return WRITTEN.test(foreign) && !(OF_PAIRS.test(encoding) && foreign.length < FEW_CHARACTERS);
}

/**
 * Says whether there is no such trouble with bytes; null where nothing in them tells.
 *
 * @throws {UsageError} when there is.
 */
export function refuseUtf8(bytes: Uint8Array, encoding: string, file: string): true | null {
  const isUtf8 = isUtf8AfterAll(bytes, encoding);
  if (!isUtf8) return isUtf8 === null ? null : true;
  throw new UsageError(
    `${file} is UTF-8, but the encoding is given as ${encoding}, which would garble its letters: ` +
      "name the file's own",
    { remedy: { code: "give-setting", setting: "encoding", value: "utf-8" } },
  );
}

/** How many bytes are left without a character that may be cut off at the end. */
function wholeCharacters(bytes: Uint8Array): number {
  let at = bytes.length;
  while (at > 0 && bytes.length - at < 4 && ((bytes[at - 1] ?? 0) & 0xc0) === 0x80) at--;
  const lead = bytes[at - 1] ?? 0;
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
  return at - 1 + length > bytes.length ? at - 1 : bytes.length;
}
