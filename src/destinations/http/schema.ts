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
import { ENVIRONMENT_REFERENCE, type MappingFile, readSection } from "../../mapping/mod.ts";

const FROM_ENVIRONMENT = "may hold ${NAME}, an environment variable";

const path = z.string().min(1);

const text = z.string().min(1);

/** A text that may name environment variables. */
const environmentText = text.refine(
  (value) => !value.replace(ENVIRONMENT_REFERENCE, "").includes("${"),
  'expected a name of letters, digits and underscores between "${" and "}"',
);

/** A text that must come from the environment, because a mapping file holds no secrets. */
const secret = environmentText.refine(
  (value) => new RegExp(ENVIRONMENT_REFERENCE).test(value),
  "expected ${NAME}, an environment variable: a mapping file holds no secrets",
);

const url = environmentText.refine(
  (value) => /^(https?:\/\/|\$\{)/i.test(value),
  "expected a URL that starts with http://, https:// or ${NAME}",
).superRefine((value, context) => {
  const placeholder = /\{+[^{}]*\}+/.exec(value.replace(ENVIRONMENT_REFERENCE, ""))?.[0];
  if (placeholder === undefined) return;
  const message = `all rows go to the same URL: ${placeholder} would be sent as it stands`;
  context.addIssue({ code: "custom", message });
});

const status = z.union([
  z.int().min(100).max(599),
  z.enum(["2xx", "3xx", "4xx", "5xx"]),
]);

const authSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("none") }),
  z.strictObject({
    type: z.literal("bearer"),
    token: secret.describe(`Sent as "Authorization: Bearer …"; ${FROM_ENVIRONMENT}`),
  }),
  z.strictObject({
    type: z.literal("basic"),
    username: environmentText.describe(`User name; ${FROM_ENVIRONMENT}`),
    password: secret.optional().describe(
      `Password, empty where it is left out; ${FROM_ENVIRONMENT}`,
    ),
  }).refine(
    ({ username, password }) => password !== undefined || secret.safeParse(username).success,
    "expected ${NAME} for the username: without a password it is the secret, which a mapping file doesn't hold",
  ),
  z.strictObject({
    type: z.literal("apiKey"),
    header: text.default("X-Api-Key").describe("Header that carries the key"),
    value: secret.describe(`The header's value, e.g. "ApiKey \${KEY}"; ${FROM_ENVIRONMENT}`),
  }),
  z.strictObject({
    type: z.literal("oauth2"),
    tokenUrl: url.describe(
      `Token endpoint (RFC 6749 §4.4, client credentials); ${FROM_ENVIRONMENT}`,
    ),
    clientId: environmentText.describe(`Client id; ${FROM_ENVIRONMENT}`),
    clientSecret: secret.describe(`Client secret; ${FROM_ENVIRONMENT}`),
    scope: environmentText.min(1).optional()
      .describe(`Scopes, separated by spaces; ${FROM_ENVIRONMENT}`),
    audience: environmentText.min(1).optional()
      .describe(`Audience, where the server asks for one; ${FROM_ENVIRONMENT}`),
    credentialsIn: z.enum(["header", "body"]).default("header")
      .describe("Whether id and secret go as HTTP Basic or in the form body (RFC 6749 §2.3.1)"),
  }),
]);

const envelopeSchema = z.discriminatedUnion("format", [
  z.strictObject({
    format: z.literal("array"),
    at: path.optional()
      .describe(
        "Path at which the array of records stands in the body; without it, it is the body",
      ),
    with: z.record(z.string(), z.json()).optional()
      .describe(`Other members of the body, the same in every request; texts ${FROM_ENVIRONMENT}`),
  }),
  z.strictObject({
    format: z.literal("ndjson"),
    lines: z.array(path).min(1).optional()
      .describe(
        "Members of the record that make a line each, in order; without it, the record is one",
      ),
  }),
  z.strictObject({ format: z.literal("single") }),
]);

