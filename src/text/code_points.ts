/**
 * Characters that people don't see, or take for others, named by their code points.
 *
 * @module
 */

/** Names of what is met most, after the Unicode Character Database. */
const NAMES: Readonly<Record<number, string>> = {
  0x00a0: "no-break space",
  0x00ad: "soft hyphen",
  0x034f: "combining grapheme joiner",
  0x061c: "Arabic letter mark",
  0x115f: "Hangul filler",
  0x180e: "Mongolian vowel separator",
  0x200b: "zero width space",
  0x200c: "zero width non-joiner",
  0x200d: "zero width joiner",
  0x200e: "left-to-right mark",
  0x200f: "right-to-left mark",
  0x2028: "line separator",
  0x2029: "paragraph separator",
  0x202a: "left-to-right embedding",
  0x202b: "right-to-left embedding",
  0x202c: "pop directional formatting",
  0x202d: "left-to-right override",
  0x202e: "right-to-left override",
  0x202f: "narrow no-break space",
  0x2010: "hyphen",
  0x2011: "non-breaking hyphen",
  0x2012: "figure dash",
  0x2013: "en dash",
  0x2060: "word joiner",
  0x2066: "left-to-right isolate",
  0x2067: "right-to-left isolate",
  0x2068: "first strong isolate",
  0x2069: "pop directional isolate",
  0x2212: "minus sign",
  0x3000: "ideographic space",
  0x3164: "Hangul filler",
  0xfe0f: "variation selector-16",
  0xfeff: "zero width no-break space",
  0xffa0: "halfwidth Hangul filler",
};

const BLANK = "(?! )\\p{Zs}|[\\p{Zl}\\p{Zp}]";
const UNSEEN = "[\\p{Default_Ignorable_Code_Point}\\u0080-\\u009f]";
/** Tabs and line breaks are seen, if not told apart; NUL has a problem of its own. */
const CONTROL = "[\\u0001-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f]";
const INVISIBLE = new RegExp(`${BLANK}|${UNSEEN}|${CONTROL}`, "u");
const ALL_UNSEEN = new RegExp(UNSEEN, "gu");

/** `U+200B (zero width space)`; the name only where it is one that is met. */
export function describeCodePoint(code: number): string {
  const hex = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
  const name = NAMES[code];
  return name === undefined ? hex : `${hex} (${name})`;
}

/**
 * The first character that is not seen: of no width, for the direction of text or a terminal, or a blank
 * that only looks like a space. Null where there is none.
 */
export function findInvisible(text: string): number | null {
  return INVISIBLE.exec(text)?.[0].codePointAt(0) ?? null;
}

/** The first character beyond ASCII; null where there is none. */
export function findBeyondAscii(text: string): number | null {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) > 0x7f) return text.codePointAt(i) ?? null;
  }
  return null;
}

/** The text without characters beyond ASCII that have no width; blanks stay. */
export function withoutUnseen(text: string): string {
  return isAscii(text) ? text : text.replace(ALL_UNSEEN, "");
}

/** Whether no character is beyond ASCII. */
export function isAscii(text: string): boolean {
  return findBeyondAscii(text) === null;
}
