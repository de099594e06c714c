/**
 * What every mapping file may say, whatever its destination. A mapping holds no secrets and refers
 * to no other files, so that it can be committed next to the CSVs that it is for.
 *
 * @module
 */

import * as z from "zod";
import { columnSchema, whenEmptySchema } from "./schema_columns.ts";
import { csvSchema } from "./schema_csv.ts";

/** A rule of `where:`: an expression, or one with a name that it is counted under. */
const ruleSchema = z.union([
  z.string().min(1),
  z.strictObject({
    name: z.string().min(1).describe("What filtered rows are counted under"),
    rule: z.string().min(1).describe("The rows to send, e.g. Age >= 18 and Status in ('a', 'b')"),
  }),
]);

/** The members that files for all destinations have. */
export const commonShape = {
  $schema: z.string().optional().describe("Where editors find the JSON Schema of this file"),
  csv: csvSchema.optional().describe("How the CSV files are written, where that isn't found"),
  columns: z.array(columnSchema).min(1).describe("The CSV's columns and where they go"),
  rest: z.strictObject({
    to: z.string().min(1).optional()
      .describe("Object that takes them, e.g. traits; without it, the record itself"),
    names: z.enum(["as-is", "snake"]).optional()
      .describe("What they are called there: as in the CSV (the default), or in snake_case"),
    except: z.array(z.string().min(1)).min(1).optional()
      .describe("Headers of columns that are not sent all the same"),
    whenEmpty: whenEmptySchema,
    maxBytes: z.int().min(1).optional().describe("Most bytes of each of their values, in UTF-8"),
  }).optional().describe("Sends all columns of the CSV that are not named here, as texts"),
  constants: z.array(z.strictObject({
    to: z.string().min(1).describe("Where the value goes"),
    value: z.json().describe(
      "The value, the same in every row; for http, texts may hold ${NAME}, an environment variable",
    ),
    needsSibling: z.boolean().optional().describe(
      "Leave it out where no column beside it, in the same object or list, has a value; true by " +
        "default for members of an object in a list",
    ),
  })).default([]).describe("Values that are the same in every row"),
  unknownColumns: z.enum(["ignore", "refuse"]).default("ignore")
    .describe("What to do with a CSV that has columns not named here"),
  requireOneOf: z.array(z.array(z.string().min(1)).min(1)).default([])
    .describe("Lists of columns (by their from): a row with all of a list empty is rejected"),
  where: z.array(ruleSchema).default([]).describe("Only rows for which all rules hold are sent"),
  minAge: z.int().min(0).optional().describe("Youngest age to send, in years, inclusive"),
  maxAge: z.int().min(0).optional().describe("Oldest age to send, in years, inclusive"),
};

/** A mapping file with its defaults filled in. The destination's section stands under its name. */
export type MappingFile = z.infer<z.ZodObject<typeof commonShape>> & {
  readonly destination: string;
  readonly [section: string]: unknown;
};
