/**
 * What a person and a log file see of a job while it runs: both are written to standard error, and so
 * they share a status line.
 *
 * @module
 */

import type { Settings } from "../config/settings.ts";
import type { Io } from "../io.ts";
import { createLog, type Log, logLevel, silentLog } from "../log.ts";
import type { Observer } from "../model/run_events.ts";
import { inferredSentence, logEvents } from "../report/event_log.ts";
import { wrap } from "../report/format.ts";
import { Progress, progressMode } from "../report/progress.ts";
import { StatusLine } from "../report/status_line.ts";
import { isDumb } from "../text/terminal.ts";

/** The log and the observers of a job; disposed of, they have written all that they write. */
export interface Watching extends Disposable {
  readonly log: Log;
  readonly observer: Observer;
  /** Observers of runs that share the log: each says in its lines which run it is. */
  readonly newObserver: () => Observer;
}

/** The category of what is told whatever is logged. */
const TOLD = "progress";

/**
 * Sets up the log and the progress that the settings ask for.
 *
 * @param onlyInforms True for a job that warns of nothing: without `--verbose` it needs no log.
 */
export async function watch(
  io: Pick<Io, "stderr" | "monotonic" | "now" | "startTimer" | "env">,
  settings: Settings,
  { onlyInforms = false } = {},
): Promise<Watching> {
  const stderr = new StatusLine(io.stderr);
  const level = logLevel({
    quiet: settings.quiet ?? false,
    verbose: settings.verbose ?? false,
    debug: settings.debug ?? false,
    loglevel: settings.logLevel,
  });
  const format = settings.logFormat;
  const isSilent = onlyInforms && format === "text" && level !== "INFO" && level !== "DEBUG";
  const log = isSilent
    ? silentLog
    : await createLog({ stderr, now: () => io.now() }, { level, format, always: TOLD });
  const mode = progressMode({
    isTerminal: io.stderr.isTerminal && !isDumb(io.env()),
    format,
    off: (settings.quiet ?? false) || (settings.noProgress ?? false),
  });
  const progress = new Progress(stderr, mode, io, settings.grace, (text, facts) => {
    if (format === "json") log.of(TOLD).info(text, { ...facts });
    // As the log words its lines, without the library that a check has no other use for.
    else stderr.write(`${new Date(io.now()).toISOString()} [INFO] rowferry.${TOLD}: ${text}\n`);
  });
  const tell: Observer = (event) => {
    if (event.kind !== "inferred" || settings.quiet) return;
    const { kind: _kind, ...facts } = event;
    const sentence = inferredSentence(event);
    if (format === "json") log.of(TOLD).info(sentence, facts);
    else stderr.write(`${wrap(sentence)}\n`);
  };
  const observerOf = (own: Log): Observer => {
    const write = logEvents(own, settings.grace);
    return (event) => {
      tell(event);
      write(event);
      progress.observe(event);
    };
  };
  return {
    log,
    observer: observerOf(log),
    newObserver: () => observerOf(log.fork()),
    [Symbol.dispose]: () => progress.finish(),
  };
}
