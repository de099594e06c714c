/**
 * The part of an `http:` section that says how the records of a request become its body.
 *
 * @module
 */

import * as z from "zod";
import { FROM_ENVIRONMENT, path } from "./schema_auth.ts";

const others = z.record(z.string(), z.json()).optional()
  .describe(`Other members of the body, the same in every request; texts ${FROM_ENVIRONMENT}`);

/** The forms of bodies. */
export const envelopeSchema = z.discriminatedUnion("format", [
  z.strictObject({
    format: z.literal("array"),
    at: path.optional()
      .describe(
        "Path at which the array of records stands in the body; without it, it is the body",
      ),
    item: path.optional().describe(
      "Member of the record that stands in the array in its place, for APIs that take bare values",
    ),
    with: others,
  }),
  z.strictObject({
    format: z.literal("ndjson"),
    lines: z.array(path).min(1).optional()
      .describe(
        "Members of the record that make a line each, in order; without it, the record is one",
      ),
  }),
  z.strictObject({ format: z.literal("single") }),
  z.strictObject({
    format: z.literal("form"),
    at: z.string().min(1).optional().describe(
      "Field that holds the array of records as JSON; without it, a request is one record, its members " +
        "being fields, those of members a[b] or a[0]",
    ),
    with: others,
  }),
  z.strictObject({
    format: z.literal("csv"),
    delimiter: z.enum([",", ";", "\t", "|"]).default(",").describe("What stands between fields"),
    header: z.boolean().default(true).describe("Whether the first line names the fields"),
  }),
  z.strictObject({ format: z.literal("none") })
    .describe("No body, one row a request: all that is said of it stands in the URL"),
]);

/** How records become a body, with its defaults filled in. */
export type Envelope = z.infer<typeof envelopeSchema>;
