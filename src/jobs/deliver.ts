/**
 * Carries a run to its end, from its first row or from where it stopped: spans go out, outcomes come
 * back, and each is recorded before it counts.
 *
 * @module
 */

import type { PrefixDigest } from "../checkpoint/digest.ts";
import { EventFile } from "../checkpoint/event_file.ts";
import type { Journal } from "../checkpoint/journal.ts";
import type { ShardFacts } from "../checkpoint/lines.ts";
import type { RunState } from "../checkpoint/replay.ts";
import { existingPaths } from "../checkpoint/summarize.ts";
import type { ProblemColumn } from "../csv/problem_column.ts";
import type { CsvReader } from "../csv/reader.ts";
import { Batcher } from "../delivery/batcher.ts";
import { createDelivery, type DeliveryOptions } from "../delivery/sender.ts";
import { ProblemGroups } from "../report/problem_groups.ts";
import type { RowPlace, RunResult } from "../report/summary.ts";
import { Tally } from "../report/tally.ts";
import type { Refusal, RunPaths, Settled } from "../model/outcome.ts";
import type { Rejection } from "../model/problem.ts";
import type { Observer } from "../model/run_events.ts";
import { describeTarget, type TargetId } from "../model/target.ts";
import { accountKey, type BatchedLimits, deliveryOptions } from "./delivery_options.ts";
import { type DecidableInput, rowsOf } from "./decided.ts";
import { createDryDelivery } from "./dry_delivery.ts";
import { createDump } from "./dump.ts";
import { recordEnding, sourceAtEnd, stopOfEnd, tooManyErrors } from "./ending.ts";
import { rowsInDoubt, tellRecovery } from "./recovery.ts";
import { goesOnBehind, tellEnd } from "./growth.ts";
import type { Input } from "./input.ts";
import { filesRead } from "./output_file.ts";
import type { JobSetup } from "./setup.ts";
import { revealed, type Variables } from "../model/secret.ts";
import type { Source } from "./source.ts";
import { rejectionOf, SpanSource } from "./spans.ts";
import { separateSecrets, type Target } from "./target.ts";

/** Where outcomes are recorded: a journal on disk, or nothing but memory. */
export type RunRecord =
  & Pick<Journal, "full" | "append" | "sent" | "returned" | "stop" | "end" | "close">
  & {
    readonly runId: string | null;
    /** Null where nothing is kept. */
    readonly folder: string | null;
    readonly files: RunPaths;
  };

/** Everything a run is made of. */
export interface RunParts {
  readonly setup: JobSetup;
  readonly command: RunResult["command"];
  readonly source: Source;
  readonly target: Target;
  /** Null for a run of which that can't be told. */
  readonly targetId: TargetId | null;
  /** The destination's variables, secrets too. */
  readonly variables: Variables;
  readonly input: Pick<Input, "mapping" | "sink" | "size"> & {
    readonly reader: DecidableInput["reader"] & Partial<Pick<CsvReader, "leftOut">>;
  };
  readonly journal: RunRecord;
  /** Says in `rejected.csv` what is wrong with each row; null where it doesn't. */
  readonly problems: ProblemColumn | null;
  /** The destination's limits, with the batch size that was asked for. */
  readonly limits: BatchedLimits;
  /** Of the source's bytes; null where no one will resume, and for a shard, which has its own. */
  readonly digest: PrefixDigest | null;
  /** The part of the file that the run is about, where it isn't all of it. */
  readonly shard?: ShardFacts | null;
  /** What earlier parts of the run came to; null for a new run. */
  readonly earlier: RunState | null;
}

/**
 * Delivers what is left of a run. Records and closes the journal, however it ends.
 *
 * @throws whatever is neither a row's fault nor a reason to stop: the run can be resumed after it.
 */
