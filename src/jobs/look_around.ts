/**
 * What there is to do in a folder, by a look at its files and at the runs that are recorded.
 *
 * @module
 */

import { baseName } from "../checkpoint/folders.ts";
import { mendingOf } from "../checkpoint/mending.ts";
import { isResumable, listRuns } from "../checkpoint/runs.ts";
import type { RunSummary } from "../checkpoint/summarize.ts";
import type { Io } from "../io.ts";
import { READABLE } from "./misnamed.ts";
import { targetOfOlderRuns } from "./target_of_run.ts";

/** A file that may be imported. */
export interface FoundFile {
  /** As a person names it here. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Epoch milliseconds; null where that is not known. */
  readonly modifiedAt: number | null;
  /** The last run of it to a real API, or null. */
  readonly lastRun: RunSummary | null;
  /** True where the file is another one than that run took. */
  readonly isChanged: boolean;
}

/** Rejected rows that nobody sent again yet. */
export interface RowsToMend {
  readonly run: RunSummary;
  /** The file that they stand in. */
  readonly path: string;
  readonly rows: number;
  /** True where somebody wrote to the file since the run wrote it. */
  readonly isTouched: boolean;
}

/** What there is to do. */
export interface Outlook {
  /** The newest first. */
  readonly unfinished: readonly RunSummary[];
  /** The newest first. */
  readonly toMend: readonly RowsToMend[];
  /** The newest first. */
  readonly files: readonly FoundFile[];
}

/** Where files are looked for. */
const FOLDERS = [".", "data"];

/** Looks around in the working folder. Rehearsals leave nothing to do. */
export async function lookAround(io: Io, logDir: string): Promise<Outlook> {
  const all = await listRuns(io, logDir, targetOfOlderRuns(io));
  const runs = all.filter(({ run }) => run !== null && !run.source.sandbox)
    .sort((a, b) => compare(b.changedAt, a.changedAt));
  const files = await Promise.all((await namesOfFiles(io)).map((path) => describe(io, path, runs)));
  return {
    unfinished: runs.filter(isResumable),
    toMend: await rowsToMend(io, runs),
    files: files.filter((file) => file !== null)
      .sort((a, b) => (b.modifiedAt ?? 0) - (a.modifiedAt ?? 0)),
  };
}

async function namesOfFiles({ files }: Pick<Io, "files">): Promise<string[]> {
  const found = await Promise.all(FOLDERS.map(async (folder) => {
    const names = await files.list(folder).catch(() => []); // There need not be one.
    return names.filter((name) => READABLE.test(name))
      .map((name) => folder === "." ? name : `${folder}/${name}`);
  }));
  return found.flat();
}

async function describe(
  { files }: Pick<Io, "files">,
  path: string,
  runs: readonly RunSummary[],
): Promise<FoundFile | null> {
  try {
    const { isFile, size, modifiedAt } = await files.stat(path);
    if (!isFile) return null;
    const realPath = await files.realPath(path);
    const lastRun = runs.find(({ run }) => run?.source.path === realPath) ?? null;
    const before = lastRun?.run?.source.size ?? null;
    const isChanged = lastRun !== null &&
      ((before !== null && before !== size) || isLater(modifiedAt, lastRun.changedAt));
    return { path, size, modifiedAt, lastRun, isChanged };
  } catch {
    return null; // It is gone by now, or nobody may read it.
  }
}

async function rowsToMend(
  { files }: Pick<Io, "files">,
  runs: readonly RunSummary[],
): Promise<RowsToMend[]> {
  const found: RowsToMend[] = [];
  for (const run of runs) {
    const path = run.files.rejected;
    if (run.standing !== "completed" || path === null) continue;
    const { rejected: rows } = mendingOf(run, runs);
    if (rows === 0) continue;
    const { modifiedAt } = await files.stat(path);
    found.push({ run, path, rows, isTouched: isLater(modifiedAt, run.changedAt) });
  }
  return found;
}

/** A file's last change lies behind a run's; the run itself writes until its end. */
function isLater(modifiedAt: number | null, changedAt: string): boolean {
  return modifiedAt !== null && modifiedAt > Date.parse(changedAt);
}

/** What a run is called: the name of its file. */
export function nameOfRun({ run, runId }: RunSummary): string {
  if (run === null) return runId;
  return run.source.path === "-" ? "standard input" : baseName(run.source.path);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
