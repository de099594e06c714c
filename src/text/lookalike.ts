/**
 * Names that look the same and are not.
 *
 * @module
 */

import { describeCodePoint, withoutUnseen } from "./code_points.ts";

/** Cyrillic and Greek letters, and the Latin ones that they look like. */
const LOOKALIKES = new Map(
  [..."аеорсхуіјѕһԁАВЕКМНОРСТХУІЅΑΒΕΖΗΙΚΜΝΟΡΤΥΧο"].map((letter, at) => [
    letter,
    "aeopcxyijshdABEKMHOPCTXYISABEZHIKMNOPTYXo"[at] ?? letter,
  ]),
);

/**
 * What tells a name from one that looks like it: the characters, by code point, that only one of the
 * two has. Null when they are the same, or don't look the same.
 */
export function lookalikeDifference(wanted: string, found: string): string | null {
  if (wanted === found || seen(wanted) !== seen(found)) return null;
  const more = charactersBeyond(found, wanted);
  const fewer = charactersBeyond(wanted, found);
  if (more === "") return `but for ${fewer}, which it lacks`;
  return fewer === "" ? `but for ${more}` : `but for ${more} in place of ${fewer}`;
}

/** A name as it looks. */
function seen(name: string): string {
  const plain = withoutUnseen(name.normalize("NFKC")).replace(/\s+/g, " ").trim();
  return [...plain].map((character) => LOOKALIKES.get(character) ?? character).join("");
}

/** The characters of a name that the other has fewer of. */
function charactersBeyond(name: string, other: string): string {
  const left = [...other];
  const beyond = [...name].filter((character) => {
    const at = left.indexOf(character);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  return beyond.map((character) => describeCodePoint(character.codePointAt(0) ?? 0)).join(", ");
}
