/**
 * The exceptions that stop a run, chosen by what they mean for the caller. Expected trouble with
 * rows is a value (`Problem`, `Rejection`), never one of these. A message is what stands after
 * `rowferry: `, one sentence that says what to do, without a full stop.
 *
 * @module
 */

/** The command line, the environment, a mapping or an input file is wrong. Exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Another run of the same file and destination is in progress. Exit code 5. */
export class RunInProgressError extends Error {
  override readonly name = "RunInProgressError";

  /** @param destination Where the other run sends its rows. */
  constructor(message: string, readonly destination: string) {
    super(message);
  }
}

/** Somebody called it off before anything was sent. Exit code 130 or 143. */
export class CancelledError extends Error {
  override readonly name = "CancelledError";

  /** @param signal Which signal did it; an answer at the terminal counts as Ctrl-C. */
  constructor(message: string, readonly signal: "SIGINT" | "SIGTERM" = "SIGINT") {
    super(message);
  }
}

/** The run can't go on now, but `rowferry resume` can later. Exit code 3. */
export class StoppedError extends Error {
  override readonly name: string = "StoppedError";
}

/** The API refused the credentials. Exit code 4; resumable. */
export class CredentialsError extends StoppedError {
  override readonly name = "CredentialsError";
}

/** The destination answered something that its documentation doesn't allow. Exit code 3. */
export class DestinationError extends StoppedError {
  override readonly name = "DestinationError";
}

/** A file or folder of the run can't be written or read any more. Exit code 3. */
export class StorageError extends StoppedError {
  override readonly name = "StorageError";
}

/**
 * A request got no answer. Delivery decides what that means for the run.
 *
 * Nothing in it quotes the URL or a header: `reason` is a few words, `connection refused`.
 */
export class NetworkError extends Error {
  override readonly name = "NetworkError";

  /** @param sent Whether any of the request may have arrived. */
  constructor(readonly sent: "never" | "perhaps", readonly reason: string) {
    super(reason);
  }
}

/** The text of an error, whatever was thrown. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
