/**
 * Where the rows of a recorded run go. Runs of before 0.1.0 don't say so themselves; who reads them
 * hands in how their settings tell it.
 *
 * @module
 */

import { type TargetId, targetKey } from "../model/target.ts";
import type { RunHeader } from "./lines.ts";

/** Tells the target of a run that doesn't record it; null where that can't be told. */
export type TargetOf = (run: RunHeader) => Promise<TargetId | null>;

/** A run with its target, in its source too, by which runs are told apart. */
export async function withTarget(run: RunHeader, targetOf?: TargetOf): Promise<RunHeader> {
  const target = run.target ?? await targetOf?.(run) ?? undefined;
  if (target === undefined) return run;
  return { ...run, target, source: { ...run.source, target: targetKey(run.destination, target) } };
}
