/**
 * Phrases that the messages of this stage share.
 *
 * @module
 */

import { nearest } from "../text/nearest.ts";
import { joinWords } from "../text/words.ts";

/** ` (nearest: "x")`, or nothing when there is no near candidate. */
export function nearestHint(word: string, candidates: Iterable<string>): string {
  const found = nearest(word, candidates);
  return found === null ? "" : ` (nearest: "${found}")`;
}

/** `"a", "b" and "c"` */
export function quotedList(words: readonly string[], last = "and"): string {
  return joinWords(words.map((word) => `"${word}"`), last);
}
