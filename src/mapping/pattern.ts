/**
 * Regular expressions that come from a mapping file or the command line. JavaScript's engine
 * backtracks, so that a careless pattern takes hours on one value and can't be interrupted; these run
 * on RE2, whose time grows with the length of the value and no faster. Patterns are written as
 * JavaScript writes them with the flag u, without look-around and back references.
 *
 * @module
 */

import type { RE2JS } from "re2js";
import { INVALID } from "./check.ts";
import { toRe2 } from "./pattern_syntax.ts";

/**
 * Longest value, in characters (UTF-16 units), in which a pattern is replaced: each search is linear,
 * but a pattern that looks far ahead (`a.*z|a`) makes each of many searches read the rest.
 */
const LONGEST_REPLACED = 10_000;

/** What is wrong with a longer one, in words that go on from "The value". */
export const TOO_LONG =
  `is longer than the ${LONGEST_REPLACED} characters in which a pattern is replaced`;

let engine: typeof RE2JS | null = null;

/**
 * Loads the engine if `text`, a mapping or a rule, may hold a pattern; to be awaited before such a
 * text is checked or compiled. It is large, and most runs need none.
 */
export async function loadPatterns(text: string): Promise<void> {
  if (/pattern|matches|footer/i.test(text)) engine ??= (await import("re2js")).RE2JS;
}

/**
 * Whether a pattern repeats nothing and offers no choice: then no engine has anything to try twice,
 * and JavaScript's own, which is at hand and quicker, does as well. Built-in mappings hold no others.
 */
function isPlain(pattern: string): boolean {
  return !/[*+?{|]/.test(pattern);
}

/** A test for `pattern`, compiled once. The pattern has passed `patternFault`. */
export function matcher(pattern: string): (text: string) => boolean {
  if (isPlain(pattern)) {
    const expression = new RegExp(pattern, "u");
    return (text) => expression.test(text);
  }
  const expression = compiled(pattern);
  return (text) => expression.test(text);
}

/**
 * Replaces every match of `pattern`, compiled once; `INVALID` for a text that is too long to be
 * searched, since what was to be replaced may stand in it. In `replacement` stands `$1` for a group,
 * `$<name>` for one by name, `$&` for the whole match and `$$` for a dollar sign. Both have passed
 * `patternFault` and `replacementFault`.
 */
export function replacer(
  pattern: string,
  replacement: string,
): (text: string) => string | typeof INVALID {
  const replace = isPlain(pattern)
    ? plainReplacer(pattern, replacement)
    : re2Replacer(pattern, replacement);
  return (text) => text.length > LONGEST_REPLACED ? INVALID : replace(text);
}

function plainReplacer(pattern: string, replacement: string): (text: string) => string {
  const expression = new RegExp(pattern, "gu");
  return (text) => text.replace(expression, replacement);
}

function re2Replacer(pattern: string, replacement: string): (text: string) => string {
  const expression = compiled(pattern);
  return (text) => expression.test(text) ? expression.matcher(text).replaceAll(replacement) : text;
}

/** What is wrong with a pattern, in words that go on from "expected", or null. */
export function patternFault(pattern: string): string | null {
  try {
    new RegExp(pattern, "u");
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^.*\/u?: /s, "") : error;
    return `a regular expression as JavaScript reads it with the flag u (${reason})`;
  }
  const text = toRe2(pattern, hasProperty);
  if (typeof text !== "string") return `a pattern without ${text.what}, as at character ${text.at}`;
  if (isPlain(pattern)) return null;
  try {
    loaded().compile(text);
    return null;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return `a pattern that RE2 can run (${error.message.replace(/^error parsing regexp: /, "")})`;
  }
}

/** What is wrong with what stands in place of a sound pattern's matches, as with `patternFault`. */
export function replacementFault(pattern: string, replacement: string): string | null {
  // Whatever the pattern, this matches: with all of its groups, empty.
  const match = new RegExp(`${pattern}|`, "u").exec("");
  const groups = (match?.length ?? 1) - 1;
  const names = Object.keys(match?.groups ?? {});
  for (const { 0: text, 1: digits, 2: name, index } of replacement.matchAll(REFERENCE)) {
    const [first] = digits ?? "";
    const number = Number(digits) <= groups ? Number(digits) : Number(first);
    if (text === "$$" || text === "$&" || (number >= 1 && number <= groups)) continue;
    if (name !== undefined && names.includes(name)) continue;
    const known = [
      ...Array.from({ length: groups }, (_, at) => `$${at + 1}`),
      ...names.map((each) => `$<${each}>`),
    ];
    const choice = known.length === 0 ? "" : ` or ${known.join(", ")} for a group,`;
    return `$$ for a dollar sign,${choice} instead of ${text} at character ${index + 1}`;
  }
  return null;
}

const REFERENCE = /\$(?:(\d\d?)|<([^>]*)>|[$&])?/g;

function compiled(pattern: string): RE2JS {
  const text = toRe2(pattern, hasProperty);
  if (typeof text !== "string") throw new TypeError(`a pattern with ${text.what} was not refused`);
  return loaded().compile(text);
}

function hasProperty(property: string): boolean {
  try {
    loaded().compile(property);
    return true;
  } catch {
    return false;
  }
}

function loaded(): typeof RE2JS {
  if (engine === null) throw new TypeError("loadPatterns() was not awaited");
  return engine;
}