export async function deliverRun(parts: RunParts): Promise<RunResult> {
  const { journal, setup: { io } } = parts;
  const events = journal.folder === null ? null : await EventFile.open(io, journal.folder);
  const { observer } = parts.setup;
  const both: Observer = (event) => {
    observer(event);
    events?.observe(event);
  };
  try {
    return await deliver({ ...parts, setup: { ...parts.setup, observer: both } });
  } catch (error) {
    events?.observe({ kind: "failed" });
    throw error;
  } finally {
    events?.close();
    await journal.close();
  }
}

async function deliver(parts: RunParts): Promise<RunResult> {
  const { setup, target, input, journal, shard, earlier } = parts;
  const { io, settings, signals, log, observer } = setup;
  log.redact(Object.values(separateSecrets(parts.variables).secrets).map(revealed));
  const tally = new Tally(earlier ? { ...earlier.counts, filteredBy: {} } : undefined);
  const rejectedBy = new ProblemGroups<RowPlace>();
  const first = shard?.start.offset ?? 0;
  const begin = tellStart(parts, tally);

  const startedMs = io.monotonic();
  const spans = openSpans(parts, tally);
  let { offset } = begin;
  let mark = earlier?.settledTo ?? null;
  const dump = await createDump(io.files, settings.dump, filesRead(settings, target, parts.source));
  const options: DeliveryOptions = {
    ...deliveryOptions(input.sink.destination, setup),
    account: setup.accounts.of(io, accountKey(input.sink.destination, parts.variables)),
    acceptedBefore: (earlier?.counts.accepted ?? 0) > 0,
    next: () => spans.next(),
    ack: async (settled) => {
      await recordSettled(parts, settled, rejectedBy);
      tally.add(settled);
      spans.countRefused(settled.refused.length);
      const { at } = settled.span;
      if (at.offset >= (mark?.offset ?? 0)) mark = at;
      offset = Math.max(offset, at.offset - first);
      const counts = tally.counts();
      const { inFlight, retried, timeMs } = delivery.numbers();
      const rows = counts.read - counts.pending;
      const { rejected } = counts;
      observer({ kind: "settled", rows, rejected, counts, offset, inFlight, retried, timeMs });
      const isTooMuch = settled.refused.length > 0 && spans.tooManyErrors;
      if (journal.full || isTooMuch) throw journal.full ?? tooManyErrors(settings);
    },
    requestLog: journal,
    stop: signals.stop,
    kill: signals.kill,
    observer,
  };
  const delivery = settings.dryRun ? createDryDelivery(options, dump) : createDelivery(io, options);
  const end = await delivery.run().finally(() => dump?.close());
  const durationMs = io.monotonic() - startedMs;

  const { sent, retried, bytesSent } = end.numbers;
  const counts = { rows: tally.counts(), requests: { sent, retried }, bytesSent };
  const stop = await recordEnding(journal, stopOfEnd(end, spans, setup), {
    ...counts,
    durationMs: Math.round(durationMs),
    source: sourceAtEnd(parts, mark, spans.half !== null),
  });
  const { latencyMs, timeMs } = end.numbers;
  const filteredBy = tally.filteredBy();
  await tellEnd(parts, spans.half, {
    ...{ stop, rows: counts.rows, durationMs },
    traffic: { requests: counts.requests, bytesSent, latencyMs, timeMs, filteredBy },
  });
  return {
    ...describeRun(parts),
    ...counts,
    stop,
    filteredBy,
    rejectedBy: rejectedBy.list(),
    leftOut: input.reader.leftOut?.(),
    durationMs,
    rowsPerSecond: (settledRows(tally) - begin.rows) / (durationMs / 1000),
    latencyMs: latencyMs ?? undefined,
    timeMs: timeMs ?? undefined,
    files: await existingPaths(io.files, journal.files),
  };
}

