/**
 * The `http:` section of a mapping file: everything about a JSON API but its columns. Columns and
 * constants place their values by path in the row's record (`properties.email`, `tags[0]`); this
 * section says how records become a request, and what the answer means for them.
 *
 * Texts marked as such may hold `${NAME}`, an environment variable; nothing else is replaced.
 *
 * @module
 */

import * as z from "zod";
import { type MappingFile, readSection } from "../../mapping/mod.ts";
import { jobSchema, resultsSchema, status, waitSchema, whenSchema } from "./schema_answers.ts";
import {
  authSchema,
  environmentText,
  FROM_ENVIRONMENT,
  path,
  someText,
  urlTemplate,
} from "./schema_auth.ts";
import { envelopeSchema } from "./schema_envelope.ts";

/** The `http:` section of a mapping file. */
export const sectionSchema = z.strictObject({
  url: urlTemplate.describe(
    `Where requests go; {name} stands for the value of the column that goes to "{name}"; ${FROM_ENVIRONMENT}`,
  ),
  method: z.enum(["POST", "PUT", "PATCH", "DELETE"]).default("POST").describe("The HTTP method"),
  headers: z.record(someText, environmentText).default({})
    .describe(`Further headers; each value ${FROM_ENVIRONMENT}`),
  auth: authSchema.default({ type: "none" }).describe("How requests carry their credentials"),
  envelope: envelopeSchema.default({ format: "array" })
    .describe("How the records of a request become its body"),
  compress: z.literal("gzip").optional().describe(
    "Sends bodies compressed; limits.bytes counts them as they are before, and so holds either way",
  ),
  limits: z.strictObject({
    rows: z.int().min(1).default(100).describe("Most rows in a request"),
    bytes: z.int().min(1).default(1_000_000).describe("Most bytes in a request's body"),
    bytesPerRow: z.int().min(1).optional().describe("Most bytes in one row's record"),
    rowsPerSecond: z.number().positive().optional().describe("Most rows a second"),
    requestsPerSecond: z.number().positive().optional()
      .describe("Most requests a second, retries and the parts of split ones included"),
    requestsPerMinute: z.number().positive().optional().describe("The same a minute"),
    requestWindows: z.array(z.strictObject({
      requests: z.int().min(1).describe("Most requests"),
      seconds: z.number().positive().max(86_400).describe("In any stretch of so many seconds"),
    })).min(1).optional().describe("The same in stretches of any length; all limits hold together"),
    distinctBy: path.optional().describe(
      "Path in the record to a value that no two rows of a request may share, in whatever letters, " +
        "for APIs that refuse such requests: a row that has it again begins the next request",
    ),
    concurrency: z.int().min(1).max(64).default(4).describe("Requests in flight"),
    answerSeconds: z.number().positive().max(86_400).optional()
      .describe("How long an answer may take once the request was written (60)"),
  }).prefault({}).describe("How much the API takes at a time, and how fast"),
  confirms: z.enum(["rows", "request", "queued", "nothing"]).optional().describe(
    "What an accepted answer confirms, for the summary: that each row was taken, that the request was, " +
      "that it was put into a queue, or nothing",
  ),
  rowId: z.strictObject({
    to: path.describe("Where the id goes"),
    as: z.enum(["text", "uuid"]).default("text")
      .describe("text: the run's id and the row's number; uuid: made from them, in 36 characters"),
  }).optional().describe(
    "Gives each row an id of its own, the same whenever the run or its resumption sends it again",
  ),
  idempotencyHeader: someText.optional()
    .describe("Header that carries the same id each time a request is sent again"),
  repeatsAreSafe: z.boolean().default(false)
    .describe("Sending a row again does no harm, because the API replaces it (upsert)"),
  statuses: z.strictObject({
    accepted: z.array(status).min(1).default(["2xx"]).describe("The rows were taken"),
    retried: z.array(status).default([408, 429, "5xx"]).describe("The same request is sent again"),
    split: z.array(status).default([400, 413, 422])
      .describe(
        "Nothing was taken, because some row is bad: the request is halved until the bad rows are " +
          "alone. Of an answer that names them, results.others makes more",
      ),
    refused: z.array(status).default([]).describe("All rows of the request are rejected"),
    when: z.array(whenSchema).min(1).optional().describe(
      "What answers mean by what stands in their body; the first that fits wins over the lists, and " +
        "over what 401 and 403 mean",
    ),
  }).prefault({}).describe(
    "What statuses mean; a number wins over its class. 401 and 403 mean the credentials; " +
      "any other status stops the run",
  ),
  wait: waitSchema.optional().describe(
    "Where an answer says how long the API is to be left alone, where that is not Retry-After, " +
      "X-RateLimit-Reset or the like",
  ),
  results: resultsSchema.optional()
    .describe("Where single rows' errors stand in the answer to a request that was accepted"),
  job: jobSchema.optional().describe(
    "An accepted request only becomes a job: its rows are accepted once that has ended, and results " +
      "are read then",
  ),
  error: z.strictObject({
    code: path.optional().describe("Path in the answer to the API's error code"),
    message: path.optional().describe("Path in the answer to the API's error message"),
  }).default({}).describe("Where the answer to a refused request says why"),
});

/** The `http:` section, with its defaults filled in. */
export type HttpSection = z.infer<typeof sectionSchema>;

/** The section of a mapping file. */
export function sectionOf(file: MappingFile): HttpSection {
  return readSection("http", sectionSchema, file);
}
