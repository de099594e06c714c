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
import { logEvents } from "../report/event_log.ts";
import { Progress, progressMode } from "../report/progress.ts";
import { StatusLine } from "../report/status_line.ts";

/** The log and the observers of a job; disposed of, they have written all that they write. */
export interface Watching extends Disposable {
  readonly log: Log;
  readonly observer: Observer;
}

/**
 * Sets up the log and the progress that the settings ask for.
 *
 * @param onlyInforms True for a job that warns of nothing: without `--verbose` it needs no log.
 */
export async function watch(
  io: Pick<Io, "stderr" | "monotonic" | "now" | "startTimer">,
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
  const isSilent = onlyInforms && level !== "INFO" && level !== "DEBUG";
  const log = isSilent
    ? silentLog
    : await createLog({ stderr, now: () => io.now() }, { level, format });
  const mode = progressMode({
    isTerminal: io.stderr.isTerminal,
    // Lines of progress would stand between those that a program reads.
    verbose: ((settings.verbose ?? false) || (settings.debug ?? false)) && format === "text",
    off: (settings.quiet ?? false) || (settings.noProgress ?? false),
  });
  const progress = new Progress(stderr, mode, io, settings.grace);
  const write = logEvents(log, settings.grace);
  return {
    log,
    observer: (event) => {
      write(event);
      progress.observe(event);
    },
    [Symbol.dispose]: () => progress.finish(),
  };
}
