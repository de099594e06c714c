/**
 * Whether a file was imported before: the same rows must not go to the same target again unasked.
 *
 * @module
 */

import { digestFileRange, PrefixDigest } from "../checkpoint/digest.ts";
import { type Imported, type ImportedRun, importedRuns } from "../checkpoint/imported_runs.ts";
import { describeSource, isSameSource } from "../model/run_scope.ts";
import { findParentRun } from "../checkpoint/lineage.ts";
import type { ShardFacts } from "../checkpoint/lines.ts";
import { openSource } from "../csv/source.ts";
import type { Io } from "../io.ts";
import type { CompiledMapping } from "../mapping/compile.ts";
import { CancelledError, UsageError } from "../model/errors.ts";
import { describeTarget } from "../model/target.ts";
import { endsRow } from "./proof.ts";
import type { JobSetup } from "./setup.ts";
import { type Source, sourceIdOf } from "./source.ts";
import { targetOfOlderRuns } from "./target_of_run.ts";

/** What is to be imported. */
export interface ImportSubject {
  readonly source: Source;
  readonly destination: string;
  /** By `targetKey`. */
  readonly target: string;
  readonly mapping: CompiledMapping;
  readonly shard: ShardFacts | null;
}

/**
 * What was imported before of a file, by its content, to the same target, with the same mapping and
 * filters. Rehearsals don't count, nor does what came by a pipe.
 */
export async function findImported(
  { io, settings }: Pick<JobSetup, "io" | "settings">,
  { source, destination, target, mapping, shard }: ImportSubject,
): Promise<Imported | null> {
  if (source.path === "-" || settings.sandbox || settings.dryRun) return null;
  const id = sourceIdOf(source, settings, target);
  const { size } = await io.files.stat(source.path);
  const { logDir } = settings;
  const targetOf = targetOfOlderRuns(io);
  const runs = await importedRuns(io, {
    logDir,
    destination,
    source: source.path,
    size: /\.(?:gz|xlsx)$/i.test(source.path) ? null : size,
    targetOf,
  });
  // The rows of a file in a run's folder came from that run, which had no success with them.
  const parent = await findParentRun(io.files, source.path);
  const all = runs.filter(({ run, end: { totals: { rows } } }) =>
    isSameSource({ ...run.source, path: id.path, shard: null }, { ...id, shard: null }) &&
    mapping.hasDigest(run.mapping.digest) &&
    run.runId !== parent?.runId && rows.accepted + rows.unknown > 0
  );
  const alike = all.filter(({ run }) => run.source.shard === null);
  const shards = all.filter(({ run }) => run.source.shard !== null);
  if (shard) {
    const same = shards.find(({ run: { source: { shard: own } } }) =>
      own?.start.offset === shard.start.offset && own.end === shard.end &&
      own.digest === shard.digest
    );
    if (same) return { kind: "same", run: same };
  }
  const part = shard ? null : await findPart(io, source, shards);
  if (part) return { kind: "part", run: part };
  if (alike.length === 0) return null;
  const offsets = alike.map(({ source: { at } }) => at?.offset ?? 0);
  const content = await digestsOf(io, source, settings.sheet, offsets);
  const same = alike.find((run) => isWhole(run, content));
  if (same) return { kind: "same", run: same };
  if (shard) return null; // Which of its rows a shorter file had is not looked into.
  const grown = alike
    .filter(({ run, source: { at } }) =>
      run.source.path === id.path && run.source.kind === "file" && at !== null &&
      at.offset < content.size && content.at.get(at.offset) === at.digest
    )
    .sort((a, b) => (b.source.at?.offset ?? 0) - (a.source.at?.offset ?? 0))[0];
  const at = grown?.source.at;
  if (!grown || !at || !await endsRow(io.files, source.path, at.offset, grown.run)) return null;
  return { kind: "grown", run: grown, at };
}

/** A run of a shard whose bytes still stand where they stood. */
async function findPart(
  io: Pick<Io, "files">,
  { path }: Source,
  runs: readonly ImportedRun[],
): Promise<ImportedRun | null> {
  for (const imported of runs) {
    const { shard } = imported.run.source;
    if (!shard) continue;
    const { start, end, digest } = shard;
    if (await digestFileRange(io.files, path, start.offset, end) === digest) return imported;
  }
  return null;
}

interface Content {
  readonly size: number;
  readonly digest: string;
  /** The digests of what lies before some offsets. */
  readonly at: ReadonlyMap<number, string>;
}

function isWhole({ run, source: { whole, at } }: ImportedRun, content: Content): boolean {
  if (whole) return whole.size === content.size && whole.digest === content.digest;
  // Of older runs is known how long the file was, and its digest up to the last row.
  return at !== null && run.source.size === content.size &&
    content.at.get(at.offset) === at.digest;
}

/** Reads a file to its end. */
async function digestsOf(
  io: Pick<Io, "files" | "stdin">,
  { path }: Source,
  sheet: string | undefined,
  offsets: readonly number[],
): Promise<Content> {
  const wanted = [...new Set(offsets)].sort((a, b) => a - b);
  const at = new Map<number, string>();
  const digest = new PrefixDigest();
  const source = await openSource(io, path, { sheet });
  try {
    for (let block = await source.read(); block; block = await source.read()) {
      digest.push(block, digest.pushed);
      while (wanted[0] !== undefined && wanted[0] <= digest.pushed) {
        const offset = wanted.shift() ?? 0;
        at.set(offset, digest.at(offset));
      }
      digest.at(digest.pushed); // Lets go of the bytes.
    }
    return { size: digest.pushed, digest: digest.at(digest.pushed), at };
  } finally {
    await source.close();
  }
}

/** What to do with a file of which something was imported before. */
export type AfterImported = "unchanged" | "again" | "new-rows";

/**
 * Decides by the settings, or asks.
 *
 * @throws {UsageError} when nobody says what to do.
 * @throws {CancelledError} when the person at the terminal sends nothing.
 */
export async function decideImported(
  { settings, questions }: Pick<JobSetup, "settings" | "questions">,
  source: Source,
  imported: Imported,
): Promise<AfterImported> {
  const { resumeOrStart, skipIfImported } = settings;
  if (imported.kind === "same" && (resumeOrStart || skipIfImported)) return "unchanged";
  if (imported.kind === "grown" && resumeOrStart) return "new-rows";
  if (questions) {
    const answer = await questions.imported(source.name, imported);
    if (answer) return answer;
    throw new CancelledError();
  }
  const what = describeImported(source, imported);
  throw new UsageError(what, {
    remedy: { code: REMEDIES[imported.kind] },
  });
}

const REMEDIES = {
  same: "imported-before",
  part: "part-imported",
  grown: "grown-since",
} as const;

/** «rows.csv was imported to … completely on …, 50 rows of it accepted». */
export function describeImported({ name }: Pick<Source, "name">, { kind, run }: Imported): string {
  const target = describeTarget(run.run.destination, run.run.target ?? null);
  const { accepted, read } = run.end.totals.rows;
  const what = kind === "grown"
    ? `The beginning of ${name} was imported to ${target}, and it has grown since`
    : `${describeSource(name, run.run.source)} was imported to ${target} completely`;
  return `${what} (${run.end.time}, ${accepted} of ${read} rows accepted, run ${run.run.runId})`;
}
