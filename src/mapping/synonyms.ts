/**
 * Finds the columns that usually mean a destination's fields, so that `init` can place columns by itself.
 *
 * @module
 */

/**
 * Headers that mean a target: lower case, without spaces and punctuation. Earlier ones are taken
 * before later ones.
 */
export type Synonyms = readonly (readonly [target: string, headers: readonly string[]])[];

/** Headers of what most APIs know of people. */
export const HEADERS = {
  email: ["email", "emailaddress", "mail", "mailaddress"],
  firstName: ["firstname", "forename", "givenname", "fname"],
  lastName: ["lastname", "surname", "familyname", "lname"],
  phone: [
    "mobile",
    "mobilenumber",
    "mobilephone",
    "cellphone",
    "phone",
    "phonenumber",
    "telephone",
  ],
  postcode: ["zip", "zipcode", "postcode", "postalcode"],
} as const;

/** Words in front of a header that don't change what it means. */
const PREFIX = /^(?:customer|client|user|contact|primary)(?!id$)/;

/** The target of each header that one is known for; no target is given to two headers. */
export function placeHeaders(
  header: readonly string[],
  synonyms: Synonyms,
): ReadonlyMap<string, string> {
  const plain = header.map((name) => name.toLowerCase().replace(/[^a-z0-9]/g, ""));
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
