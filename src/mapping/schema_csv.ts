/**
 * The section `csv` of a mapping file: how its CSVs differ from what is found in them, or from CSV.
 *
 * @module
 */

import * as z from "zod";
import { COMMENT_MARK, COMMENT_RULE } from "../text/comment_mark.ts";
import { DELIMITER_RULE, delimiterOf } from "../text/delimiter_names.ts";
import { ENCODING_RULE, encodingNamed } from "../text/encoding_names.ts";

/** What is said here need not be said at the command line. */
export const csvSchema = z.strictObject({
  encoding: z.string().refine((text) => encodingNamed(text) !== null, ENCODING_RULE).optional()
    .describe("The encoding: utf-8, windows-1252, utf-16le, cp850 …"),
  delimiter: z.string().refine((text) => delimiterOf(text) !== null, DELIMITER_RULE).optional()
    .describe("What stands between fields: a character, or comma, semicolon, tab, pipe"),
  header: z.union([z.literal("none"), z.array(z.string().min(1)).min(1)]).optional().describe(
    "For a file without a header line: its columns' names, or none to call them 1, 2, 3 …",
  ),
  skipLines: z.int().min(0).max(1000).optional()
    .describe("Lines above the header to leave out"),
  comment: z.string().regex(COMMENT_MARK, COMMENT_RULE).optional()
    .describe("What lines start with that are to be left out"),
  quote: z.enum(['"', "'", "none"]).optional().describe("What fields are quoted with"),
  escape: z.literal("\\").optional()
    .describe("A backslash, where one stands before quotes instead of a second quote"),
  sheet: z.string().min(1).optional().describe("The sheet to read of an Excel workbook (.xlsx)"),
  decimal: z.enum([".", ","]).optional()
    .describe("What stands before decimals in columns that don't say so themselves"),
  footer: z.array(z.string().min(1)).min(1).optional().describe(
    "Patterns of the last lines, which are left out; a line among the rows is a row all the same",
  ),
});

/** The section as a file has it. */
export type CsvSection = z.output<typeof csvSchema>;
