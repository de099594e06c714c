/**
 * What the checkpoint's tests share: an outside in memory, and spans of a made-up source.
 *
 * @module
 */

import { type TargetId, targetKey } from "../../src/model/target.ts";
import { createHash } from "node:crypto";
import { createRun, type RunOptions } from "../../src/checkpoint/create.ts";
import type { Journal } from "../../src/checkpoint/journal.ts";
import { openRun } from "../../src/checkpoint/reopen.ts";
import type { RunState } from "../../src/checkpoint/replay.ts";
import { newIdPrefix } from "../../src/checkpoint/folders.ts";
import type { RunScope } from "../../src/model/run_scope.ts";
import type { SourceFacts, Totals } from "../../src/checkpoint/lines.ts";
import type { Io } from "../../src/io.ts";
import type { Settled } from "../../src/model/outcome.ts";
import type { Problem, Rejection } from "../../src/model/problem.ts";
import type { Place, RowRanges } from "../../src/model/row.ts";
import { FaultyFiles } from "../support/faulty_files.ts";

/** An outside with nothing but files, a clock and chance that are the same in every run. */
export function testIo(files: FaultyFiles, sleep: Io["sleep"] = sleepForever): Io {
  let id = 0;
  let time = Date.UTC(2026, 10, 21, 18, 15);
  const given: Partial<Io> = {
    files,
    sleep,
    pid: 4711,
    now: () => time += 1000,
    monotonic: () => time,
    randomBytes: (length) => new Uint8Array(length).fill(++id),
  };
  return given as Io;
}

/** Until the wait is called off: no background sync. */
export function sleepForever(_ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal?.addEventListener("abort", () => resolve()));
}

/** No wait: a background sync after every span. */
export function sleepAtOnce(): Promise<void> {
  return Promise.resolve();
}

export const HEADER = "id,name\n";
const encoder = new TextEncoder();

/** The text of row n in the source. */
export function rowText(row: number): string {
  return `${row},name of ${row}\n`;
}

/** The offset after row n. */
export function offsetAfter(row: number): number {
  let offset = HEADER.length;
  for (let n = 1; n <= row; n++) offset += rowText(n).length;
  return offset;
}

/** What becomes of a row. */
export type Fate = "accepted" | "filtered" | "invalid" | "refused" | "unknown";

/** Fates that cover every outcome, by row number. */
export function fateOf(row: number): Fate {
  const fates: Fate[] = ["accepted", "invalid", "accepted", "refused", "filtered", "unknown"];
  return fates[row % fates.length] ?? "accepted";
}

function testPlace(number: number): Place {
  const block = { text: "", offset: 0, unitBytes: 1, bigEndian: false } as const;
  return { number, line: number + 1, start: 0, end: offsetAfter(number), block };
}

/** A settled span with the bytes of the rows that were not delivered. */
export function settledSpan(
  rows: RowRanges,
  fate: (row: number) => Fate = fateOf,
): { settled: Settled; rejections: Rejection[]; unknown: Rejection[] } {
  const numbers = rows.flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, index) => first + index)
  );
  const having = (...fates: Fate[]) => numbers.filter((row) => fates.includes(fate(row)));
  const problem = { code: "bad-row", column: "name", message: "it is bad" };
  const rejection = (row: number, problem: Problem): Rejection => ({
    row,
    line: row + 1,
    stage: fate(row) === "invalid" ? "check" : "send",
    problems: [problem],
    raw: encoder.encode(rowText(row)),
  });
  const rejections = having("invalid", "refused").map((row) => rejection(row, problem));
  const last = numbers.at(-1) ?? 0;
  return {
    rejections,
    unknown: having("unknown").map((row) => rejection(row, { ...problem, column: null })),
    settled: {
      span: {
        rows,
        rejections: rejections.filter(({ stage }) => stage === "check"),
        filtered: having("filtered").map((row) => ({ first: row, last: row, rule: "min-age" })),
        at: {
          row: last,
          line: last + 2,
          offset: offsetAfter(last),
          digest: createHash("sha256").update(`${last}`).digest("hex"),
        },
      },
      accepted: having("accepted").length,
      refused: having("refused").map((row) => ({ place: testPlace(row), problem })),
      unknown: having("unknown").map((row) => ({ place: testPlace(row), problem })),
    },
  };
}

/** Records a span. */
export function append(journal: Journal, rows: RowRanges): Promise<void> {
  const { settled, rejections, unknown } = settledSpan(rows);
  return journal.append(settled, rejections, unknown);
}

/** The totals of a run over the rows that its journal counts. */
export function totalsOf(journal: Journal, pending = 0): Totals {
  const { accepted, filtered, rejected, unknown } = journal.counts;
  const read = accepted + filtered + rejected + unknown + pending;
  return {
    rows: { read, accepted, filtered, rejected, unknown, pending },
    requests: { sent: 3, retried: 0 },
    bytesSent: 100,
    durationMs: 5,
  };
}

/** Where the rows of tests' runs go. */
const TARGET: TargetId = { address: "https://api.example", environment: "development" };

/** A source of which nothing but its path matters. */
export function sourceAt(
  path: string,
  lane: Partial<RunScope> = {},
  destination = "mparticle",
): SourceFacts {
  const start = { row: 0, offset: 0, line: 1 };
  const shard = lane.shard ? { ...lane.shard, start, end: 0, digest: "" } : null;
  const target = targetKey(destination, TARGET);
  return { path, sandbox: lane.sandbox ?? false, kind: "file", size: null, shard, target };
}

/** What a run is started with; `/data/in.csv` to mparticle unless told. */
export function runOptions(io: Io, more: Partial<RunOptions> = {}): RunOptions {
  return {
    logDir: "/log",
    source: { ...sourceAt("/data/in.csv"), size: 1000 },
    destination: "mparticle",
    target: TARGET,
    settings: { single: false },
    idPrefix: newIdPrefix(io),
    mapping: { file: null, digest: "d".repeat(64) },
    header: {
      bytes: encoder.encode(HEADER),
      lineEnd: encoder.encode("\n"),
      end: { row: 0, line: 2, offset: HEADER.length },
      reader: { encoding: "utf-8", delimiter: "," },
    },
    rejectedFolder: null,
    parent: null,
    sameRows: false,
    ...more,
  };
}

/** Opens a run and goes on with it. */
export async function reopenRun(
  io: Io,
  folder: string,
): Promise<{ journal: Journal; state: RunState }> {
  const { state, goOn } = await openRun(io, folder);
  return { journal: await goOn(), state };
}

/** A new disk with a started run. */
export async function startedRun(
  more: Partial<RunOptions> = {},
  sleep: Io["sleep"] = sleepForever,
): Promise<{ files: FaultyFiles; io: Io; journal: Journal }> {
  const files = new FaultyFiles();
  const io = testIo(files, sleep);
  return { files, io, journal: await createRun(io, runOptions(io, more)) };
}
