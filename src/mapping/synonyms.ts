/**
 * Finds the columns that usually mean a destination's fields, so that `init` can place columns by itself.
 *
 * @module
 */

import { plainHeader } from "./header_words.ts";

/** Headers that mean a target, plain as `plainHeader` makes them. Earlier ones are taken before later ones. */
export type Synonyms = readonly (readonly [target: string, headers: readonly string[]])[];

/** Words in front of a header that don't change what it means. */
const PREFIX = /^(?:customer|client|user|contact|primary|kunden?|klient)(?!id$|n|s)/;

/** The target of each header that one is known for; no target is given to two headers. */
export function placeHeaders(
  header: readonly string[],
  synonyms: Synonyms,
): ReadonlyMap<string, string> {
  const plain = header.map(plainHeader);
  const placed = new Map<string, string>();
  for (const [target, words] of synonyms) {
    for (const word of words) {
      const at = plain.findIndex((name) => name === word || name.replace(PREFIX, "") === word);
      const name = header[at];
      if (name === undefined || placed.has(name)) continue;
      placed.set(name, target);
      break;
    }
  }
  return placed;
}
