/**
 * From JavaScript's way of writing regular expressions (flag u) to RE2's, so that a pattern means the
 * same in both: `\s` and `.` know Unicode's blanks and line ends, `\p{…}` takes JavaScript's names.
 *
 * @module
 */

/** Something that RE2 lacks, in words that go on from "a pattern without", and where it stands. */
export interface Lack {
  readonly what: string;
  /** 1-based, in UTF-16 units. */
  readonly at: number;
}

/** One step through a pattern that JavaScript has taken. */
const TOKEN =
  /\\(?:u\{\w+\}|u[dD][89abAB]\w\w\\u[dD][c-fC-F]\w\w|u\w{4}|x\w\w|c\w|[pP]\{[^}]+\}|k<|.)|\(\?(?:<[=!]|[=!]|[a-z]*-?[a-z]*:|)|\[\^?\]?|\{\d+(?:,\d*)?\}|./suy;

/** JavaScript's `\s`, as the inside of a class (ECMA-262, CharacterClassEscape :: s). */
const BLANK =
  "\\t-\\r \\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}";

/** All else. */
const NOT_BLANK = "\\x00-\\x08\\x0e-\\x1f!-\\x{9f}\\x{a1}-\\x{167f}\\x{1681}-\\x{1fff}" +
  "\\x{200b}-\\x{2027}\\x{202a}-\\x{202e}\\x{2030}-\\x{205e}\\x{2060}-\\x{2fff}" +
  "\\x{3001}-\\x{fefe}\\x{ff00}-\\x{10ffff}";

const ANYTHING = "\\x00-\\x{10ffff}";

/** Most repetitions that RE2 counts. */
const MOST_COUNTED = 1000;

/**
 * Rewrites a pattern, or says what RE2 lacks for it.
 *
 * @param pattern One that `new RegExp(pattern, "u")` takes.
 * @param knows Whether RE2 has a property such as `\p{L}` by that name.
 */
export function toRe2(pattern: string, knows: (property: string) => boolean): string | Lack {
  let text = "";
  let inClass = false;
  for (let at = 0; at < pattern.length;) {
    TOKEN.lastIndex = at;
    const [token = ""] = TOKEN.exec(pattern) ?? [];
    let length = token.length;
    const what = inClass ? null : lacking(token);
    if (what !== null) return { what, at: at + 1 };
    if (token.startsWith("\\")) {
      const inside = escaped(token, inClass, knows);
      text += inside.isSet && !inClass ? `[${inside.text}]` : inside.text;
    } else if (token.startsWith("[")) {
      if (inClass) {
        length = 1; // A bracket like any other character.
        text += "\\[";
      } else if (token.endsWith("]")) text += token === "[]" ? `[^${ANYTHING}]` : `[${ANYTHING}]`;
      else {
        inClass = true;
        text += token;
      }
    } else if (inClass) {
      length = pattern.codePointAt(at) as number > 0xffff ? 2 : 1;
      text += pattern.slice(at, at + length);
      inClass = token !== "]";
    } else text += token === "." ? "[^\\n\\r\\x{2028}\\x{2029}]" : token;
    at += length;
  }
  return text;
}

function lacking(token: string): string | null {
  if (/^\\[1-9k]/.test(token)) return "back references";
  if (/^\(\?<?[=!]$/.test(token)) return "look-around";
  if (/^\(\?.*[ms].*:$/.test(token)) return "the flags m and s";
  const counted = /^\{(\d+)(?:,(\d*))?\}$/.exec(token);
  return counted !== null && Math.max(Number(counted[1]), Number(counted[2] ?? 0)) > MOST_COUNTED
    ? `more than ${MOST_COUNTED} repetitions`
    : null;
}

/** An escape in RE2's form; a set needs brackets around it where it does not stand in a class. */
function escaped(
  token: string,
  inClass: boolean,
  knows: (property: string) => boolean,
): { readonly text: string; readonly isSet: boolean } {
  const single = (code: number) => ({ text: `\\x{${code.toString(16)}}`, isSet: false });
  switch (token.charAt(1)) {
    case "s":
      return { text: BLANK, isSet: true };
    case "S":
      return { text: NOT_BLANK, isSet: true };
    case "p":
    case "P":
      return knows(token)
        ? { text: token, isSet: false }
        : { text: codePointsOf(token), isSet: true };
    case "b":
      return inClass ? single(8) : { text: token, isSet: false };
    case "c":
      return single(token.charCodeAt(2) % 32);
    case "0":
      return single(0);
    case "u":
    case "x": {
      const hex = token.replace(/^\\[ux]\{?|\}$/g, "").split("\\u");
      return single(String.fromCharCode(...hex.map(unit)).codePointAt(0) ?? 0);
    }
    default:
      return { text: token, isSet: false };
  }
}

function unit(hex: string): number {
  return Number.parseInt(hex, 16);
}

/** The inside of a class that holds what JavaScript's property holds, asked of its own engine. */
function codePointsOf(property: string): string {
  const expression = new RegExp(property, "u");
  let text = "";
  let first = -1;
  for (let code = 0; code <= 0x110000; code++) {
    const isIn = code < 0x110000 && expression.test(String.fromCodePoint(code));
    if (isIn && first < 0) first = code;
    if (isIn || first < 0) continue;
    text += `\\x{${first.toString(16)}}-\\x{${(code - 1).toString(16)}}`;
    first = -1;
  }
  return text;
}
