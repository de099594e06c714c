/**
 * Regular expressions that come from a mapping file or the command line. JavaScript's engine
 * backtracks, so a careless pattern can take minutes on one value; two cheap rules keep that out:
 * patterns that repeat a repetition (`(a+)+`) or a choice (`(a|ab)*`) or refer back (`\1`) are
 * refused, and values longer than 2,000 characters are not searched. What is left can still take
 * time that grows with a power of the length (`\w+\w+\w+$`), within that bound.
 *
 * @module
 */

/** Longest value, in characters, that a pattern is tried on. */
const LONGEST_MATCHED = 2000;

/** A test for `pattern`, compiled once. The pattern has passed `patternFault`. */
export function matcher(pattern: string): (text: string) => boolean {
  const expression = new RegExp(pattern, "u");
  return (text) => text.length <= LONGEST_MATCHED && expression.test(text);
}

/** Replaces every match of `pattern`, compiled once. The pattern has passed `patternFault`. */
export function replacer(pattern: string, replacement: string): (text: string) => string {
  const expression = new RegExp(pattern, "gu");
  const literal = replacement.replaceAll("$", "$$$$"); // so that `$&` in it stays what it is
  return (text) => text.length <= LONGEST_MATCHED ? text.replace(expression, literal) : text;
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

/** Whether a group that is repeated without end holds a repetition without end, or a choice. */
function repeatsRepetition(pattern: string): boolean {
  const groups: boolean[] = [];
  let risky = false; // of the group that is open
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i];
    if (char === "\\") i++;
    else if (char === "[") i = classEnd(pattern, i);
    else if (char === "(") {
      groups.push(risky);
      risky = false;
    } else if (char === ")") {
      const inner: boolean = risky;
      const repeated = isEndless(pattern, i + 1);
      if (inner && repeated) return true;
      risky = (groups.pop() ?? false) || inner || repeated;
    } else if (char === "|" || isEndless(pattern, i)) risky = true;
  }
  return false;
}

/** Index of the `]` that ends the class opened at `start`. */
function classEnd(pattern: string, start: number): number {
  let i = start + 1;
  while (i < pattern.length && pattern[i] !== "]") i += pattern[i] === "\\" ? 2 : 1;
  return i;
}

/** Whether `*`, `+`, `{n,}` or a `{n,m}` that goes beyond 20 stands at `at`. */
function isEndless(pattern: string, at: number): boolean {
  const char = pattern[at];
  if (char === "*" || char === "+") return true;
  const counted = /^\{\d+(,?)(\d*)\}/.exec(pattern.slice(at, at + 24));
  if (!counted) return false;
  return counted[1] === "," && (counted[2] === "" || Number(counted[2]) > 20);
}
