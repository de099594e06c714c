/**
 * Logs, and where settings are read from.
 *
 * @module
 */

import { joinWords } from "../../text/words.ts";
import { define } from "../setting.ts";
import { oneOf, text, toggle } from "../values.ts";
import { SERVING, WRITING } from "./commands.ts";
import { byDestination } from "../destinations.ts";

/** Logs are begun before the destination is known. */
const DEBUG_VARIABLES = Object.values(byDestination("debug"));

export const generalSettings = {
  quiet: define({
    flag: "quiet",
    short: "q",
    check: toggle(),
    commands: SERVING,
    group: "General",
    help: "print nothing where all went well: for cron",
  }),
  verbose: define({
    flag: "verbose",
    short: "v",
    check: toggle(),
    commands: SERVING,
    group: "General",
    help: `log what happens; ${joinWords(DEBUG_VARIABLES, "or")}=true adds each request`,
  }),
  debug: define({
    flag: null,
    variables: DEBUG_VARIABLES,
    check: toggle(),
    commands: SERVING,
    group: "General",
    help: "as --verbose, and the metadata of each request and answer",
  }),
  logFormat: define({
    flag: "log-format",
    placeholder: "<format>",
    words: ["text", "json"],
    check: oneOf(["text", "json"]),
    commands: SERVING,
    group: "General",
    help: "text or json",
    default: "text",
  }),
  logLevel: define({
    flag: null,
    variables: ["LOGLEVEL"],
    check: oneOf(["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]),
    commands: SERVING,
    group: "General",
    help: "what is logged: DEBUG, INFO, WARNING, ERROR or CRITICAL",
    default: "WARNING",
  }),
  envFile: define({
    flag: "env-file",
    placeholder: "<file>",
    check: text(),
    commands: [...SERVING, "status", "report", "doctor", ...WRITING],
    kept: true,
    group: "General",
    help: "read settings from there",
    default: ".env",
  }),
};
