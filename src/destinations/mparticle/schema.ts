/**
 * The `mparticle:` section of a mapping file.
 *
 * @module
 */

import * as z from "zod";
import { type MappingFile, readSection } from "../../mapping/mod.ts";

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
    "Send events whose timestamp is more than 30 days old to bulkevents/historical, from where " +
      "mParticle does not forward them; rows without an event never go there",
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
