/**
 * What every part of the server is given.
 *
 * @module
 */

import type { ServerSetup } from "./job_setup.ts";
import type { Metrics } from "./metrics.ts";
import type { ServerState } from "./state.ts";

/** The server as its routes see it. */
export interface ServerContext extends ServerSetup, ServerState {
  /** False from the moment at which it is told to stop. */
  readonly isReady: () => boolean;
  readonly metrics: Metrics;
}
