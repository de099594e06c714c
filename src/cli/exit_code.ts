/**
 * Exit codes: what a script can tell from how the program ended. Results and errors become one here,
 * and nowhere else.
 *
 * @module
 */

import {
  CancelledError,
  CredentialsError,
  RunInProgressError,
  StoppedError,
  UsageError,
} from "../model/errors.ts";
import type { StopSignal } from "../io.ts";
import type { RowCounts } from "../model/outcome.ts";
import type { Stop } from "../model/stop.ts";

/** What a script can tell from how the program ended. */
export const EXIT = {
  done: 0,
  someRejected: 1,
  usage: 2,
  stopped: 3,
  credentials: 4,
  inProgress: 5,
  internal: 70,
  hungUp: 129,
  interrupted: 130,
  terminated: 143,
} as const;

/** The exit code that an error means. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return EXIT.usage;
  if (error instanceof RunInProgressError) return EXIT.inProgress;
  if (error instanceof CredentialsError) return EXIT.credentials;
  if (error instanceof StoppedError) return EXIT.stopped;
  if (error instanceof CancelledError) return exitCodeOfSignal(error.signal);
  return EXIT.internal;
}

/** The exit code of a process that a signal stopped. */
export function exitCodeOfSignal(signal: StopSignal): number {
  switch (signal) {
    case "SIGHUP":
      return EXIT.hungUp;
    case "SIGINT":
      return EXIT.interrupted;
    case "SIGTERM":
      return EXIT.terminated;
  }
}

/** The exit code of a run. */
export function exitCodeOfRun(
  { stop, rows }: { readonly stop: Stop | null; readonly rows: RowCounts },
): number {
  if (stop) return exitCodeOfStop(stop);
  return rows.rejected + rows.unknown > 0 ? EXIT.someRejected : EXIT.done;
}

/** The exit code of a check: that there were too many invalid rows is no more than that. */
export function exitCodeOfValidation(
  { stop, rows }: { readonly stop: Stop | null; readonly rows: { readonly invalid: number } },
): number {
  if (stop && stop.code !== "too-many-errors") return exitCodeOfStop(stop);
  return rows.invalid > 0 ? EXIT.someRejected : EXIT.done;
}

function exitCodeOfStop({ code, signal }: Stop): number {
  if (code === "signal") return exitCodeOfSignal(signal ?? "SIGINT");
  return code === "credentials" ? EXIT.credentials : EXIT.stopped;
}
