/**
 * Runs that imported a source to its end.
 *
 * @module
 */

import type { Io } from "../io.ts";
import type { SourceMark } from "../model/row.ts";
import { CHECKPOINT_FILE, runsFolder } from "./folders.ts";
import type { EndLine, ImportedSource, RunHeader } from "./lines.ts";
import { readRunHeader, replayFile } from "./load.ts";
import { type TargetOf, withTarget } from "./run_target.ts";
import { listFolder } from "./runs.ts";
import { readEndLines } from "./summarize.ts";

/** A run that came to its end. */
export interface ImportedRun {
  readonly folder: string;
  readonly run: RunHeader;
  readonly end: EndLine;
  /** The source as it was then, as far as that is known. */
  readonly source: ImportedSource;
}

/** What an earlier run imported of a file. */
export type Imported =
  /** All of it. */
  | { readonly kind: "same"; readonly run: ImportedRun }
  /** A shard of it. */
  | { readonly kind: "part"; readonly run: ImportedRun }
  /** Its beginning, up to a mark: rows were appended. */
  | { readonly kind: "grown"; readonly run: ImportedRun; readonly at: SourceMark };

/**
 * The complete runs to a destination, of whatever files, the newest first.
 *
 * @param source the real path of a file: of others, only runs are wanted that took so many bytes.
 * @param size the file's bytes, or null where they don't tell how many are read of it.
 */
export async function importedRuns(
  io: Io,
  { logDir, destination, source, size, targetOf }: {
    readonly logDir: string;
    readonly destination: string;
    readonly source: string;
    readonly size: number | null;
    readonly targetOf: TargetOf;
  },
): Promise<ImportedRun[]> {
  const own = runsFolder(logDir, source, destination);
  const found: ImportedRun[] = [];
  for (const name of await listFolder(io.files, logDir, ["not-found"])) {
    if (!name.endsWith(`.${destination}`)) continue;
    const folder = `${logDir.replace(/(?<=.)\/+$/, "")}/${name}`;
    for (const runId of await listFolder(io.files, folder, ["not-directory", "permission"])) {
      const isOwn = folder === own;
      const run = await importedRun(io, `${folder}/${runId}`, isOwn ? null : size, targetOf)
        .catch(() => null); // What can't be read is no proof that the file was imported.
      if (run) found.push(run);
    }
  }
  return found.sort((a, b) => a.end.time < b.end.time ? 1 : -1);
}

/** A run, unless it is not complete, or took another number of bytes than `size`. */
async function importedRun(
  io: Io,
  folder: string,
  size: number | null,
  targetOf: TargetOf,
): Promise<ImportedRun | null> {
  const path = `${folder}/${CHECKPOINT_FILE}`;
  const { run: known, last: end } = await readEndLines(io.files, path);
  if (end?.type !== "end") return null;
  const { source } = end.totals;
  if (size !== null && source?.whole?.size !== size) return null;
  const run = await withTarget(known ?? await readRunHeader(io.files, path), targetOf);
  if (source) return { folder, run, end, source };
  // A run of before 0.1.0 tells only how far its rows go.
  const replayed = await replayFile(io.files, path);
  const at = replayed.kind === "state" ? replayed.state.settledTo : null;
  return { folder, run, end, source: { whole: null, at } };
}
