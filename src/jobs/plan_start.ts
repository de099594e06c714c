/**
 * What is settled before a run starts: whether its rows went to the target before, and whether whoever
 * sits at the terminal means it.
 *
 * @module
 */

import type { Imported } from "../checkpoint/imported_runs.ts";
import type { ShardFacts } from "../checkpoint/lines.ts";
import type { ReaderOptions } from "../csv/reader.ts";
import { CancelledError } from "../model/errors.ts";
import type { SourceMark } from "../model/row.ts";
import { isProduction, type TargetId, targetKey } from "../model/target.ts";
import { NOTHING_DONE, type RunResult } from "../report/summary.ts";
import { limitsFor } from "./delivery_options.ts";
import { type Departure, estimateRows } from "./departure.ts";
import { decideImported, describeImported, findImported } from "./imported.ts";
import type { Input } from "./input.ts";
import type { JobSetup } from "./setup.ts";
import type { Source } from "./source.ts";
import { unlessStopped } from "./stopping.ts";

/** How a run starts. */
export type StartPlan =
  /** Where its rows start; null is the first row of the file, or of the shard. */
  | { readonly kind: "start"; readonly start: SourceMark | null }
  | { readonly kind: "unchanged"; readonly result: RunResult };

/** What is about to start. */
export interface StartSubject {
  readonly source: Source;
  readonly targetId: TargetId;
  readonly input: Input;
  readonly reading: ReaderOptions;
  readonly shard: ShardFacts | null;
  /** True when it takes the place of an unfinished run: that its rows go again was asked for. */
  readonly replaces: boolean;
}

/**
 * Settles how a run starts.
 *
 * @throws {UsageError} when its rows went to the target before, and nobody says that they are to go again.
 * @throws {CancelledError} when the person at the terminal has it left.
 */
export async function planStart(setup: JobSetup, subject: StartSubject): Promise<StartPlan> {
  const { source, targetId, input, shard, replaces } = subject;
  const destination = input.sink.destination.name;
  const find = () =>
    findImported(setup, {
      source,
      destination,
      target: targetKey(destination, targetId),
      mapping: input.mapping,
      shard,
    });
  const { again, restart, sandbox, dryRun } = setup.settings;
  const isMeant = again || restart || replaces;
  const asks = !sandbox && !dryRun && isProduction(targetId) && setup.questions !== null;
  // Whoever is asked is told of it, also where it is to go once more.
  const imported = isMeant && !asks ? null : await unlessStopped(setup.signals, find());
  let start: SourceMark | null = null;
  if (imported && !isMeant) {
    const decision = await decideImported(setup, source, imported);
    if (decision === "unchanged") {
      return { kind: "unchanged", result: unchanged(subject, imported) };
    }
    if (decision === "new-rows" && imported.kind === "grown") start = { ...imported.at, row: 0 };
  }
  if (asks && setup.questions) {
    const departure = await departureOf(setup, subject, start?.offset);
    const unfinished = replaces ? "An unfinished run of it may have sent rows there before." : null;
    const before = imported ? `${describeImported(source, imported)}.` : unfinished;
    if (!await setup.questions.production({ ...departure, before, resumes: false })) {
      throw new CancelledError();
    }
  }
  return { kind: "start", start };
}

/** Which rows go where, and for how long. */
export async function departureOf(
  setup: Pick<JobSetup, "io" | "settings" | "flags">,
  { source, targetId, input, reading, shard }: Omit<StartSubject, "replaces">,
  from = 0,
): Promise<Omit<Departure, "before" | "resumes">> {
  const { destination } = input.sink;
  const found = shard ? null : await estimateRows(setup.io, source.path, reading, from);
  const most = setup.settings.stopAfter ?? Infinity;
  const rows = found && Math.min(found.rows, most);
  const { rowsPerSecond } = limitsFor(destination, setup);
  const rate = setup.settings.rate ?? rowsPerSecond;
  return {
    source: source.name,
    destination: destination.name,
    target: targetId,
    rows,
    isExact: found !== null && (found.isExact || found.rows >= most),
    seconds: rows === null || rate === null ? null : rows / rate,
  };
}

function unchanged(
  { source, targetId, input }: StartSubject,
  imported: Imported,
): RunResult {
  const { folder, run } = imported.run;
  return {
    command: "import",
    stop: null,
    unchanged: describeImported(source, imported),
    runId: run.runId,
    destination: input.sink.destination.name,
    target: targetId,
    source: source.given,
    sandbox: false,
    dryRun: false,
    ...NOTHING_DONE,
    files: {
      checkpoint: `${folder}/checkpoint.jsonl`,
      rejected: null,
      unknown: null,
      errors: null,
    },
  };
}
