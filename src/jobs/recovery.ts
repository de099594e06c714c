/**
 * What a run makes of requests that an earlier part of it had sent when it ended without their answer.
 *
 * @module
 */

import { countRows } from "../model/row_ranges.ts";
import type { SentLine } from "../checkpoint/lines.ts";
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
  const requests = earlier?.inDoubt.filter((request) => fateOf(parts, request) !== "again") ?? [];
  return requests.length === 0 ? null : new RowsInDoubt(requests, sink.destination);
}

/** Tells the run's observer how it ended before. */
export function tellRecovery(parts: Recovering): void {
  const { earlier, setup: { observer } } = parts;
  if (!earlier) return;
  const hasDied = earlier.status === "running";
  const byFate = Map.groupBy(earlier.inDoubt, (request) => fateOf(parts, request));
  if (hasDied && byFate.size === 0) {
    observer({ kind: "recovered", hasDied, requests: 0, rows: 0, fate: "again" });
  }
  for (const [at, [fate, requests]] of [...byFate].entries()) {
    const rows = requests.reduce((sum, { rows }) => sum + countRows(rows), 0);
    const died = hasDied && at === 0; // Once is told.
    observer({ kind: "recovered", hasDied: died, requests: requests.length, rows, fate });
  }
}

/**
 * Of a request that became a job, the API is asked for that. Else rows go again in any request, where
 * the API drops what comes twice or somebody wants that, or in the very same one, where it drops repeats
 * of that; else they are unknown.
 */
function fateOf({ input: { sink }, setup: { settings } }: Recovering, { apiJob }: SentLine) {
  if (apiJob !== undefined) return "api-job";
  const { dropsRepeats } = sink.destination;
  if (dropsRepeats === "requests") return "same-request";
  return dropsRepeats === "rows" || settings.resendUnknown ? "again" : "unknown";
}
