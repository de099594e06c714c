/**
 * Logs on standard error, through LogTape. The library is loaded when logging is configured and
 * not before, so that commands which log nothing don't pay for it.
 *
 * @module
 */

import type { Logger, LogLevel, LogRecord } from "@logtape/logtape";
import type { RedactionPattern } from "@logtape/redaction";
import { Buffer } from "node:buffer";
import { errorMessage } from "./model/errors.ts";
import type { Io } from "./io.ts";

/** Levels as `LOGLEVEL` names them, and as the library does. */
const LEVELS = {
  DEBUG: "debug",
  INFO: "info",
  WARNING: "warning",
  ERROR: "error",
  CRITICAL: "fatal",
} as const satisfies Record<string, LogLevel>;

/** A level as `LOGLEVEL` names it. */
export type LogLevelName = keyof typeof LEVELS;

/** How a run logs. */
export interface LogOptions {
  readonly level: LogLevelName;
  readonly format: "text" | "json";
  /** Keys, secrets and tokens: none of them ever appears in a log. */
  readonly secrets: readonly string[];
}

/** What a record is about, or what tells it when the record is written. */
type Properties = Record<string, unknown> | (() => Record<string, unknown>);

/** Writes log records of one category. `{name}` in a message stands for the property `name`. */
export interface Log {
  debug(message: string, properties?: Properties): void;
  info(message: string, properties?: Properties): void;
  warning(message: string, properties?: Properties): void;
  error(message: string, properties?: Properties): void;
}

/** What stands in a log in place of a secret. */
const REDACTED = "[redacted]";

/** Only what is configured can log; a second run in the process takes the place of the first. */
let getLogger: ((category: readonly [string, string]) => Logger) | null = null;

/**
 * The level that flags and environment ask for, the flags first: `--quiet` ERROR, `--verbose` INFO,
 * `MPARTICLE_DEBUG` DEBUG, then `LOGLEVEL`, else WARNING.
 */
export function logLevel(asked: {
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly debug: boolean;
  readonly loglevel: LogLevelName | undefined;
}): LogLevelName {
  if (asked.quiet) return "ERROR";
  if (asked.debug) return "DEBUG";
  if (asked.verbose) return asked.loglevel === "DEBUG" ? "DEBUG" : "INFO";
  return asked.loglevel ?? "WARNING";
}

/**
 * Sends the logs of this process to `io.stderr`, in place of where they went before. Dispose of the
 * result when the run is over.
 */
export async function configureLogging(
  io: Pick<Io, "stderr">,
  options: LogOptions,
): Promise<Disposable> {
  const [logtape, { redactByPattern }] = await Promise.all([
    import("@logtape/logtape"),
    import("@logtape/redaction"),
  ]);
  const format = options.format === "json"
    ? logtape.getJsonLinesFormatter()
    : logtape.getTextFormatter({
      timestamp: "rfc3339",
      level: "FULL",
      category: ".",
      value: "bare",
      sanitize: { sgr: "escape", newlines: "escape" },
    });
  const redact = redactByPattern(
    (record: LogRecord): readonly unknown[] => [record.message, record.properties],
    redactionPatterns(options.secrets),
  );
  const sink = (record: LogRecord) => {
    const [message, properties] = redact(withoutErrors(record)) as [
      LogRecord["message"],
      LogRecord["properties"],
    ];
    io.stderr.write(format({ ...record, message, properties }));
  };
  const config = {
    reset: true,
    sinks: { stderr: sink },
    loggers: [
      { category: "rowferry", sinks: ["stderr" as const], lowestLevel: LEVELS[options.level] },
      {
        category: ["logtape", "meta"],
        sinks: ["stderr" as const],
        lowestLevel: "error" as const,
      },
    ],
  };
  logtape.configureSync(config);
  getLogger = logtape.getLogger;
  return {
    [Symbol.dispose]() {
      if (logtape.getConfig() === config) logtape.resetSync();
    },
  };
}

/** The log of a part of the program, e.g. `delivery`. Says nothing until logging is configured. */
export function log(category: string): Log {
  let found: Logger | undefined; // Looking it up takes longer than asking it for nothing.
  const logger = () => found ??= getLogger?.(["rowferry", category]);
  return {
    debug: (message, properties) => logger()?.debug(message, properties),
    info: (message, properties) => logger()?.info(message, properties),
    warning: (message, properties) => logger()?.warning(message, properties),
    error: (message, properties) => logger()?.error(message, properties),
  };
}

/** An error's stack and cause may tell what its message keeps back, such as a URL. */
function withoutErrors(record: LogRecord): LogRecord {
  const plain = (value: unknown) => value instanceof Error ? errorMessage(value) : value;
  return {
    ...record,
    message: record.message.map(plain),
    properties: Object.fromEntries(
      Object.entries(record.properties).map(([name, value]) => [name, plain(value)]),
    ),
  };
}

/** Any HTTP credentials, known or not (RFC 9110 §11.4): tokens are handed out while a run goes on. */
const CREDENTIALS = /\b(Basic|Bearer)\s+[\w.~+/-]+=*/gi;

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
    ...longestFirst.map((form) => ({
      pattern: new RegExp(RegExp.escape(form), "g"),
      replacement: REDACTED,
    })),
    { pattern: CREDENTIALS, replacement: `$1 ${REDACTED}` },
  ];
}
