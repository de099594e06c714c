/**
 * What every job of the pipeline is given.
 *
 * @module
 */

import type { Environment } from "../config/environment.ts";
import type { Resolved } from "../config/resolve.ts";
import type { Io } from "../io.ts";
import type { StopControl } from "../cli/signals.ts";

/** A command's settings, its outside, and how it learns that it is to stop. */
export interface RunSetup extends Resolved {
  readonly io: Io;
  readonly environment: Environment;
  readonly control: StopControl;
}

/** Where runs are recorded when nothing else is asked for. */
export const DEFAULT_LOG_DIR = "log";
