/**
 * What mParticle adds to the language of mapping files.
 *
 * @module
 */

import { HEADERS, type InitWords, type MappingDialect } from "../../mapping/mod.ts";
import { faults } from "./faults.ts";
import { sectionSchema } from "./schema.ts";
import { isIdentity } from "./targets.ts";

const init: InitWords = {
  // `$…` are reserved user attributes.
  synonyms: [
    ["user_identities.customer_id", ["customerid", "clientid", "userid", "memberid", "id"]],
    ["user_identities.email", HEADERS.email],
    ["user_attributes.$firstname", HEADERS.firstName],
    ["user_attributes.$lastname", HEADERS.lastName],
    ["user_attributes.$mobile", HEADERS.phone],
    ["user_attributes.$address", ["address", "streetaddress", "street"]],
    ["user_attributes.$city", ["city", "town"]],
    ["user_attributes.$state", ["state", "province", "region"]],
    ["user_attributes.$zip", HEADERS.postcode],
    ["user_attributes.$country", ["country"]],
    ["user_attributes.$age", ["age"]],
    ["user_attributes.$gender", ["gender", "sex"]],
  ],
  section: [
    "# The custom event that each row makes; event_attributes.… need one.",
    "# CHOOSE: mparticle: { event: { name: Row Imported, type: other } }",
  ],
  gap: (targets) =>
    targets.some(isIdentity)
      ? null
      : "one column at least must go to user_identities.customer_id or the like.",
  suggest: (column) => `user_attributes.${column}`,
  // Identities are texts, whatever they look like.
  typeLines: (target, { type }) => isIdentity(target) && type !== "email" ? [] : null,
};

/** Its part of the language. */
export const dialect: MappingDialect = {
  section: sectionSchema,
  faults,
  isKey: isIdentity,
  shapesRecords: false,
  needsAllValues: false,
  needsOneOf: {
    includes: isIdentity,
    code: "no-identity",
    consequence: "mParticle drops such rows",
  },
  init,
};
