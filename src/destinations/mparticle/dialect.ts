/**
 * What mParticle adds to the language of mapping files.
 *
 * @module
 */

import { HEADERS, type InitWords, type MappingDialect } from "../../mapping/mod.ts";
import { faults } from "./faults.ts";
import { sectionSchema } from "./schema.ts";
import { isIdentity } from "./targets.ts";

const MOBILE = "user_attributes.$mobile";

const init: InitWords = {
  // `$…` are reserved user attributes.
  synonyms: [
    ["user_identities.customer_id", HEADERS.customerId],
    ["user_identities.email", HEADERS.email],
    ["user_attributes.$firstname", HEADERS.firstName],
    ["user_attributes.$lastname", HEADERS.lastName],
    [MOBILE, HEADERS.phone],
    ["user_attributes.$address", HEADERS.street],
    ["user_attributes.$city", HEADERS.city],
    ["user_attributes.$state", HEADERS.state],
    ["user_attributes.$zip", HEADERS.postcode],
    ["user_attributes.$country", HEADERS.country],
    ["user_attributes.$age", HEADERS.age],
    ["user_attributes.$gender", HEADERS.gender],
  ],
  section: [
    "# The custom event that each row makes; event_attributes.… need one.",
    "# CHOOSE: mparticle: { event: { name: Row Imported, type: other } }",
  ],
  gap: (targets) =>
    targets.some(isIdentity)
      ? null
      : "One column at least must go to user_identities.customer_id or the like.",
  suggest: (column) => `user_attributes.${column}`,
  typeOf(target) {
    if (target === "user_identities.email") return "email";
    if (target === MOBILE) return "phone";
    return isIdentity(target) || target === "user_attributes.$zip" ? "text" : null;
  },
};

/** Its part of the language. */
export const dialect: MappingDialect = {
  section: sectionSchema,
  faults,
  isKey: isIdentity,
  memberTarget: (to, name) =>
    to === "user_attributes" || to === "event_attributes" ? `${to}.${name}` : null,
  shapesRecords: false,
  fillsConstants: false,
  needsAllValues: false,
  needsOneOf: {
    includes: isIdentity,
    code: "no-identity",
    consequence: "mParticle drops such rows",
  },
  init,
};
