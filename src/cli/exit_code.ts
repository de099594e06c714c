/**
 * Exit codes: what a script can tell from how the program ended. Errors and counts of
 * rows become one here.
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

/** What a script can tell from how the program ended. */
export const EXIT = {
  done: 0,
  someRejected: 1,
  usage: 2,
  stopped: 3,
  credentials: 4,
  inProgress: 5,
  internal: 70,
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
  return signal === "SIGINT" ? EXIT.interrupted : EXIT.terminated;
}

/** The exit code of a run that came to the file's end. */
export function exitCodeOfRows(rows: RowCounts): number {
  return rows.rejected + rows.unknown > 0 ? EXIT.someRejected : EXIT.done;
}
