/**
 * What a run makes of requests that an earlier part of it had sent when it ended without their answer.
 *
 * @module
 */

import { countRows } from "../model/row_ranges.ts";
import type { RunState } from "../checkpoint/state.ts";
import { RowsInDoubt } from "./in_doubt.ts";
import type { Input } from "./input.ts";
import type { JobSetup } from "./setup.ts";

/** The parts of a run that this is about. */
interface Recovering {
  readonly setup: Pick<JobSetup, "settings" | "observer">;
  readonly input: Pick<Input, "sink">;
  /** What earlier parts of the run came to; null for a new run. */
  readonly earlier: RunState | null;
}

/** The rows that can't be sent like others; null where there are none. */
export function rowsInDoubt(parts: Recovering): RowsInDoubt | null {
  const { earlier, input: { sink } } = parts;
  if (!earlier || earlier.inDoubt.length === 0 || fateOf(parts) === "again") return null;
  return new RowsInDoubt(earlier.inDoubt, sink.destination);
}

/** Tells the run's observer how it ended before. */
export function tellRecovery(parts: Recovering): void {
  const { earlier, setup: { observer } } = parts;
  if (!earlier) return;
  const hasDied = earlier.status === "running";
  const requests = earlier.inDoubt.length;
  const rows = earlier.inDoubt.reduce((sum, { rows }) => sum + countRows(rows), 0);
  if (!hasDied && requests === 0) return;
  observer({ kind: "recovered", hasDied, requests, rows, fate: fateOf(parts) });
}

/**
 * Rows go again in any request, where the API drops what comes twice or somebody wants that, or in the
 * very same one, where it drops repeats of that; else they are unknown.
 */
function fateOf({ input: { sink }, setup: { settings } }: Recovering) {
  const { dropsRepeats } = sink.destination;
  if (dropsRepeats === "requests") return "same-request";
  return dropsRepeats === "rows" || settings.resendUnknown ? "again" : "unknown";
}
