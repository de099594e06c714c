/**
 * Regular expressions that come from a mapping file or the command line. JavaScript's engine
 * backtracks, so a careless pattern can take minutes on one value; two cheap rules keep that out:
 * patterns that repeat a repetition (`(a+)+`) or a choice (`(a|ab){9}`) or refer back (`\1`) are
 * refused, and values longer than 2,000 characters are not searched: a column with a pattern refuses
 * them, in a rule `matches` does not hold for them. What is left can still take time that grows with
 * a power of the length (`\w+\w+\w+$`), within that bound.
 *
 * @module
 */

import { INVALID } from "./check.ts";

/** Longest value, in characters (UTF-16 units), that a pattern is tried on. */
export const LONGEST_MATCHED = 2000;

/** What is wrong with a longer one, in words that go on from "The value". */
export const TOO_LONG =
  `is longer than the ${LONGEST_MATCHED} characters that a pattern is tried on`;

/** A test for `pattern`, compiled once. The pattern has passed `patternFault`. */
export function matcher(pattern: string): (text: string) => boolean {
  const expression = new RegExp(pattern, "u");
  return (text) => text.length <= LONGEST_MATCHED && expression.test(text);
}

/**
 * Replaces every match of `pattern`, compiled once; `INVALID` for a text that is too long to be
 * searched, since what was to be replaced may stand in it. The pattern has passed `patternFault`.
 */
export function replacer(
  pattern: string,
  replacement: string,
): (text: string) => string | typeof INVALID {
  const expression = new RegExp(pattern, "gu");
  const literal = replacement.replaceAll("$", "$$$$"); // so that `$&` in it stays what it is
  return (text) => text.length <= LONGEST_MATCHED ? text.replace(expression, literal) : INVALID;
}

/** What is wrong with a pattern, in words that go on from "expected", or null. */
export function patternFault(pattern: string): string | null {
  try {
    new RegExp(pattern, "u");
  } catch {
    return "a regular expression as JavaScript reads it with the flag u";
  }
  if (/\\[1-9]|\\k</.test(pattern)) return "a pattern without back references";
  return repeatsRepetition(pattern)
    ? "a pattern that does not repeat a group holding a repetition or a choice"
    : null;
}

/** A group that varies may be repeated so often: each time multiplies the ways to match it. */
const MOST_REPEATED = 4;

/**
 * Whether a group that holds a repetition or a choice is repeated more than a few times, or is
 * repeated a few times within a group that is repeated too.
 */
function repeatsRepetition(pattern: string): boolean {
  const outer: number[] = [];
  // How often what varies in the open group is repeated at most; 0 while nothing in it varies.
  let times = 0;
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i];
    if (char === "\\") i++;
    else if (char === "[") i = classEnd(pattern, i);
    else if (char === "(") {
      outer.push(times);
      times = 0;
    } else if (char === ")") {
      const { least, most } = repetitionAt(pattern, i + 1);
      if (times > 0 && most > (times === 1 ? MOST_REPEATED : 1)) return true;
      const repeated: number = times > 0 ? times * most : 0;
      const own = most > 1 && least !== most ? 1 : 0;
      times = Math.max(outer.pop() ?? 0, repeated, own);
    } else if (char === "|") times = Math.max(times, 1);
    else {
      const { least, most } = repetitionAt(pattern, i);
      if (most > 1 && least !== most) times = Math.max(times, 1);
    }
  }
  return false;
}

/** Index of the `]` that ends the class opened at `start`. */
function classEnd(pattern: string, start: number): number {
  let i = start + 1;
  while (i < pattern.length && pattern[i] !== "]") i += pattern[i] === "\\" ? 2 : 1;
  return i;
}

/** How often what stands before `at` is to be matched: by `*`, `+`, `?` or a number in braces. */
function repetitionAt(pattern: string, at: number): { least: number; most: number } {
  const char = pattern[at];
  if (char === "*" || char === "+") return { least: 0, most: Infinity };
  if (char === "?") return { least: 0, most: 1 };
  const counted = /^\{(\d+)(,?)(\d*)\}/.exec(pattern.slice(at, at + 24));
  if (!counted) return { least: 1, most: 1 };
  const [, least, comma, most] = counted;
  if (comma === "") return { least: Number(least), most: Number(least) };
  return { least: Number(least), most: most === "" ? Infinity : Number(most) };
}
