/**
 * The check of `email`.
 *
 * @module
 */

import { describeCodePoint, findInvisible, isAscii } from "../text/code_points.ts";
import { type Check, type Fault, INVALID } from "./check.ts";

const LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
const ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
const EMAIL = new RegExp(
  `^${ATOM}(?:\\.${ATOM})*@(?:${LABEL}\\.)+[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9]$`,
);
const INTERNATIONAL_EMAIL = new RegExp(
  EMAIL.source.replaceAll("A-Za-z0-9", "\\p{L}\\p{M}\\p{N}").replaceAll("A-Za-z", "\\p{L}"),
  "u",
);

/** Most characters of an address, and of what stands in front of the @. */
const LONGEST = 254;
const LONGEST_LOCAL_PART = 64;

/** Scripts with letters that look the same. */
const LOOK_ALIKES = ["Latin", "Cyrillic", "Greek", "Armenian", "Cherokee"].map((script) => ({
  script,
  letter: new RegExp(`\\p{Script=${script}}`, "u"),
}));

/**
 * Addresses as mail servers take them: dot-atom local part (RFC 5322 §3.2.3) of at most 64
 * characters, a domain name with a dot, 254 characters in all (RFC 5321 §4.5.3.1), letters of any
 * script (RFC 6531), but none that can't be told from those of another. Quoted local parts and
 * address literals are refused: in customer data they are slips.
 */
function isEmail(text: string): boolean {
  if (text.length > LONGEST || text.indexOf("@") > LONGEST_LOCAL_PART) return false;
  if (EMAIL.test(text)) return true;
  return !isAscii(text) && INTERNATIONAL_EMAIL.test(text) && findStranger(text) === null;
}

/** A character that is not what it seems, in words; null where there is none. */
function findStranger(text: string): string | null {
  const unseen = findInvisible(text);
  if (unseen !== null) return describeCodePoint(unseen);
  // Wide, circled and other forms of plain letters, of the @ and of the point.
  for (const char of text.normalize("NFC")) {
    if (char.normalize("NFKC") !== char) {
      return `${describeCodePoint(char.codePointAt(0) as number)} in place of a plain character`;
    }
  }
  for (const part of text.split(/[@.]/)) {
    const [first, second] = LOOK_ALIKES.filter(({ letter }) => letter.test(part));
    if (!first || !second) continue;
    const char = second.letter.exec(part)?.[0].codePointAt(0) as number;
    return `${describeCodePoint(char)}, a ${second.script} letter, among ${first.script} ones`;
  }
  return null;
}

const FAULT: Fault = { code: "invalid-email", message: "is not an e-mail address" };

/** E-mail addresses; the text is kept as it is (`lower` is a cleaning step). */
export function emailCheck(): Check {
  return {
    read: (text) => isEmail(text) ? text : INVALID,
    explain(text) {
      if (text.length > LONGEST || findInvisible(text) !== null) return FAULT; // Said for all types.
      const stranger = findStranger(text);
      return stranger === null
        ? FAULT
        : { ...FAULT, message: `${FAULT.message}: it holds ${stranger}` };
    },
  };
}
