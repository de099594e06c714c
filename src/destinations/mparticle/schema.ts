/**
 * The `mparticle:` section of a mapping file, and the targets that columns and constants can have:
 * `user_identities.…`, `user_attributes.…`, `event_attributes.…`, and `timestamp` (ISO 8601 text,
 * or epoch milliseconds with `as: unixMs`).
 *
 * @module
 */

import * as z from "zod";
import { type MappingFile, readSection } from "../../mapping/mod.ts";

/**
 * User identities of mParticle's published inbound schema.
 *
 * @see https://docs.mparticle.com/developers/apis/http/#user-identities
 */
export const IDENTITIES = [
  "customer_id",
  "email",
  "other",
  "other_id_2",
  "other_id_3",
  "other_id_4",
  "facebook",
  "facebook_custom_audience_id",
  "google",
  "microsoft",
  "twitter",
  "yahoo",
  "alias",
] as const;

/** What targets start with; `timestamp` stands alone. */
export const GROUPS = ["user_identities", "user_attributes", "event_attributes"] as const;

/** Types that custom events can have. */
const EVENT_TYPES = [
  "navigation",
  "location",
  "search",
  "transaction",
  "user_content",
  "user_preference",
  "social",
  "media",
  "other",
] as const;

const shape = z.strictObject({
  event: z.strictObject({
    name: z.string().min(1).max(256).describe("Name of the custom event that each row makes"),
    type: z.enum(EVENT_TYPES).default("other").describe("Its type"),
  }).optional().describe("The event of a row; without it, rows only update users"),
  historical: z.boolean().default(true).describe(
    "Send rows whose timestamp is more than 30 days old to bulkevents/historical",
  ),
});

/** The `mparticle:` section. */
export const sectionSchema = shape.prefault({});

/** The section, with its defaults filled in. */
export type Section = z.infer<typeof shape>;

/** The section of a mapping file. */
export function sectionOf(file: MappingFile): Section {
  return readSection("mparticle", sectionSchema, file);
}

/** True for targets that say who a user is. */
export function isIdentity(target: string): boolean {
  return target.startsWith("user_identities.");
}
