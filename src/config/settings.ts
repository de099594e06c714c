/**
 * Every setting, once: its flag, its environment variables, its check, its help. The commands'
 * flags, the reading of the environment, `.env_sample` and `docs/settings.md` all come from this table.
 *
 * @module
 */

import type * as z from "zod";
import type { OlderSetting } from "../destinations/profile.ts";
import { destinations } from "../destinations/registry.ts";
import { LONGEST_BYTES } from "../model/row.ts";
import { joinWords } from "../text/words.ts";
import { define, type Setting } from "./setting.ts";
import {
  columnNames,
  commentMark,
  decimalNumber,
  delimiter,
  duration,
  encoding,
  errorBound,
  oneOf,
  shard,
  text,
  toggle,
  wholeNumber,
} from "./values.ts";

const DELIVERING = ["import", "resume", "send"] as const;
const RUNNING = ["import", "resume"] as const;
const READING = ["import", "validate"] as const;
/** What a check predicts the time by, too. */
const PACED = ["import", "resume", "validate"] as const;
const MAPPING = ["import", "resume", "send", "validate"] as const;
const WRITING = ["init", "mapping", "schema"] as const;

const DESTINATIONS = destinations.map(({ name }) => name);

/** Variables that stand for a setting at one destination each. */
function byDestination(setting: OlderSetting): Record<string, string> {
  return Object.fromEntries(
    destinations.flatMap(({ name, olderVariables: { [setting]: variable } }) =>
      variable === undefined ? [] : [[name, variable]]
    ),
  );
}

/** Logs are begun before the destination is known. */
const DEBUG_VARIABLES = Object.values(byDestination("debug"));

