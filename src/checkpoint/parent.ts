/**
 * Mended rows: a run whose source is an earlier run's `rejected.csv`.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { Files } from "../io.ts";
import { readBlocks } from "./append_file.ts";
import { baseName, CHECKPOINT_FILE, ERRORS_FILE, parentFolder } from "./folders.ts";
import { readRunHeader } from "./load.ts";
import { type ErrorLine, UNKNOWN_CODE } from "./rejects.ts";

/** The run that wrote a `rejected.csv`. */
export interface MendedFrom {
  readonly runId: string;
  /** Path of its checkpoint. */
  readonly checkpoint: string;
  /**
   * The numbers of its rejected rows, in the order in which they stand in `rejected.csv`. They
   * belong to a mended file's rows only as long as it has as many: which of them a person deleted
   * can't be told.
   */
  readonly rows: readonly number[];
}

/**
 * Finds the run that wrote the file at `source` (a real path) as its rejected rows: the one whose
 * checkpoint stands beside it. Null when there is none, or it can't be read.
 */
export async function findParent(files: Files, source: string): Promise<MendedFrom | null> {
  const folder = parentFolder(source);
  const checkpoint = `${folder}/${CHECKPOINT_FILE}`;
  try {
    const run = await readRunHeader(files, checkpoint);
    if (run.rejectedFile !== baseName(source)) return null;
    return { runId: run.runId, checkpoint, rows: await rejectedRows(files, folder) };
  } catch {
    return null; // The rows can be imported without knowing where they come from.
  }
}

async function rejectedRows(files: Files, folder: string): Promise<number[]> {
  const rows: number[] = [];
  let partial = "";
  for await (const block of readBlocks(files, `${folder}/${ERRORS_FILE}`)) {
    // Read as latin1: only ASCII parts of the lines matter, and blocks may split a character.
    const lines = (partial + Buffer.from(block).toString("latin1")).split("\n");
    partial = lines.pop() ?? "";
    for (const line of lines) {
      const { row, code } = JSON.parse(line) as ErrorLine;
      if (code !== UNKNOWN_CODE) rows.push(row);
    }
  }
  return rows;
}
