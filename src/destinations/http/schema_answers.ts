/**
 * The parts of an `http:` section that say what answers mean.
 *
 * @module
 */

import * as z from "zod";
import { environmentText, FROM_ENVIRONMENT, path, someText } from "./schema_auth.ts";

/** A status, or a class of them. */
export const status = z.union([
  z.int().min(100).max(599),
  z.enum(["2xx", "3xx", "4xx", "5xx"]),
]);

const matchSchema = z.discriminatedUnion("by", [
  z.strictObject({ by: z.literal("position") }),
  z.strictObject({
    by: z.literal("index"),
    path: path.optional().describe(
      "Path in the entry to the record's 0-based position in the request; without it, the entry is it",
    ),
    after: someText.optional().describe(
      "Text behind which the position stands, where there is more than it, e.g. /data/",
    ),
  }),
  z.strictObject({ by: z.literal("field") }).describe(
    "In place of the list stands an object: each member names what is wrong and holds the positions of " +
      "its records, from 0, or is such an object itself",
  ),
  z.strictObject({
    by: z.literal("key"),
    path: z.union([path, z.array(path).min(1)]).optional().describe(
      "Path in the entry to a value that the record holds too, in whatever letters, or several of " +
        "which the first that names a row counts; without it, the entry is that value",
    ),
    record: z.union([path, z.array(path).min(1)])
      .describe("Path in the record to that value, or several of which it may be any"),
  }),
]);

/** What an answer means by its body. */
export const whenSchema = z.strictObject({
  status: status.optional().describe("Only of answers with this status, or of its class"),
  path: path.optional().describe("Path in the body to look at; without it, all of the body"),
  equals: z.union([z.string(), z.number(), z.boolean(), z.null()]).optional()
    .describe("Fits when exactly this stands there; numbers may stand there as text"),
  matches: someText.optional().describe(
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

/** What an answer says of single rows. */
export const resultsSchema = z.strictObject({
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

/** How an API says how long it is to be left alone. */
export const waitSchema = z.strictObject({
  header: someText.optional().describe("Header that says it"),
  path: path.optional().describe("Path in the body at which it stands"),
  unit: z.enum(["seconds", "milliseconds", "epochSeconds", "epochMilliseconds"]).default("seconds")
    .describe("A span, or a point in time since 1970"),
}).refine(
  ({ header, path }) => (header === undefined) !== (path === undefined),
  "expected either header or path",
);

const words = z.array(z.union([z.string(), z.number(), z.boolean()]));

const jobUrl = environmentText.refine(
  (value) => /^(https?:\/\/|\$\{|\{job\}$)/i.test(value) && value.includes("{job}"),
  "expected a URL with {job} in the place of the job's id",
);

/** How the end of a job is found out. */
export const jobSchema = z.strictObject({
  id: path.optional().describe("Path to the job's id in the answer that takes the rows"),
  idHeader: someText.optional().describe("Header of that answer that holds it, e.g. Location"),
  url: jobUrl.describe(
    `Where the job is asked for (GET), {job} being its id, or all of the URL; ${FROM_ENVIRONMENT}`,
  ),
  state: path.describe("Path in that answer to the job's state"),
  states: z.strictObject({
    accepted: words.min(1).describe("It has ended, and took the rows that results don't name"),
    refused: words.default([]).describe("It has ended and took nothing: all its rows are rejected"),
    split: words.default([]).describe(
      "It took nothing, because some row is bad: the request is halved until the bad rows are alone",
    ),
    unknown: words.default([]).describe("Nobody knows which of its rows it took"),
  }).describe("What states mean; while any other stands there, the job goes on"),
  errors: jobUrl.optional().describe(
    "Where the rows that failed are asked for once the job has ended; without it, results stand in " +
      "the answer that says so",
  ),
  file: path.optional().describe(
    "Path in the answer with the state to the URL of a file with the results, on any host: asked for by " +
      "https and without credentials; where nothing stands there, no row failed",
  ),
  next: path.optional().describe("Path in the answer with results to the URL of more of them"),
  everySeconds: z.number().positive().max(3600).default(10)
    .describe("Longest wait before the job is asked for again; the first ones are shorter"),
  forSeconds: z.number().positive().max(604_800).default(3600)
    .describe("How long its end is waited for; after that, its rows are unknown"),
}).refine(
  ({ id, idHeader }) => (id === undefined) !== (idHeader === undefined),
  "expected either id or idHeader",
).refine(
  ({ errors, file }) => errors === undefined || file === undefined,
  "expected errors or file, not both",
);
