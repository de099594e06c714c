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
    commands: [...WRITING, "report"],
    group: "Report",
    help: "write there instead of to standard output",
  }),
  json: define({
    flag: "json",
    check: toggle(),
    commands: [...MAPPING, "status", "report", "doctor"],
    group: "Report",
    help: "print the result as one JSON object",
  }),
  format: define({
    flag: "format",
    placeholder: "<format>",
    wordsOf: {
      validate: { words: ["text", "json", "github"], otherwise: "text" },
      report: {
        words: ["html", "md", "text", "json"],
        otherwise: "as the file is named; text at a terminal, else html",
      },
    },
    check: oneOf(["text", "json", "github", "html", "md"]),
    commands: ["validate", "report"],
    group: "Report",
    help: "text, json or github; of a report html, md, text or json",
    otherwise: "text; of a report html, or as its file is named, or text at a terminal",
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
