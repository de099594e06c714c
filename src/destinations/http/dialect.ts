/**
 * What the destination `http` adds to the language of mapping files.
 *
 * @module
 */

import {
  FORBIDDEN_KEYS,
  HEADERS,
  type InitWords,
  type MappingDialect,
  plainText,
} from "../../mapping/mod.ts";
import { faults } from "./faults.ts";
import { sectionSchema } from "./schema.ts";

const init: InitWords = {
  synonyms: [
    ["id", ["id", ...HEADERS.customerId]],
    ["email", HEADERS.email],
    ["first_name", HEADERS.firstName],
    ["last_name", HEADERS.lastName],
    ["phone", HEADERS.phone],
    ["postcode", HEADERS.postcode],
  ],
  section: [
    "http:",
    "  # The API's address; or set CRM_URL in the environment.",
    '  url: "${CRM_URL}"',
    '  # CHOOSE: auth: { type: bearer, token: "${CRM_TOKEN}" }',
    "  # The body of a request: an array of records, NDJSON, or a single record.",
    "  envelope: { format: array }",
    "  limits: { rows: 100, bytes: 1000000 }",
  ],
  gap: () => null,
  suggest: memberName,
  typeOf(target) {
    if (target === "email" || target === "phone") return target;
    return target === "id" || target === "postcode" ? "text" : null;
  },
};

/** A header as the name of a member: `Straße und Ort` becomes `strasse_und_ort`. */
function memberName(header: string): string {
  const name = (plainText(header).match(/[\p{L}\p{N}]+/gu) ?? ["field"]).join("_");
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
