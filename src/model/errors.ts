/**
 * The exceptions that stop a run, chosen by what they mean for the caller. Expected trouble with
 * rows is a value (`Problem`, `Rejection`), never one of these. A message is one sentence without a
 * full stop. It says what is wrong and what to do, as far as that doesn't depend on who asked: what a
 * person at the command line does about it is told there, by the error's remedy.
 *
 * @module
 */

/** What an import was started with. */
export interface ImportToRepeat {
  readonly source: { readonly path: string };
  readonly destination: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** What can be done about an error, for whoever words it: with flags, or on a page. */
export type Remedy =
  /** A setting is wrong, by its name in the table of settings; with the value that it has. */
  | { readonly code: "setting"; readonly setting: string; readonly value?: string }
  /** The setting must be given. */
  | { readonly code: "missing-setting"; readonly setting: string }
  /** Another folder, say, is to be chosen with the setting. */
  | { readonly code: "choose-other"; readonly setting: string; readonly what: string }
  /** The setting is to say what the file itself doesn't; with the value that it may have to be. */
  | { readonly code: "give-setting"; readonly setting: string; readonly value: string | null }
  /** The setting must not be given. */
  | { readonly code: "drop-setting"; readonly setting: string }
  | { readonly code: "resume-or-restart" }
  | { readonly code: "imported-before" }
  /** A shard of it went there before: have all of it sent again. */
  | { readonly code: "part-imported" }
  | { readonly code: "grown-since" }
  /** Go on with the run in this folder, or start from the first row. */
  | { readonly code: "resume-that-or-restart"; readonly folder: string }
  /** Start the import of the file again, from its first row. */
  | { readonly code: "start-anew"; readonly run?: ImportToRepeat | undefined }
  /** Go on with the settings of the run, or start another one with those of now. */
  | { readonly code: "other-target" }
  | { readonly code: "start-shards-anew" }
  /** Once that is mended, the run can go on. */
  | { readonly code: "mend-and-resume" }
  | {
    readonly code: "make-mapping";
    readonly destination: string | null;
    readonly file: FileToRead | null;
  }
  /** Send to a stand-in, which needs no credentials. */
  | { readonly code: "rehearse" }
  /** Ask for a token, or say that something else keeps strangers out. */
  | { readonly code: "guard-server" }
  /** Say that credentials may go over plain HTTP. */
  | { readonly code: "allow-insecure" }
  /** The file would have the columns if it were read in one of these ways. */
  | {
    readonly code: "read-otherwise";
    readonly ways: readonly ReadingWay[];
    readonly destination: string;
    readonly file: FileToRead | null;
  }
  /** Name one of these runs. */
  | {
    readonly code: "name-run";
    readonly runs: readonly { readonly folder: string; readonly note: string }[];
  };

/** A file that a command can name, with the settings that it is read by. */
export interface FileToRead {
  readonly path: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Settings by which a file is read otherwise, as texts by their names, and what they are for. */
export interface ReadingWay {
  readonly what: string;
  readonly settings: Readonly<Record<string, string>>;
}

/** As of any error, and what can be done about it. */
export interface RemedyOptions extends ErrorOptions {
  readonly remedy?: Remedy;
}

/** The settings, the environment, a mapping or an input file is wrong. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly remedy: Remedy | null;
  /** Its sentences, one for each thing that is wrong: the only line ends in them are foreign. */
  readonly faults: readonly string[];

  /** @param faults One sentence, or several that are lines of their own. */
  constructor(faults: string | readonly string[], options: RemedyOptions = {}) {
    const list = typeof faults === "string" ? [faults] : faults;
    super(list.join("\n"), options);
    this.faults = list;
    this.remedy = options.remedy ?? null;
  }
}

/** Another run of the same file and destination is in progress. */
export class RunInProgressError extends Error {
  override readonly name = "RunInProgressError";

  /** @param destination Where the other run sends its rows. */
  constructor(message: string, readonly destination: string) {
    super(message);
  }
}

/** Signals that end a run in good order. */
export type StopSignal = "SIGHUP" | "SIGINT" | "SIGTERM";

/** Somebody called it off before anything was sent. */
export class CancelledError extends Error {
  override readonly name = "CancelledError";

  /** @param signal Which signal did it; an answer at the terminal counts as Ctrl-C. */
  constructor(message = "Cancelled: nothing was sent", readonly signal: StopSignal = "SIGINT") {
    super(message);
  }
}

/** The run can't go on now, but it can be resumed later. */
export class StoppedError extends Error {
  override readonly name: string = "StoppedError";
}

/** More rows were rejected than the settings allow; resumable. */
export class TooManyErrors extends StoppedError {
  override readonly name = "TooManyErrors";
}

/** The API refused the credentials; resumable. */
export class CredentialsError extends StoppedError {
  override readonly name = "CredentialsError";
}

/** The destination answered something that its documentation doesn't allow. */
export class DestinationError extends StoppedError {
  override readonly name = "DestinationError";
}

/** A file or folder of the run can't be written or read any more. */
export class StorageError extends StoppedError {
  override readonly name = "StorageError";
}

/** The run's disk is full. What was in flight is recorded all the same, and no more can be sent. */
export class DiskFullError extends StoppedError {
  override readonly name = "DiskFullError";
}

/**
 * A request got no answer. Delivery decides what that means for the run.
 *
 * Nothing in it quotes the URL or a header: `reason` is a few words, `connection refused`.
 */
export class NetworkError extends Error {
  override readonly name = "NetworkError";

  /**
   * @param sent Whether the request may have arrived. `partly`: not all of it, and no part is anything
   * to an API.
   * @param lasting True when only a person can mend the cause, so that trying again is of no use.
   */
  constructor(
    readonly sent: "never" | "partly" | "perhaps",
    readonly reason: string,
    readonly lasting = false,
  ) {
    super(reason);
  }
}

/** The text of an error, whatever was thrown. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
