/**
 * What a mapping file may say, as one zod schema. A mapping holds no secrets and refers to no other
 * files, so that it can be committed next to the CSVs that it is for.
 *
 * @module
 */

import * as z from "zod";
import { columnSchema } from "./schema_columns.ts";
import { httpSchema } from "./schema_http.ts";
import { mappingFaults } from "./semantics.ts";
import { MPARTICLE_EVENT_TYPES } from "./targets.ts";

/** A rule of `where:`: an expression, or one with a name that it is counted under. */
const ruleSchema = z.union([
  z.string().min(1),
  z.strictObject({
    name: z.string().min(1).describe("What filtered rows are counted under"),
    rule: z.string().min(1).describe("The rows to send, e.g. Age >= 18 and Status in ('a', 'b')"),
  }),
]);

const common = {
  $schema: z.string().optional().describe("Where editors find the JSON Schema of this file"),
  columns: z.array(columnSchema).min(1).describe("The CSV's columns and where they go"),
  constants: z.array(z.strictObject({
    to: z.string().min(1).describe("Where the value goes"),
    value: z.json().describe("The value, the same in every row"),
  })).default([]).describe("Values that are the same in every row"),
  unknownColumns: z.enum(["ignore", "refuse"]).default("ignore")
    .describe("What to do with a CSV that has columns not named here"),
  requireOneOf: z.array(z.array(z.string().min(1)).min(1)).default([])
    .describe("Lists of columns (by their from): a row with all of a list empty is rejected"),
  where: z.array(ruleSchema).default([]).describe("Only rows for which all rules hold are sent"),
  minAge: z.int().min(0).optional().describe("Youngest age to send, in years, inclusive"),
  maxAge: z.int().min(0).optional().describe("Oldest age to send, in years, inclusive"),
};

const mparticleSchema = z.strictObject({
  event: z.strictObject({
    name: z.string().min(1).max(256).describe("Name of the custom event that each row makes"),
    type: z.enum(MPARTICLE_EVENT_TYPES).default("other").describe("Its type"),
  }).optional().describe("The event of a row; without it, rows only update users"),
  historical: z.boolean().default(true).describe(
    "Send rows whose timestamp is more than 30 days old to bulkevents/historical",
  ),
});

const shape = z.discriminatedUnion("destination", [
  z.strictObject({
    ...common,
    destination: z.literal("mparticle"),
    mparticle: mparticleSchema.prefault({}),
  }),
  z.strictObject({ ...common, destination: z.literal("showads") }),
  z.strictObject({ ...common, destination: z.literal("http"), http: httpSchema }),
]);

/** A mapping file, with its defaults filled in. */
export type MappingFile = z.infer<typeof shape>;

/** A mapping file. */
export const mappingSchema = shape.superRefine((file, context) => {
  for (const { path, message } of mappingFaults(file)) {
    context.addIssue({ code: "custom", path: [...path], message });
  }
});

/**
 * A mapping file for mParticle. Targets: `user_identities.…`, `user_attributes.…`,
 * `event_attributes.…` and `timestamp` (ISO 8601 text, or epoch milliseconds with `as: unixMs`).
 */
export type MparticleMapping = Extract<MappingFile, { destination: "mparticle" }>;

/** A mapping file for ShowAds. Targets: `VisitorCookie` and `BannerId`. */
export type ShowadsMapping = Extract<MappingFile, { destination: "showads" }>;

/** A mapping file for a JSON API. Targets are paths in the record; `parsePath` reads them. */
export type HttpMapping = Extract<MappingFile, { destination: "http" }>;
