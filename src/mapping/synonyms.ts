/**
 * Headers that usually mean a destination's fields, so that `init` can place columns by itself.
 *
 * @module
 */

/** Headers that mean a field: lower case, without spaces and punctuation. */
type Synonyms = readonly (readonly [target: string, headers: readonly string[]])[];

const EMAIL = ["email", "emailaddress", "mail", "mailaddress"];
const FIRST_NAME = ["firstname", "forename", "givenname", "fname"];
const LAST_NAME = ["lastname", "surname", "familyname", "lname"];
const PHONE = [
  "mobile",
  "mobilenumber",
  "mobilephone",
  "cellphone",
  "phone",
  "phonenumber",
  "telephone",
];
const POSTCODE = ["zip", "zipcode", "postcode", "postalcode"];

/** By destination. Earlier headers of a list are taken before later ones. */
const SYNONYMS: Readonly<Record<string, Synonyms>> = {
  // `$…` are mParticle's reserved user attributes.
  mparticle: [
    ["user_identities.customer_id", ["customerid", "clientid", "userid", "memberid", "id"]],
    ["user_identities.email", EMAIL],
    ["user_attributes.$firstname", FIRST_NAME],
    ["user_attributes.$lastname", LAST_NAME],
    ["user_attributes.$mobile", PHONE],
    ["user_attributes.$address", ["address", "streetaddress", "street"]],
    ["user_attributes.$city", ["city", "town"]],
    ["user_attributes.$state", ["state", "province", "region"]],
    ["user_attributes.$zip", POSTCODE],
    ["user_attributes.$country", ["country"]],
    ["user_attributes.$age", ["age"]],
    ["user_attributes.$gender", ["gender", "sex"]],
  ],
  showads: [
    ["VisitorCookie", ["visitorcookie", "cookie", "cookieid", "visitorid"]],
    ["BannerId", ["bannerid", "banner", "bannernumber"]],
  ],
  http: [
    ["id", ["id", "customerid", "clientid", "userid", "memberid"]],
    ["email", EMAIL],
    ["first_name", FIRST_NAME],
    ["last_name", LAST_NAME],
    ["phone", PHONE],
    ["postcode", POSTCODE],
  ],
};

/** Words in front of a header that don't change what it means. */
const PREFIX = /^(?:customer|client|user|contact|primary)(?!id$)/;

/** The target of each header that one is known for; no target is given to two headers. */
export function placeHeaders(
  header: readonly string[],
  destination: string,
): ReadonlyMap<string, string> {
  const plain = header.map((name) => name.toLowerCase().replace(/[^a-z0-9]/g, ""));
  const placed = new Map<string, string>();
  for (const [target, synonyms] of SYNONYMS[destination] ?? []) {
    for (const word of synonyms) {
      const at = plain.findIndex((name) => name === word || name.replace(PREFIX, "") === word);
      const name = header[at];
      if (name === undefined || placed.has(name)) continue;
      placed.set(name, target);
      break;
    }
  }
  return placed;
}
