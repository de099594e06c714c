/**
 * The part of a mapping file that says how one column is cleaned, checked and placed.
 *
 * @module
 */

import * as z from "zod";

const name = z.string().min(1);

/** A word or phrase that a value is compared with. */
const words = z.array(z.string()).min(1);

const replaceStep = z.strictObject({
  replace: z.union([
    z.strictObject({
      text: z.string().min(1).describe("Text to look for"),
      with: z.string().describe("What stands in its place; empty cuts it"),
    }),
    z.strictObject({
      pattern: z.string().min(1).describe(
        "Regular expression to look for (JavaScript's, flag u, without look-around and back references)",
      ),
      with: z.string().describe(
        "What stands in its place, $1 or $<name> for a group of it, $& for all of it, $$ for a dollar sign; empty cuts it",
      ),
    }),
  ]).describe("What is replaced, as a text or by a pattern"),
}).describe("Replaces every occurrence");

/** What is sent in place of an empty value. */
export const whenEmptySchema = z.union([z.literal("omit"), z.null(), z.literal("")]).optional()
  .describe(
    'What is sent in place of an empty value: null, "" or nothing (omit). Without it, nothing, but ' +
      "a row is rejected where the values behind it in a list would move up",
  );

/** One cleaning step. The steps of a column run in the order in which they are written. */
const cleanStepSchema = z.union([
  z.enum([
    ...["trim", "lower", "upper", "capitalize", "digits", "unpad", "unquote", "unseen"] as const,
    ...["nfc", "plain"] as const,
  ]).describe(
    "digits: cuts all but digits; unpad: cuts zeros in front of whole numbers; unquote: takes off " +
      'what spreadsheets put around text (="01", \'01); unseen: cuts characters of no width; nfc: ' +
      "one form for letters with accents (Unicode NFC); plain: cuts all but letters and digits",
  ),
  replaceStep,
  z.strictObject({ nullWords: words.describe("Values that mean empty, in any case") }),
  z.strictObject({ default: z.string().describe("Used where the value is empty") }),
]).meta({ id: "cleaningStep" });

const placed = {
  from: name.describe("The column's header in the CSV, exactly"),
  aliases: z.array(name).optional().describe("Other headers that mean the same column"),
  to: z.union([name, z.array(name)]).optional()
    .describe("Where the value goes, one place or several; without it the value is only checked"),
  required: z.boolean().default(false).describe("A row whose value is empty is rejected"),
  optionalColumn: z.boolean().default(false)
    .describe("The CSV may lack this column; its values are then empty"),
  whenEmpty: whenEmptySchema,
  trim: z.boolean().default(true).describe("Cut white space around the value before all else"),
  clean: z.array(cleanStepSchema).default([]).describe("Cleaning steps, in order"),
  join: z.strictObject({
    columns: z.array(name).min(1).describe("Headers of the columns whose values come behind"),
    with: z.string().default(" ").describe("What stands between values that are not empty"),
  }).optional().describe("Joins the values of other columns to this one's, before it is cleaned"),
  maxBytes: z.int().min(1).optional().describe("Most bytes of the value, in UTF-8"),
  hash: z.enum(["sha256", "md5"]).optional().describe(
    "Sends a digest in place of the value, once it is cleaned and checked; of a list, of each entry",
  ),
  hashAs: z.enum(["hex", "base64", "base64url"]).optional()
    .describe("How the digest is written: in lower-case hex unless said otherwise"),
};

const asText = {
  as: z.literal("text").optional().describe(
    "Send the value as text, though it is checked as it is",
  ),
};

const counted = {
  min: z.number().optional().describe("Smallest allowed value"),
  max: z.number().optional().describe("Largest allowed value"),
  role: z.literal("age").optional()
    .describe("The column that minAge and maxAge filter on, in years"),
};

