/**
 * Logs on standard error, one for each run: with a level, a format and secrets of its own. LogTape
 * words and redacts its records; its loggers are not used, since they are the whole process's. The
 * library is loaded when a log is made and not before, so that commands which log nothing don't pay
 * for it.
 *
 * @module
 */

import type { LogLevel, LogRecord } from "@logtape/logtape";
import type { RedactionPattern } from "@logtape/redaction";
import { Buffer } from "node:buffer";
import { errorMessage } from "./model/errors.ts";
import type { Io } from "./io.ts";

/** Levels as `LOGLEVEL` names them, the lowest first, and as the library does. */
const LEVELS = {
  DEBUG: "debug",
  INFO: "info",
  WARNING: "warning",
  ERROR: "error",
  CRITICAL: "fatal",
} as const satisfies Record<string, LogLevel>;

/** A level as `LOGLEVEL` names it. */
export type LogLevelName = keyof typeof LEVELS;

/** The levels that something is logged at. */
type RecordLevel = "DEBUG" | "INFO" | "WARNING" | "ERROR";

/** How a run logs. */
export interface LogOptions {
  readonly level: LogLevelName;
  readonly format: "text" | "json";
  /** A category that is logged whatever the level. */
  readonly always?: string;
}

/** What a record is about, or what tells it when the record is written. */
type Properties = Record<string, unknown> | (() => Record<string, unknown>);

/** Writes log records of one category. `{name}` in a message stands for the property `name`. */
export interface Logger {
  debug(message: string, properties?: Properties): void;
  info(message: string, properties?: Properties): void;
  warning(message: string, properties?: Properties): void;
  error(message: string, properties?: Properties): void;
}

/** What records are about. */
type Facts = Readonly<Record<string, unknown>>;

/** The log of one run. */
export interface Log {
  /** What a part of the program logs, e.g. `delivery`. */
  of(category: string): Logger;
  /** Keys, secrets and tokens: from now on, none of them ever appears. */
  redact(secrets: readonly string[]): void;
  /** What all records are about: from now on, each has these properties, too. */
  about(facts: Facts): void;
  /** The same log, about something of its own. */
  fork(): Log;
}

/** What stands in a log in place of a secret. */
const REDACTED = "[redacted]";

/**
 * The level that flags and environment ask for, the flags first: `--quiet` ERROR, `--verbose` INFO,
 * the debug variable DEBUG, then `LOGLEVEL`.
 */
export function logLevel(asked: {
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly debug: boolean;
  readonly loglevel: LogLevelName;
}): LogLevelName {
  if (asked.quiet) return "ERROR";
  if (asked.debug) return "DEBUG";
  if (asked.verbose) return asked.loglevel === "DEBUG" ? "DEBUG" : "INFO";
  return asked.loglevel;
}

/** A log that says nothing. */
export const silentLog: Log = {
  of: () => ({ debug() {}, info() {}, warning() {}, error() {} }),
  redact() {},
  about() {},
  fork: () => silentLog,
};

/** A log that writes to `io.stderr`, and is nobody else's. */
export async function createLog(
  io: Pick<Io, "stderr" | "now">,
  { level, format, always }: LogOptions,
): Promise<Log> {
  const [{ getJsonLinesFormatter, getTextFormatter }, { redactByPattern }] = await Promise.all([
    import("@logtape/logtape"),
    import("@logtape/redaction"),
  ]);
  const word = format === "json" ? getJsonLinesFormatter() : getTextFormatter({
    timestamp: "rfc3339",
    level: "FULL",
    category: ".",
    value: "bare",
    sanitize: { sgr: "escape", newlines: "escape" },
  });
  const redactor = (secrets: readonly string[]) => {
    const format = redactByPattern(
      (record: LogRecord): readonly unknown[] => record.message,
      redactionPatterns(secrets),
    );
    return (values: readonly unknown[]) => format({ message: values } as LogRecord);
  };
  let secrets: readonly string[] = [];
  let redact = redactor(secrets);
  let redactWords = redact;
  const write = (record: Omit<LogRecord, "message"> & { readonly rawMessage: string }) => {
    const [properties] = redact([withoutErrors(record.properties)]) as [LogRecord["properties"]];
    const filled = fill(redactWords([record.rawMessage])[0] as string, properties);
    // In JSON, which escapes by itself, texts would come in quotes of their own.
    const message = format === "json" ? [filled.join("")] : filled;
    io.stderr.write(word({ ...record, message, properties }));
  };
  const order = Object.keys(LEVELS);
  const logger = (category: string, subject: () => Facts): Logger => {
    const at = (asked: RecordLevel): Logger["info"] => {
      const isLogged = category === always || order.indexOf(asked) >= order.indexOf(level);
      if (!isLogged) return () => {};
      return (template, given = {}) => {
        const properties = { ...subject(), ...(typeof given === "function" ? given() : given) };
        write({
          category: ["rowferry", category],
          level: LEVELS[asked],
          rawMessage: template,
          properties,
          timestamp: io.now(),
        });
      };
    };
    return { debug: at("DEBUG"), info: at("INFO"), warning: at("WARNING"), error: at("ERROR") };
  };
  const hide = (more: readonly string[]) => {
    secrets = [...secrets, ...more];
    redact = redactor(secrets);
    // A short one stands in words of ours that have nothing to do with it.
    redactWords = redactor(secrets.filter(({ length }) => length >= SHORTEST_PART));
  };
  const fork = (): Log => {
    let subject: Facts = {};
    return {
      of: (category) => logger(category, () => subject),
      redact: hide,
      about: (facts) => void (subject = facts),
      fork,
    };
  };
  return fork();
}

/** A message's texts, and between any two of them the value of a property. */
function fill(template: string, properties: Record<string, unknown>): unknown[] {
  // The parts with odd indexes are names.
  return template.split(/\{(\w+)\}/).map((part, index) =>
    index % 2 === 0 ? part : properties[part]
  );
}

/** An error's stack and cause may tell what its message keeps back, such as a URL. */
function withoutErrors(properties: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(properties).map((
      [name, value],
    ) => [name, value instanceof Error ? errorMessage(value) : value]),
  );
}

/** Any HTTP credentials, known or not (RFC 9110 §11.4): tokens are handed out while a run goes on. */
const CREDENTIALS = /\b(Basic|Bearer)\s+[\w.~+/-]+=*/gi;

/** Shorter secrets are redacted as words of their own only, and in what is filled in. */
const SHORTEST_PART = 6;

/** Where a secret stands: a short one only as a word of its own. */
function occurrencesOf(secret: string): RegExp {
  const escaped = RegExp.escape(secret);
  if (secret.length >= SHORTEST_PART) return new RegExp(escaped, "g");
  return new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, "gu");
}

function redactionPatterns(secrets: readonly string[]): RedactionPattern[] {
  const given = [...new Set(secrets)].filter((secret) => secret !== "");
  const forms = new Set(given.flatMap((secret) => [
    secret,
    encodeURIComponent(secret),
    new URLSearchParams({ "": secret }).toString().slice(1),
    JSON.stringify(secret).slice(1, -1),
    Buffer.from(secret).toString("base64"),
    ...given.map((other) => Buffer.from(`${secret}:${other}`).toString("base64")),
  ]));
  // A secret may be a part of another: the longest goes first.
  const longestFirst = [...forms].sort((a, b) => b.length - a.length);
  return [
    ...longestFirst.map((form) => ({ pattern: occurrencesOf(form), replacement: REDACTED })),
    { pattern: CREDENTIALS, replacement: `$1 ${REDACTED}` },
  ];
}
