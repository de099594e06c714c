/**
 * Why a job came to no end of its source, as a value: words are for whoever shows it.
 *
 * @module
 */

import {
  CancelledError,
  CredentialsError,
  DestinationError,
  DiskFullError,
  type StoppedError,
  type StopSignal,
  StorageError,
  TooManyErrors,
} from "./errors.ts";

/** What stopped a job. */
export type StopCode =
  | "signal"
  | "credentials"
  | "destination"
  | "storage"
  | "too-many-errors"
  | "stop-after"
  | "trouble";

/** Why a job stopped before its end. */
export interface Stop {
  readonly code: StopCode;
  /** In one sentence that speaks of no flag and no command. */
  readonly reason: string;
  /** Which one, where the code is `signal`. */
  readonly signal?: StopSignal;
}

/** A signal's. */
export function stoppedBy(signal: StopSignal): Stop {
  return { code: "signal", reason: `stopped by ${signal}`, signal };
}

/** An error's. */
export function stopOf(error: StoppedError | CancelledError): Stop {
  const reason = error.message;
  if (error instanceof CancelledError) return { code: "signal", reason, signal: error.signal };
  if (error instanceof CredentialsError) return { code: "credentials", reason };
  if (error instanceof StorageError || error instanceof DiskFullError) {
    return { code: "storage", reason };
  }
  if (error instanceof DestinationError) return { code: "destination", reason };
  if (error instanceof TooManyErrors) return { code: "too-many-errors", reason };
  return { code: "trouble", reason };
}