const matchSchema = z.discriminatedUnion("by", [
  z.strictObject({ by: z.literal("position") }),
  z.strictObject({
    by: z.literal("index"),
    path: path.optional().describe(
      "Path in the entry to the record's 0-based position in the request; without it, the entry is it",
    ),
  }),
  z.strictObject({
    by: z.literal("key"),
    path: path.optional().describe(
      "Path in the entry to a value that the record holds too, in whatever letters; without it, the " +
        "entry is that value",
    ),
    record: path.describe("Path in the record to that value"),
  }),
]);

const whenSchema = z.strictObject({
  status: status.optional().describe("Only of answers with this status, or of its class"),
  path: path.optional().describe("Path in the body to look at; without it, all of the body"),
  equals: z.union([z.string(), z.number(), z.boolean(), z.null()]).optional()
    .describe("Fits when exactly this stands there; numbers may stand there as text"),
  matches: text.optional().describe(
    "Fits when the text there matches this regular expression somewhere, ^…$ for all (JavaScript's, " +
      "flag u, without look-around and back references)",
  ),
  means: z.enum(["accepted", "retried", "split", "refused", "credentials"]).describe(
    "As the lists of statuses; retried at a status below 500 is taken for a rate limit, and " +
      "credentials stops the run",
  ),
}).refine(
  ({ equals, matches }) => (equals === undefined) !== (matches === undefined),
  "expected either equals or matches",
);

const resultsSchema = z.strictObject({
  at: z.union([path, z.array(path).min(1)]).optional()
    .describe(
      "Path in the answer to the list of results, or to several; without it, it is the answer",
    ),
  match: matchSchema.optional()
    .describe("How an entry of the list finds its row; without it, no list is read"),
  status: path.optional()
    .describe(
      "Path in the entry to a status, read as the request's own: accepted, retried, else refused",
    ),
  failed: path.optional()
    .describe("Path in the entry at which something stands only when the row failed"),
  code: path.optional().describe("Path in the entry to the API's error code"),
  message: path.optional().describe("Path in the entry to the API's error message"),
  others: z.enum(["taken", "nothing"]).optional().describe(
    "Reads the list out of refused answers, too, and says what became of the rows that it does not " +
      "name: taken, or nothing was taken, and they are sent again without the others",
  ),
  taken: path.optional().describe(
    "Path in the answer to how many rows were taken; rows that don't add up to it are unknown, or " +
      "sent again where repeatsAreSafe",
  ),
  failedCount: path.optional()
    .describe("Path in the answer to how many rows failed, held against the rows in the same way"),
}).refine(
  ({ match, status, failed }) => match?.by !== "position" || status || failed,
  "expected status or failed, because a list by position also holds the rows that were taken",
).refine(
  ({ match, taken, failedCount }) => match || taken || failedCount,
  "expected match, taken or failedCount",
).refine(
  ({ match, others }) => match || !others,
  "others speaks of a list that names rows: add match",
);

/** The `http:` section of a mapping file. */
export const sectionSchema = z.strictObject({
  url: url.describe(`Where requests go; ${FROM_ENVIRONMENT}`),
  method: z.enum(["POST", "PUT", "PATCH"]).default("POST"),
  headers: z.record(text, environmentText).default({})
    .describe(`Further headers; each value ${FROM_ENVIRONMENT}`),
  auth: authSchema.default({ type: "none" }),
  envelope: envelopeSchema.default({ format: "array" })
    .describe("How the records of a request become its body"),
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
    concurrency: z.int().min(1).max(64).default(4).describe("Requests in flight"),
    answerSeconds: z.number().positive().max(86_400).optional()
      .describe("How long an answer may take once the request was written (60)"),
  }).prefault({}),
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
  idempotencyHeader: text.optional()
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
  results: resultsSchema.optional()
    .describe("Where single rows' errors stand in the answer to a request that was accepted"),
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
