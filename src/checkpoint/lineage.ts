/**
 * Rows that are imported once more: a run whose source is an earlier run's `rejected.csv`, mended, or
 * its `unknown.csv`.
 *
 * @module
 */

import type { Files } from "../io.ts";
import { readLines } from "./append_file.ts";
import {
  baseName,
  CHECKPOINT_FILE,
  ERRORS_FILE,
  parentFolder,
  REJECTED_FILE,
  UNKNOWN_FILE,
} from "./folders.ts";
import type { RunHeader } from "./lines.ts";
import { readRunHeader } from "./load.ts";
import { type ErrorLine, UNKNOWN_CODE } from "./rejects.ts";

/** What somebody made of those files and put beside them. */
export const MENDED_FILE = /^mended-[\w-]+\.csv$/;

/** The run that wrote a `rejected.csv` or `unknown.csv`. */
export interface Lineage {
  readonly runId: string;
  /** Path of its checkpoint. */
  readonly checkpoint: string;
  /**
   * The numbers of its rows, in the order in which they stand in that file. They belong to a mended
   * file's rows only as long as it has as many: which of them a person deleted can't be told.
   */
  readonly rows: readonly number[];
}

/**
 * Finds the run that wrote the file at `source` (a real path) as its rejected or unknown rows: the one
 * whose checkpoint stands beside it. Null when there is none, or it can't be read.
 */
export async function findLineage(files: Files, source: string): Promise<Lineage | null> {
  const run = await findParentRun(files, source);
  if (run === null) return null;
  const folder = parentFolder(source);
  const checkpoint = `${folder}/${CHECKPOINT_FILE}`;
  const name = baseName(source);
  try {
    const rows = await rowsIn(files, folder, name === UNKNOWN_FILE);
    return { runId: run.runId, checkpoint, rows };
  } catch {
    return null; // The rows can be imported without knowing where they come from.
  }
}

/** The first line of that run; null when there is none. */
export async function findParentRun(files: Files, source: string): Promise<RunHeader | null> {
  try {
    const run = await readRunHeader(files, `${parentFolder(source)}/${CHECKPOINT_FILE}`);
    const name = baseName(source);
    return name === REJECTED_FILE || name === UNKNOWN_FILE || MENDED_FILE.test(name) ? run : null;
  } catch {
    return null;
  }
}

async function rowsIn(files: Files, folder: string, unknown: boolean): Promise<number[]> {
  const rows: number[] = [];
  for await (const line of readLines(files, `${folder}/${ERRORS_FILE}`)) {
    const { row, code } = JSON.parse(line) as ErrorLine;
    if ((code === UNKNOWN_CODE) === unknown) rows.push(row);
  }
  return rows;
}
