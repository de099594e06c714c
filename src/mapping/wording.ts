/**
 * Phrases that the messages of this stage share.
 *
 * @module
 */

import { nearest } from "../nearest.ts";

/** ` (nearest: "x")`, or nothing when there is no near candidate. */
export function nearestHint(word: string, candidates: Iterable<string>): string {
  const found = nearest(word, candidates);
  return found === null ? "" : ` (nearest: "${found}")`;
}

/** `"a", "b" and "c"` */
export function quotedList(words: readonly string[], last = "and"): string {
  const quoted = words.map((word) => `"${word}"`);
  if (quoted.length < 2) return quoted.join("");
  return `${quoted.slice(0, -1).join(", ")} ${last} ${quoted.at(-1)}`;
}
