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
  snakeCase,
} from "../../mapping/mod.ts";
import { faults } from "./faults.ts";
import { parsePath } from "./path.ts";
import { sectionSchema } from "./schema.ts";
import { isUrlTarget } from "./url_template.ts";

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

/** A header as the name of a member. */
export function memberName(header: string): string {
  const name = snakeCase(header);
  return FORBIDDEN_KEYS.has(name) ? `${name}_` : name;
}

/** The path of a member of any name, as far as a path can say it. */
export function memberTarget(to: string | undefined, name: string): string | null {
  const quote = ['"', "'"].find((each) => !name.includes(each));
  if (quote === undefined || name === "") return null;
  const target = `${to ?? ""}[${quote}${name}${quote}]`;
  return "error" in parsePath(target) ? null : target;
}

/**
 * What APIs call the members that tell records apart, or are made of digits that no spreadsheet may
 * shorten: `id`, `person.external_id`, `userId`, `key`, `email`, `order_number`, `ean`.
 */
const KEY_NAME = new RegExp(
  "(?:^|[._])(?:id|key|uuid|e_?mail|number|phone|mobile|sku|ean|gtin|upc|isbn|imei|iban)$|" +
    "[a-z](?:Id|ID|Key|Email|Number|Phone)$",
);

/** Its part of the language. */
export const dialect: MappingDialect = {
  section: sectionSchema,
  faults,
  isKey: (target) => KEY_NAME.test(target) || isUrlTarget(target),
  memberTarget,
  shapesRecords: true,
  fillsConstants: true,
  needsAllValues: false,
  needsOneOf: null,
  init,
};
