/**
 * What every job is given. Several run in one process: nothing of this is shared but what its caller
 * shares.
 *
 * @module
 */

import type { Imported } from "../checkpoint/imported_runs.ts";
import type { RunSummary } from "../checkpoint/summarize.ts";
import type { Environment } from "../config/environment.ts";
import type { Resolved } from "../config/resolve.ts";
import { Accounts } from "../delivery/account.ts";
import type { Io } from "../io.ts";
import type { Log } from "../log.ts";
import type { Observer } from "../model/run_events.ts";
import type { Departure } from "./departure.ts";
import type { StopSignals } from "./stopping.ts";

/** Questions that only a person can answer. Null stands for: do nothing of it. */
export interface Questions {
  /**
   * An unfinished run of this source, to the target that is meant, exists.
   *
   * @param share of the source that it has behind it, from 0 to 1; null where that is not known.
   */
  unfinished(
    source: string,
    run: RunSummary,
    share: number | null,
  ): Promise<"resume" | "start" | null>;
  /** A file, or the beginning of it, was imported before to the target that is meant. */
  imported(source: string, imported: Imported): Promise<"again" | "new-rows" | null>;
  /** Rows are about to go to real people. */
  production(departure: Departure): Promise<boolean>;
  /** The same, where nothing is asked: somebody said before that they are to go. */
  tell(departure: Departure): void;
  /** Which of these runs to go on with: its folder. */
  whichRun(runs: readonly RunSummary[]): Promise<string | null>;
}

/** A job's settings, its outside, and whom it tells. */
export interface JobSetup extends Resolved {
  readonly io: Io;
  readonly environment: Environment;
  readonly signals: StopSignals;
  readonly log: Log;
  readonly observer: Observer;
  /** What runs of one process share that send to the same account. */
  readonly accounts: Accounts;
  /** Null where nobody can be asked. */
  readonly questions: Questions | null;
  /**
   * Set where the source is the caller's own, which no other process can import: as somebody gave it,
   * or written as plain CSV, whatever the mapping says of files.
   */
  readonly ownSource?: "given" | "plain";
}

export { Accounts };
