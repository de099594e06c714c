/**
 * Sets up the logs and the progress of a job, which share standard error.
 *
 * @module
 */

import type { Settings } from "../config/settings.ts";
import type { DeliveryEvent } from "../delivery/events.ts";
import type { Io } from "../io.ts";
import { configureLogging, log, logLevel } from "../log.ts";
import { formatDuration } from "../report/format.ts";
import { Progress, type ProgressBegin, progressMode } from "../report/progress.ts";
import { StatusLine } from "../report/status_line.ts";

/** The logs and the progress of one job, until it is disposed of. */
export interface Console extends Disposable {
  readonly progress: Progress;
}

/** What a job logs. */
export interface ConsoleOptions {
  /** Keys, secrets and tokens: none of them ever appears. */
  readonly secrets?: readonly string[];
  /** Where a resumed job goes on. */
  readonly begin?: ProgressBegin;
  /** True for a job that warns of nothing: without `--verbose` it needs no log. */
  readonly onlyInforms?: boolean;
}

/** Starts logging and progress. */
export async function startConsole(
  io: Pick<Io, "stderr" | "monotonic">,
  settings: Settings,
  { secrets = [], begin, onlyInforms = false }: ConsoleOptions,
): Promise<Console> {
  const line = new StatusLine(io.stderr);
  const level = logLevel({
    quiet: settings.quiet ?? false,
    verbose: settings.verbose ?? false,
    debug: settings.debug ?? false,
    loglevel: settings.logLevel,
  });
  const silent = onlyInforms && level !== "INFO" && level !== "DEBUG";
  const format = settings.logFormat ?? "text";
  const logging = silent
    ? null
    : await configureLogging({ stderr: line }, { level, format, secrets });
  const mode = progressMode({
    isTerminal: io.stderr.isTerminal,
    // Lines of progress would stand between those that a program reads.
    verbose: ((settings.verbose ?? false) || (settings.debug ?? false)) && format === "text",
    off: (settings.quiet ?? false) || (settings.noProgress ?? false),
  });
  const progress = new Progress(line, mode, () => io.monotonic(), begin);
  return {
    progress,
    [Symbol.dispose]() {
      progress.finish();
      logging?.[Symbol.dispose]();
    },
  };
}

const delivery = log("delivery");

/** Logs what happens on the wire: what goes wrong as a warning, the rest for those who debug. */
export function logDelivery(event: DeliveryEvent): void {
  // Only for those who see it: there are thousands, and mostly nobody does.
  const facts = () => {
    const { kind: _kind, ...rest } = event;
    return "ms" in rest ? { ...rest, ms: Math.round(rest.ms * 10) / 10 } : rest;
  };
  switch (event.kind) {
    case "attempt":
      return delivery.debug(
        "Request {request}, attempt {attempt}: {rows} rows, {bytes} bytes",
        facts,
      );
    case "answer":
      return event.reason === null
        ? delivery.debug(
          "Request {request}, attempt {attempt}: {outcome} ({status}) in {ms} ms",
          facts,
        )
        : delivery.warning(
          `Request {request}, attempt {attempt}: {reason}${again(event)}`,
          facts,
        );
    case "login":
      return event.reason === null
        ? delivery.info("Logged in", facts)
        : delivery.warning(`Login, attempt {attempt}: {reason}${again(event)}`, facts);
    case "split":
      return delivery.info("A refused request of {rows} rows goes on in {into}", facts);
  }
}

/** When the next attempt comes, if one does. */
function again({ waitMs }: { readonly waitMs: number | null }): string {
  return waitMs === null ? "" : `; again in ${formatDuration(waitMs)}`;
}
