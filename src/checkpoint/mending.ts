/**
 * What came of a run's rejected and unknown rows since: they are mended by importing the file that the
 * run wrote them to.
 *
 * @module
 */

import { targetKey } from "../model/target.ts";
import { baseName, UNKNOWN_FILE } from "./folders.ts";
import type { RunHeader } from "./lines.ts";
import type { RunSummary } from "./summarize.ts";

/** How a run's rows that did not make it stand. */
export interface Mending {
  /** The runs that took them up, to the same target. */
  readonly runs: readonly RunSummary[];
  /** Rows that the API took from those. */
  readonly accepted: number;
  /** Rejected rows in a file that nobody imported to its end. */
  readonly rejected: number;
  /** Unknown rows in a file that nobody imported to its end. */
  readonly unknown: number;
}

/** Looks among all runs of a log folder for those that took a run's rows up. */
export function mendingOf({ run, rows, files }: RunSummary, all: readonly RunSummary[]): Mending {
  const runs = run === null ? [] : all.filter((other) => takesUp(other.run, run));
  const isDone = (unknown: boolean) =>
    runs.some(({ standing, run }) =>
      standing === "completed" && (baseName(run?.source.path ?? "") === UNKNOWN_FILE) === unknown
    );
  return {
    runs,
    accepted: runs.reduce((sum, { rows }) => sum + rows.accepted, 0),
    rejected: isDone(false) || files.rejected === null ? 0 : rows.rejected,
    unknown: isDone(true) || files.unknown === null ? 0 : rows.unknown,
  };
}

/** A rehearsal, or another target, mends nothing. */
function takesUp(other: RunHeader | null, run: RunHeader): boolean {
  if (other === null || other.parent?.runId !== run.runId) return false;
  return other.source.sandbox === run.source.sandbox && keyOf(other) === keyOf(run);
}

function keyOf({ destination, target }: RunHeader): string {
  return target ? targetKey(destination, target) : destination;
}
