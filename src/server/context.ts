/**
 * What every part of the server is given.
 *
 * @module
 */

import type { JobSetup } from "../jobs/setup.ts";
import type { Metrics } from "./metrics.ts";

/** A server's settings and its outside. */
export type ServerSetup = Omit<JobSetup, "observer" | "questions">;

/** The server as its routes see it. */
export interface ServerContext extends ServerSetup {
  /** False from the moment at which it is told to stop. */
  readonly isReady: () => boolean;
  readonly metrics: Metrics;
}
