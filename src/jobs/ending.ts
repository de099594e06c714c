/**
 * How a run ends: why, and that it is recorded.
 *
 * @module
 */

import type { Journal } from "../checkpoint/journal.ts";
import type { Totals } from "../checkpoint/lines.ts";
import type { Settings } from "../config/settings.ts";
import type { DeliveryEnd } from "../delivery/sender.ts";
import { type StoppedError, StorageError, TooManyErrors } from "../model/errors.ts";
import { type Stop, stopOf, stoppedBy } from "../model/stop.ts";
import { checkEquation } from "../report/tally.ts";
import { describeBound } from "./error_bound.ts";
import type { JobSetup } from "./setup.ts";

/** Why a delivery came to no end of the source; null when it did. */
export function stopOfEnd(
  { stopped }: DeliveryEnd,
  exceeded: boolean,
  { settings, signals }: JobSetup,
): Stop | null {
  if (stopped?.error) return stopOf(stopped.error);
  if (stopped) return stoppedBy(signals.signal ?? "SIGINT");
  return exceeded ? stopOf(tooManyErrors(settings)) : null;
}

/** What stops a run with more rejected rows than the settings allow. */
export function tooManyErrors({ maxErrors }: Settings): StoppedError {
  return new TooManyErrors(`more than ${maxErrors ? describeBound(maxErrors) : ""} rejected`);
}

/** Records how the run ended. A disk that doesn't take it makes it a stopped run. */
export async function recordEnding(
  journal: Pick<Journal, "stop" | "end">,
  stop: Stop | null,
  totals: Totals,
): Promise<Stop | null> {
  checkEquation(totals.rows, stop ? "stopped" : "completed");
  try {
    if (stop) await journal.stop(stop.reason, totals);
    else await journal.end(totals);
    return stop;
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    return stop ?? stopOf(error);
  }
}
