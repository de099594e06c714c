/**
 * What may be named in a call, by a look at files: for shells that complete a line.
 *
 * @module
 */

import { isResumable, listRuns } from "../checkpoint/runs.ts";
import type { RunSummary } from "../checkpoint/summarize.ts";
import type { Io } from "../io.ts";
import { mappingHeader } from "../mapping/header.ts";
import { chooseTarget } from "./target.ts";

/** Runs that are offered; a shell shows no more at a time. */
const MOST_RUNS = 50;

/** The newest runs, the newest first. */
export async function allRuns(io: Io, logDir: string): Promise<RunSummary[]> {
  const runs = await listRuns(io, logDir);
  return runs.sort((a, b) => a.changedAt < b.changedAt ? 1 : -1).slice(0, MOST_RUNS);
}

/** The runs that can go on, the oldest first. */
export async function resumableRuns(io: Io, logDir: string): Promise<RunSummary[]> {
  return (await listRuns(io, logDir)).filter(isResumable);
}

/** The columns that a mapping reads. @throws {UsageError} as {@linkcode chooseTarget} does. */
export async function mappedColumns(
  io: Io,
  to: string | undefined,
  mapping: string | undefined,
): Promise<readonly string[]> {
  return mappingHeader((await chooseTarget(io, to, mapping)).mapping);
}
