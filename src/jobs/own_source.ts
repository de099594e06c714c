/**
 * Files that are the caller's own, such as uploads: their runs, and whether they name their columns.
 *
 * @module
 */

import { runsFolder } from "../checkpoint/folders.ts";
import { listFolder, runsOf } from "../checkpoint/runs.ts";
import type { RunSummary } from "../checkpoint/summarize.ts";
import { openReader } from "../csv/reader.ts";
import { openSource } from "../csv/source.ts";
import type { Io } from "../io.ts";
import { headersOf } from "../mapping/header.ts";
import type { Target } from "./target.ts";

export type { RunSummary };

/** A file, perhaps gone by now, and where its rows go. */
export interface OwnSource {
  readonly logDir: string;
  /** Nothing else is, or ever was, called like it. */
  readonly path: string;
  readonly destination: string;
}

/** Its runs, the oldest first: one, or none where it was not begun. */
export function runsOfSource(io: Io, source: OwnSource): Promise<RunSummary[]> {
  return runsOf(io, folderOf(source));
}

/** Removes all that is known of its runs. */
export async function forgetRunsOf(io: Io, source: OwnSource): Promise<void> {
  const folder = folderOf(source);
  if ((await listFolder(io.files, folder, ["not-found"])).length === 0) return;
  await io.files.remove(folder, { recursive: true });
}

function folderOf({ logDir, path, destination }: OwnSource): string {
  return runsFolder(logDir, path, destination);
}

/**
 * True when the first line of a file names every column of the target's mapping.
 *
 * @throws {UsageError} when it can't be read.
 */
export async function namesColumns(
  io: Pick<Io, "files" | "stdin">,
  path: string,
  { mapping }: Target,
): Promise<boolean> {
  const source = await openSource(io, path);
  try {
    const { header } = await openReader(source, { ...source.written });
    const names = header.names.map((name) => name.trim());
    return mapping.columns.every((column) =>
      headersOf(column).some((name) => names.includes(name))
    );
  } finally {
    await source.close();
  }
}
