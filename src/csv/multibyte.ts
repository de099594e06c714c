/**
 * Multi-byte encodings whose later bytes may be ASCII ones: in Shift_JIS the second byte of a
 * character may be `|`, in ISO-2022-JP any may be `"` or a comma. Hiding those bytes lets the
 * scanner look for structure without knowing the encoding.
 *
 * The byte ranges are those of the decoders in the WHATWG Encoding Standard
 * (https://encoding.spec.whatwg.org). A first byte that no valid later byte follows hides nothing,
 * as there: a broken character never eats a delimiter or a line end.
 *
 * @module
 */

import { Buffer } from "node:buffer";

/** What stands in a hidden byte's place: no ASCII character, so neither structure nor NUL. */
const HIDDEN = 0x80;

const ESCAPE = 0x1b;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/**
 * Returns `bytes` with the later bytes of multi-byte characters hidden, or `bytes` itself where the
 * encoding has none that could be taken for ASCII. Every record starts outside a character, so
 * `bytes` must start where a record does.
 */
export function hideTrailBytes(bytes: Buffer, encoding: string): Buffer {
  switch (encoding) {
    case "shift_jis":
    case "big5":
    case "euc-kr":
      return hideSecondBytes(bytes, encoding);
    case "gbk":
    case "gb18030":
      return hideGb18030(bytes);
    case "iso-2022-jp":
      return hideIso2022Jp(bytes);
    default:
      return bytes; // Single-byte encodings, UTF-8 and EUC-JP: every ASCII byte is that character.
  }
}

type TwoByteEncoding = "shift_jis" | "big5" | "euc-kr";

const IS_LEAD: Record<TwoByteEncoding, (byte: number) => boolean> = {
  "shift_jis": (byte) => (byte >= 0x81 && byte <= 0x9f) || (byte >= 0xe0 && byte <= 0xfc),
  "big5": (byte) => byte >= 0x81 && byte <= 0xfe,
  "euc-kr": (byte) => byte >= 0x81 && byte <= 0xfe,
};

const IS_TRAIL: Record<TwoByteEncoding, (byte: number) => boolean> = {
  "shift_jis": (byte) => byte >= 0x40 && byte !== 0x7f && byte <= 0xfc,
  "big5": (byte) => (byte >= 0x40 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xfe),
  "euc-kr": (byte) => byte >= 0x41 && byte <= 0xfe,
};

function hideSecondBytes(bytes: Buffer, encoding: TwoByteEncoding): Buffer {
  const isLead = IS_LEAD[encoding];
  const isTrail = IS_TRAIL[encoding];
  const shown = Buffer.from(bytes);
  for (let i = 0; i + 1 < bytes.length; i++) {
    if (isLead(bytes[i] ?? 0) && isTrail(bytes[i + 1] ?? 0)) shown[++i] = HIDDEN;
  }
  return shown;
}

function hideGb18030(bytes: Buffer): Buffer {
  const isHigh = (byte = 0) => byte >= 0x81 && byte <= 0xfe;
  const isDigit = (byte = 0) => byte >= 0x30 && byte <= 0x39;
  const shown = Buffer.from(bytes);
  for (let i = 0; i + 1 < bytes.length; i++) {
    if (!isHigh(bytes[i])) continue;
    const second = bytes[i + 1] ?? 0;
    if (second >= 0x40 && second !== 0x7f && second !== 0xff) {
      shown[++i] = HIDDEN;
    } else if (isDigit(second) && isHigh(bytes[i + 2]) && isDigit(bytes[i + 3])) {
      shown.fill(HIDDEN, i + 1, i + 4);
      i += 3;
    }
  }
  return shown;
}

/**
 * Hides the escape sequences and all that stands outside the ASCII state. A line end leads back to
 * ASCII (RFC 1468 demands that state there), so a missing escape can't run on into the next line.
 */
function hideIso2022Jp(bytes: Buffer): Buffer {
  const shown = Buffer.from(bytes);
  let ascii = true;
  for (let i = 0; i < bytes.length; i++) {
    const escape = bytes[i] === ESCAPE ? bytes.toString("latin1", i + 1, i + 3) : "";
    if (CHARACTER_SETS.includes(escape)) {
      ascii = escape === "(B";
      shown.fill(HIDDEN, i, i + 3);
      i += 2;
    } else if (bytes[i] === LINE_FEED) {
      ascii = true;
    } else if (!ascii && bytes[i] !== CARRIAGE_RETURN) {
      shown[i] = HIDDEN;
    }
  }
  return shown;
}

/** What follows ESC: ASCII, JIS X 0201 Roman and Katakana, and two editions of JIS X 0208. */
const CHARACTER_SETS = ["(B", "(J", "(I", "$@", "$B"];