/** The settings by the name under which the program knows them. */
export const settings = {
  to: define({
    flag: "to",
    short: "t",
    placeholder: "<destination>",
    words: DESTINATIONS,
    check: text(),
    commands: [...MAPPING, "init"],
    group: "Rows",
    help: `where the rows go: ${joinWords(DESTINATIONS, "or")}`,
  }),
  mapping: define({
    flag: "mapping",
    short: "m",
    placeholder: "<file>",
    check: text(),
    commands: MAPPING,
    kept: true,
    group: "Rows",
    help: "mapping file",
    otherwise: "the destination's built-in mapping",
  }),
  where: define({
    flag: "where",
    placeholder: "<condition>",
    repeatable: true,
    check: text(),
    commands: MAPPING,
    kept: true,
    group: "Rows",
    help: "send only rows for which this holds; the flag may be repeated",
  }),
  minAge: define({
    flag: "min-age",
    placeholder: "<years>",
    variables: ["MIN_AGE", "MIN_AGE_FILTER"],
    check: wholeNumber(0),
    commands: MAPPING,
    kept: true,
    group: "Rows",
    help: "leave out rows below this age",
    otherwise: "as the mapping says",
  }),
  maxAge: define({
    flag: "max-age",
    placeholder: "<years>",
    variables: ["MAX_AGE", "MAX_AGE_FILTER"],
    check: wholeNumber(0),
    commands: MAPPING,
    kept: true,
    group: "Rows",
    help: "leave out rows above this age",
    otherwise: "as the mapping says",
  }),
  delimiter: define({
    flag: "delimiter",
    short: "d",
    placeholder: "<character>",
    words: ["comma", "semicolon", "tab", "pipe"],
    check: delimiter(),
    commands: [...READING, "init"],
    kept: true,
    group: "Rows",
    help: "what stands between fields",
    otherwise: "found in the first rows",
  }),
  encoding: define({
    flag: "encoding",
    placeholder: "<label>",
    words: ["utf-8", "utf-16le", "utf-16be", "windows-1252", "iso-8859-2", "cp850"],
    check: encoding(),
    commands: [...READING, "init"],
    kept: true,
    group: "Rows",
    help: "the file's encoding",
    otherwise: "utf-8; UTF-16 by its byte order mark",
  }),
  header: define({
    flag: "header",
    placeholder: "<names>",
    words: ["none"],
    check: columnNames(),
    commands: [...READING, "init"],
    kept: true,
    group: "Rows",
    help: "for a file without a header line: none, or its columns' names, separated by commas",
    otherwise: "the first line",
  }),
  skipLines: define({
    flag: "skip-lines",
    placeholder: "<n>",
    check: wholeNumber(0, 1000),
    commands: [...READING, "init"],
    kept: true,
    group: "Rows",
    help: "lines above the header to leave out",
    otherwise: "0",
  }),
  comment: define({
    flag: "comment",
    placeholder: "<text>",
    check: commentMark(),
    commands: [...READING, "init"],
    kept: true,
    group: "Rows",
    help: "leave out lines that start with this",
    otherwise: "none",
  }),
  quote: define({
    flag: "quote",
    placeholder: "<character>",
    words: ['"', "'", "none"],
    check: oneOf(['"', "'", "none"]),
    commands: [...READING, "init"],
    kept: true,
    group: "Rows",
    help: "what fields are quoted with: \", ' or none",
    otherwise: '"',
  }),
  escape: define({
    flag: "escape",
    placeholder: "<character>",
    words: ["\\"],
    check: oneOf(["\\"]),
    commands: [...READING, "init"],
    kept: true,
    group: "Rows",
    help: "a backslash, where the file puts one before a quote instead of writing it twice",
    otherwise: "quotes are written twice",
  }),
  footer: define({
    flag: "footer",
    placeholder: "<pattern>",
    repeatable: true,
    check: text(),
    commands: [...READING, "init"],
    kept: true,
    group: "Rows",
    help: "leave out the last lines as far as this pattern is found in each; may be repeated",
    otherwise: "none",
  }),
  decimal: define({
    flag: "decimal",
    placeholder: "<character>",
    words: [".", ","],
    check: oneOf([".", ","]),
    commands: [...READING, "init"],
    kept: true,
    group: "Rows",
    help: "what stands before decimals in number columns that don't say so themselves",
    otherwise: "found in the values",
  }),
  sheet: define({
    flag: "sheet",
    placeholder: "<name>",
    check: text(),
    commands: [...READING, "init"],
    kept: true,
    group: "Rows",
    help: "the sheet of an Excel workbook (.xlsx)",
    otherwise: "the first",
  }),
  maxFieldBytes: define({
    flag: "max-field-bytes",
    placeholder: "<bytes>",
    check: wholeNumber(1, 2 ** 28),
    commands: READING,
    kept: true,
    group: "Rows",
    help: "longest field that is read",
    default: String(LONGEST_BYTES),
  }),
  maxRecordBytes: define({
    flag: "max-record-bytes",
    placeholder: "<bytes>",
    check: wholeNumber(1, 2 ** 28),
    commands: READING,
    kept: true,
    group: "Rows",
    help: "longest record that is read",
    default: String(LONGEST_BYTES),
  }),
  shard: define({
    flag: "shard",
    placeholder: "<i/n>",
    check: shard(),
    commands: ["import"],
    kept: true,
    group: "Rows",
    help: "import only the i-th of n parts of the file",
  }),
  set: define({
    flag: "set",
    placeholder: "<Column=value>",
    repeatable: true,
    check: text(),
    commands: ["send"],
    group: "Rows",
    help: "a field of the record; the flag may be repeated",
  }),
  batchSize: define({
    flag: "batch-size",
    placeholder: "<rows>",
    destinationVariables: byDestination("batchSize"),
    check: wholeNumber(1),
    commands: READING,
    kept: true,
    group: "Delivery",
    help: "rows a request",
    otherwise: "the destination's limit",
  }),
  single: define({
    flag: "single",
    destinationVariables: byDestination("single"),
    check: toggle(),
    commands: READING,
    kept: true,
    group: "Delivery",
    help: "one row a request, at the API's endpoint for single rows",
  }),
  concurrency: define({
    flag: "concurrency",
    placeholder: "<requests>",
    check: wholeNumber(1, 256),
    commands: RUNNING,
    kept: true,
    group: "Delivery",
    help: "requests in flight",
    otherwise: "the destination's",
  }),
  rate: define({
    flag: "rate",
    placeholder: "<rows>",
    check: decimalNumber(0, { exclusive: true }),
    commands: PACED,
    kept: true,
    group: "Delivery",
    help: "rows a second at most",
    otherwise: "the destination's limit",
  }),
  sleep: define({
    flag: "sleep",
    placeholder: "<seconds>",
    variables: ["SLEEP_BETWEEN_REQUESTS_SECONDS"],
    check: decimalNumber(0),
    commands: PACED,
    kept: true,
    group: "Delivery",
    help: "seconds to wait before each request",
    default: "0",
  }),
  retryFor: define({
    flag: "retry-for",
    placeholder: "<time>",
    check: duration(),
    commands: DELIVERING,
    kept: true,
    group: "Delivery",
    help: "how long one request is retried, e.g. 90s",
    default: "5m",
  }),
  timeout: define({
    flag: "timeout",
    placeholder: "<time>",
    check: duration().refine((ms) => ms > 0, "must be longer than 0"),
    otherwise: "the destination's",
    commands: DELIVERING,
    kept: true,
    group: "Delivery",
    help: "how long an answer may take once the request was written",
  }),
  keepGoing: define({
    flag: "keep-going",
    check: toggle(),
    commands: RUNNING,
    kept: true,
    group: "Delivery",
    help: "when retries run out, reject the rows and go on",
  }),
  resendUnknown: define({
    flag: "resend-unknown",
    check: toggle(),
    commands: RUNNING,
    kept: true,
    group: "Delivery",
    help: "send rows again whose answer never came; may duplicate them",
  }),
  insecureHttp: define({
    flag: "insecure-http",
    check: toggle(),
    commands: MAPPING,
    kept: true,
    group: "Delivery",
    help: "allow credentials over plain http: beyond loopback",
  }),
  sandbox: define({
    flag: "sandbox",
    check: toggle(),
    commands: ["import", "send"],
    kept: true,
    group: "Delivery",
    help: "send to a stand-in of the API on loopback; needs no credentials",
  }),
  dryRun: define({
    flag: "dry-run",
    check: toggle(),
    commands: ["import", "send"],
    group: "Delivery",
    help: "do everything but send; needs no credentials",
  }),
  dump: define({
    flag: "dump",
    placeholder: "<file>",
    check: text(),
    commands: ["import", "send"],
    group: "Delivery",
    help: "with --dry-run: write the request bodies there, one a line",
  }),
  maxErrors: define({
    flag: "max-errors",
    placeholder: "<n|n%>",
    check: errorBound(),
    commands: ["import", "resume", "validate"],
    kept: true,
    group: "Run",
    help: "stop when more rows than this are rejected",
    otherwise: "none",
  }),
  logDir: define({
    flag: "log-dir",
    placeholder: "<folder>",
    check: text(),
    commands: ["import", "resume", "status"],
    group: "Run",
    help: "where runs are recorded",
    default: "log",
  }),
  resume: define({
    flag: "resume",
    check: toggle(),
    commands: ["import"],
    group: "Run",
    help: "go on with the unfinished run of this file; an error if there is none",
  }),
  restart: define({
    flag: "restart",
    check: toggle(),
    commands: ["import"],
    group: "Run",
    help: "start from the first row although an unfinished run exists",
  }),
  resumeOrStart: define({
    flag: "resume-or-start",
    check: toggle(),
    commands: ["import"],
    group: "Run",
    help: "resume the unfinished run of this file if there is one, and send no row twice: for cron",
  }),
  again: define({
    flag: "again",
    check: toggle(),
    commands: ["import"],
    group: "Run",
    help: "send a file once more that was imported there completely",
  }),
  skipIfImported: define({
    flag: "skip-if-imported",
    check: toggle(),
    commands: ["import"],
    group: "Run",
    help: "send nothing, and be content, where the file was imported there completely",
  }),
  stopAfter: define({
    flag: "stop-after",
    placeholder: "<rows>",
    check: wholeNumber(1),
    commands: ["import", "resume"],
    group: "Run",
    help: "stop after so many rows, to look at them before rowferry resume sends the rest",
    otherwise: "none",
  }),
  grace: define({
    flag: "grace",
    placeholder: "<time>",
    check: duration(),
    commands: DELIVERING,
    group: "Run",
    help: "how long a stopped run waits for requests in flight",
    default: "10s",
  }),
  prune: define({
    flag: "prune",
    placeholder: "<time>",
    check: duration(),
    commands: ["status"],
    group: "Run",
    help: "remove runs that are done for so long or longer, e.g. 30d",
  }),
  unmended: define({
    flag: "unmended",
    check: toggle(),
    commands: ["status"],
    group: "Run",
    help: "with --prune: also runs whose rejected or unknown rows nobody imported since",
  }),
  yes: define({
    flag: "yes",
    short: "y",
    check: toggle(),
    commands: [...RUNNING, "status", ...WRITING],
    group: "Run",
    help: "do not ask: take yes for the answer",
  }),
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
    help: "show no progress",
  }),
  quiet: define({
    flag: "quiet",
    short: "q",
    check: toggle(),
    commands: MAPPING,
    group: "General",
    help: "no progress, and only errors in the log",
  }),
  verbose: define({
    flag: "verbose",
    short: "v",
    check: toggle(),
    commands: MAPPING,
    group: "General",
    help: `log what happens; ${joinWords(DEBUG_VARIABLES, "or")}=true adds each request`,
  }),
  debug: define({
    flag: null,
    variables: DEBUG_VARIABLES,
    check: toggle(),
    commands: MAPPING,
    group: "General",
    help: "as --verbose, and the metadata of each request and answer",
  }),
  logFormat: define({
    flag: "log-format",
    placeholder: "<format>",
    words: ["text", "json"],
    check: oneOf(["text", "json"]),
    commands: MAPPING,
    group: "General",
    help: "text or json",
    default: "text",
  }),
  logLevel: define({
    flag: null,
    variables: ["LOGLEVEL"],
    check: oneOf(["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]),
    commands: MAPPING,
    group: "General",
    help: "what is logged: DEBUG, INFO, WARNING, ERROR or CRITICAL",
    default: "WARNING",
  }),
  rejectedFolder: define({
    flag: null,
    variables: ["FAILED_RECORDS_DIRPATH"],
    check: text(),
    commands: ["import"],
    group: "Run",
    help: "folder for rejected.csv",
    otherwise: "the run's folder",
  }),
  envFile: define({
    flag: "env-file",
    placeholder: "<file>",
    check: text(),
    commands: [...MAPPING, "status", ...WRITING],
    kept: true,
    group: "General",
    help: "read settings from there",
    default: ".env",
  }),
} as const;

/** Name of a setting. */
export type SettingName = keyof typeof settings;

type Table = typeof settings;

/** The names of settings that a line of the table says something of. */
type NameOf<Said> = {
  [Name in SettingName]: Table[Name] extends Said ? Name : never;
}[SettingName];

/** The names of settings that may be given several times. */
export type RepeatableName = NameOf<{ readonly repeatable: true }>;

/** The names of settings that a run keeps over its resumes. */
export type KeptName = NameOf<{ readonly kept: true }>;

/** The names of settings that have a default. */
type DefaultedName = NameOf<{ readonly default: string }>;

type ValueOf<Name extends SettingName> = Name extends RepeatableName ? readonly string[]
  : z.output<Table[Name]["check"]>;

/** Settings that were given or have a default, by name, checked. What has neither is absent. */
export type Settings =
  & { readonly [Name in DefaultedName]: ValueOf<Name> }
  & { readonly [Name in Exclude<SettingName, DefaultedName>]?: ValueOf<Name> };

/** The names of all settings, in the table's order. */
export const settingNames = Object.keys(settings) as SettingName[];

/** Whether a run keeps a setting over its resumes. */
export function isKept(name: SettingName): name is KeptName {
  const setting: Setting = settings[name];
  return setting.kept === true;
}
