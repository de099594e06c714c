/**
 * What the destination `http` adds to the language of mapping files.
 *
 * @module
 */

import { FORBIDDEN_KEYS, HEADERS, type InitWords, type MappingDialect } from "../../mapping/mod.ts";
import { faults } from "./faults.ts";
import { sectionSchema } from "./schema.ts";

const init: InitWords = {
  synonyms: [
    ["id", ["id", "customerid", "clientid", "userid", "memberid"]],
    ["email", HEADERS.email],
    ["first_name", HEADERS.firstName],
    ["last_name", HEADERS.lastName],
    ["phone", HEADERS.phone],
    ["postcode", HEADERS.postcode],
  ],
  section: [
    "http:",
    '  url: "${CRM_URL}" # CHOOSE: the API\'s address, or set CRM_URL in the environment',
    '  # CHOOSE: auth: { type: bearer, token: "${CRM_TOKEN}" }',
    "  # The body of a request: an array of records, NDJSON, or a single record.",
    "  envelope: { format: array }",
    "  limits: { rows: 100, bytes: 1000000 }",
  ],
  gap: () => null,
  suggest: memberName,
  // An API's ids are texts, whatever they look like.
  typeLines: (target, { type }) => target === "id" && type !== "email" ? [] : null,
};

/** A header as the name of a member: `straße_und_ort` becomes `strasse_und_ort`. */
function memberName(header: string): string {
  const plain = header.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase()
    .replaceAll("ß", "ss");
  const name = (plain.match(/[\p{L}\p{N}]+/gu) ?? ["field"]).join("_");
  return FORBIDDEN_KEYS.has(name) ? `${name}_` : name;
}

/** What APIs call the members that tell records apart: `id`, `person.external_id`, `userId`, `key`. */
const KEY_NAME = /(?:^|[._])(?:id|key|uuid)$|[a-z](?:Id|ID|Key)$/;

/** Its part of the language. */
export const dialect: MappingDialect = {
  section: sectionSchema,
  faults,
  isKey: (target) => KEY_NAME.test(target),
  shapesRecords: true,
  needsAllValues: false,
  needsOneOf: null,
  init,
};