/** Tells the observers what is taken in hand, and returns where it begins. */
function tellStart(
  parts: RunParts,
  tally: Tally,
): { readonly rows: number; readonly offset: number } {
  const { setup, command, targetId, source, input, journal, shard, earlier } = parts;
  const first = shard?.start.offset ?? 0;
  const begin = {
    rows: settledRows(tally),
    offset: (earlier?.resumeAt?.offset ?? first) - first,
  };
  setup.observer({
    kind: "started",
    command,
    source: source.name,
    destination: input.sink.destination.name,
    target: describeTarget(input.sink.destination.name, targetId),
    runId: journal.runId,
    resumed: earlier !== null,
    ...begin,
    counts: tally.counts(),
    size: shard ? shard.end - first : input.size,
    confirms: setup.settings.dryRun ? undefined : input.sink.destination.confirms,
  });
  tellRecovery(parts);
  return begin;
}

type RunDescription = Pick<
  RunResult,
  | "command"
  | "runId"
  | "destination"
  | "target"
  | "source"
  | "shard"
  | "confirms"
  | "sandbox"
  | "dryRun"
  | "settings"
  | "explainsRejected"
>;

/** What a result tells of its run that was known from the start. */
function describeRun(parts: RunParts): RunDescription {
  const { command, journal, input, source, shard, targetId, setup: { settings } } = parts;
  return {
    command,
    runId: journal.runId,
    destination: input.sink.destination.name,
    target: targetId,
    source: command === "send" ? null : source.given,
    shard: shard && {
      index: shard.index,
      count: shard.count,
      startByte: shard.start.offset,
      endByte: shard.end,
      startLine: shard.start.line,
    },
    confirms: input.sink.destination.confirms,
    sandbox: settings.sandbox ?? false,
    dryRun: settings.dryRun ?? false,
    settings,
    explainsRejected: parts.problems !== null,
  };
}

/** The rows that are left, on their way to the sender. */
function openSpans(parts: RunParts, tally: Tally): SpanSource {
  const { setup, input, limits, digest, earlier } = parts;
  const { reader, mapping, sink } = input;
  const inDoubt = rowsInDoubt(parts) ?? undefined;
  return new SpanSource({
    reader: inDoubt === undefined ? rowsOf(input, limits, setup.settings) : reader,
    mapping,
    sink,
    batcher: new Batcher(
      { ...limits, frame: sink.destination.frame },
      (position) => ({ ...position, digest: digest?.at(position.offset) ?? "" }),
    ),
    settled: earlier ? (row) => earlier.settled.has(row) : undefined,
    inDoubt,
    isHalf: (row) => goesOnBehind(parts, row),
    maxErrors: setup.settings.maxErrors,
    stopAfter: setup.settings.stopAfter,
    dropWhenExceeded: true,
    earlier: tally.counts(),
    onRead: (rows) => tally.read(rows),
  });
}

/** Rows that have their outcome. */
function settledRows(tally: Tally): number {
  const { read, pending } = tally.counts();
  return read - pending;
}

/** Puts what came of rows on record, and counts why they were rejected. */
async function recordSettled(
  { journal, problems }: RunParts,
  settled: Settled,
  rejectedBy: ProblemGroups<RowPlace>,
): Promise<void> {
  const rejections = rejectionsOf(settled);
  await journal.append(
    settled,
    problems ? rejections.map((each) => ({ ...each, raw: problems.row(each) })) : rejections,
    settled.unknown.map(notDelivered),
  );
  for (const { row, line, problems: [first] } of rejections) {
    if (first) rejectedBy.add(first, () => ({ row, line: first.line ?? line }));
  }
}

/** Every row of a settled span that was rejected at any stage, in source order. */
function rejectionsOf({ span, refused }: Settled): readonly Rejection[] {
  if (refused.length === 0) return span.rejections;
  const bySender = refused.map(notDelivered);
  return [...span.rejections, ...bySender].sort((a, b) => a.row - b.row);
}

/** A row that was sent in vain, with its bytes. */
function notDelivered({ place, problem }: Refusal): Rejection {
  return rejectionOf(place, "send", [problem]);
}