const dated = {
  formats: z.array(name).min(1).optional().describe(
    "Forms in which values stand, tried in order, in the tokens of Moment.js: YYYY or YY; MM, M, " +
      "MMM or MMMM; DD or D; ddd or dddd; HH or H, or hh or h with A; mm, ss, SSS or S, Z; or X, x " +
      "(seconds, milliseconds since 1970); other letters in [brackets]. Without it: ISO 8601",
  ),
  language: name.default("en")
    .describe("Language of the names of months and weekdays (BCP 47), e.g. de"),
  twoDigitYearsFrom: z.int().min(1).max(9900).default(1969).describe(
    "First of the hundred years that YY stands for: 1969 makes 69 to 99 and 00 to 68 the years " +
      "1969 to 2068",
  ),
  as: z.union([z.enum(["iso", "unix", "unixMs"]), name]).default("iso")
    .describe(
      "Form in which the value is sent: ISO 8601 text, seconds or milliseconds since 1970, or a text " +
        "in the tokens of formats, in UTC, e.g. MM/DD",
    ),
};

const stringColumn = z.strictObject({
  ...placed,
  type: z.literal("string").default("string"),
  minLength: z.int().min(0).optional().describe("Fewest characters (UTF-16 units)"),
  maxLength: z.int().min(1).optional().describe("Most characters (UTF-16 units)"),
  characters: z.array(z.enum(["letters", "digits", "spaces"])).min(1).optional()
    .describe("The only characters allowed; letters are those of any script, with their marks"),
  pattern: name.optional()
    .describe(
      "Regular expression that the value matches somewhere, ^…$ for all (JavaScript's, flag u, " +
        "without look-around and back references)",
    ),
});

/** How one column is cleaned, checked and placed. */
export const columnSchema = z.discriminatedUnion("type", [
  stringColumn,
  z.strictObject({ ...placed, type: z.literal("email") }),
  z.strictObject({ ...placed, type: z.literal("uuid") }),
  z.strictObject({ ...placed, type: z.literal("integer"), ...counted, ...asText }),
  z.strictObject({
    ...placed,
    type: z.literal("number"),
    ...counted,
    ...asText,
    decimal: z.enum([".", ","]).optional().describe(
      "What stands in front of fractions; thousands may then be parted by the other one. Without " +
        "it: a point, and no thousands",
    ),
  }),
  z.strictObject({
    ...placed,
    type: z.literal("boolean"),
    ...asText,
    trueWords: words.default(["true", "yes", "y", "1"]).describe("Words for true, in any case"),
    falseWords: words.default(["false", "no", "n", "0"]).describe("Words for false, in any case"),
  }),
  z.strictObject({ ...placed, type: z.literal("date"), ...dated }),
  z.strictObject({
    ...placed,
    type: z.literal("datetime"),
    ...dated,
    timeZone: name.default("UTC")
      .describe("IANA time zone of values that carry no offset, e.g. Europe/London"),
    disambiguation: z.enum(["reject", "earlier", "later", "compatible"]).default("reject").describe(
      "Which instant a local time is that the zone's clocks show twice, or skip, when summer time " +
        "begins or ends; compatible: the earlier of two, the later around a gap",
    ),
  }),
  z.strictObject({
    ...placed,
    type: z.literal("phone"),
    callingCode: z.int().min(1).max(999).optional()
      .describe("Country calling code of numbers written without one, e.g. 44"),
    trunkPrefix: z.string().regex(/^(?:\d*|auto)$/).default("auto").describe(
      "Digits dialled at home only, which the calling code replaces; auto: those of the country",
    ),
    as: z.literal("digits").optional().describe("Send the number without its plus sign"),
  }),
  z.strictObject({
    ...placed,
    type: z.literal("enum"),
    values: words.describe("The allowed values"),
    ignoreCase: z.boolean().default(false)
      .describe("Accept any case, and send the value as it is written here"),
  }),
  z.strictObject({
    ...placed,
    type: z.literal("list"),
    separator: z.string().min(1).default(",")
      .describe("What stands between the entries of a cell; blanks around them are cut"),
    items: z.enum(["string", "integer", "number", "boolean", "email"]).default("string")
      .describe("The type of the entries"),
  }),
  z.strictObject({ ...placed, type: z.literal("json") }),
]).meta({ id: "column" });

/** A column of a mapping file, with its defaults filled in. */
export type Column = z.infer<typeof columnSchema>;

/** A cleaning step of a mapping file. */
export type CleanStep = z.infer<typeof cleanStepSchema>;
