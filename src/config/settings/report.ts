/**
 * What is told of a run, and where.
 *
 * @module
 */

import { define } from "../setting.ts";
import { oneOf, text, toggle, wholeNumber } from "../values.ts";
import { MAPPING, WRITING } from "./commands.ts";

export const reportSettings = {
  output: define({
    flag: "output",
    short: "o",
    placeholder: "<file>",
    check: text(),
    commands: WRITING,
    group: "Report",
    help: "write there instead of to standard output",
  }),
  json: define({
    flag: "json",
    check: toggle(),
    commands: [...MAPPING, "status"],
    group: "Report",
    help: "print the result as one JSON object",
  }),
  format: define({
    flag: "format",
    placeholder: "<format>",
    words: ["text", "json", "github"],
    check: oneOf(["text", "json", "github"]),
    commands: ["validate"],
    group: "Report",
    help: "text, json or github",
    default: "text",
  }),
  rejected: define({
    flag: "rejected",
    placeholder: "<file>",
    check: text(),
    commands: ["validate"],
    group: "Report",
    help: "also write the invalid rows there",
  }),
  limit: define({
    flag: "limit",
    placeholder: "<rows>",
    check: wholeNumber(0),
    commands: ["validate"],
    group: "Report",
    help: "how many invalid rows are shown in full",
    default: "20",
  }),
  unique: define({
    flag: "unique",
    placeholder: "<column>",
    repeatable: true,
    check: text(),
    commands: ["validate"],
    group: "Report",
    help: "report values of this column that stand in several rows; may be repeated",
  }),
  noProgress: define({
    flag: "no-progress",
    check: toggle(),
    commands: MAPPING,
    group: "Report",
    help: "show no progress: neither the line at a terminal nor those in the log",
  }),
};
