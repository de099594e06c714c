/**
 * Processes that import one made-up file in memory, are killed, and go on, with a memory of which
 * rows they sent.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { createRun } from "../../src/checkpoint/create.ts";
import type { Journal } from "../../src/checkpoint/journal.ts";
import { Replay, type RunState } from "../../src/checkpoint/replay.ts";
import { isResumable, listRuns, unfinishedRuns } from "../../src/checkpoint/runs.ts";
import type { Io } from "../../src/io.ts";
import type { RowRanges } from "../../src/model/row.ts";
import { FaultyFiles } from "../support/faulty_files.ts";
import {
  append,
  fateOf,
  HEADER,
  reopenRun,
  rowText,
  runOptions,
  sourceAt,
  testIo,
  totalsOf,
} from "./support.ts";

/** How the processes work. */
export interface Plan {
  readonly sleep: Io["sleep"];
  /** Rows of the file, as each process in turn finds it; the last number holds for all later ones. */
  readonly rows: readonly number[];
  readonly spanRows: number;
  readonly inFlight: number;
  /** Spans after which each process stops in good order; processes beyond the list don't. */
  readonly stops: readonly number[];
  readonly rejectedFolder: string | null;
}

/** A disk, and what the processes on it did. */
export interface World {
  readonly plan: Plan;
  readonly files: FaultyFiles;
  readonly io: Io;
  /** Rows whose `append` has returned. */
  readonly settled: Set<number>;
  /** Rows that were sent again although their `append` had returned. */
  readonly repeated: Set<number>;
}

/** An empty disk. */
export function newWorld(plan: Plan): World {
  const files = new FaultyFiles();
  const io = testIo(files, plan.sleep);
  return { plan, files, io, settled: new Set(), repeated: new Set() };
}

/** What the n-th process does: goes on with the run or starts it. True when it came to the end. */
export async function runProcess(world: World, attempt: number): Promise<boolean> {
  const { io, plan } = world;
  // A process that dies while it records the end has nothing left to do.
  if ((await listRuns(io, "/log")).some(({ standing }) => standing === "completed")) return true;
  const [unfinished] = await unfinishedRuns(io, "/log", sourceAt("/data/in.csv"), "mparticle");
  let journal: Journal;
  let state: RunState | null = null;
  if (unfinished) {
    assert(isResumable(unfinished), unfinished.reason ?? unfinished.standing);
    ({ journal, state } = await reopenRun(io, unfinished.folder));
  } else {
    journal = await createRun(io, runOptions(io, { rejectedFolder: plan.rejectedFolder }));
  }
  const spans = spansToDo(plan.rows[attempt] ?? plan.rows.at(-1) ?? 0, plan.spanRows, state);
  const stopAfter = plan.stops[attempt] ?? Infinity;
  let next = 0;
  const workers = Array.from({ length: plan.inFlight }, async (_, worker) => {
    while (next < spans.length && next < stopAfter) {
      const span = spans[next++] ?? [];
      forEachRow(span, (row) => world.settled.has(row) && world.repeated.add(row));
      // The first worker's answers come late, so that spans settle out of order.
      for (let turn = worker === 0 ? 23 : 0; turn > 0; turn--) await null;
      await append(journal, span);
      forEachRow(span, (row) => world.settled.add(row));
    }
  });
  for (const result of await Promise.allSettled(workers)) {
    if (result.status === "rejected") throw result.reason;
  }
  const stopped = next < spans.length;
  if (stopped) await journal.stop("told to", totalsOf(journal));
  else await journal.end(totalsOf(journal));
  await journal.close();
  return !stopped;
}

function forEachRow(rows: RowRanges, visit: (row: number) => void): void {
  for (const [first, last] of rows) for (let row = first; row <= last; row++) visit(row);
}

/** The rows that are left, as the reader comes upon them from where it goes on. */
function spansToDo(rows: number, spanRows: number, state: RunState | null): RowRanges[] {
  const spans: [number, number][][] = [];
  let taken = spanRows;
  for (let row = (state?.resumeAt?.row ?? 0) + 1; row <= rows; row++) {
    if (state?.settled.has(row)) continue;
    if (taken === spanRows) {
      spans.push([]);
      taken = 0;
    }
    const span = spans.at(-1);
    const range = span?.at(-1);
    if (range?.[1] === row - 1) range[1] = row;
    else span?.push([row, row]);
    taken++;
  }
  return spans;
}

/** Lets processes run, the n-th killed at its n-th operation number, until one comes to the end. */
export async function runToTheEnd(
  world: World,
  kills: readonly number[],
  afterKill: () => void = () => {},
): Promise<void> {
  for (let attempt = 0;; attempt++) {
    world.files.restart();
    const kill = kills[attempt];
    world.files.fault = (operation) => operation === kill ? "kill" : null;
    try {
      if (await runProcess(world, attempt)) return;
    } catch (error) {
      if (!world.files.dead) throw error;
      for (let turn = 0; turn < 100; turn++) await null; // What the dead one began comes to an end.
      afterKill();
    }
  }
}

/** Every row has the one outcome that it would have had undisturbed, on disk and once. */
export async function assertOutcome({ files, io, plan, settled }: World): Promise<void> {
  files.restart();
  const runs = (await listRuns(io, "/log")).filter(({ standing }) => standing === "completed");
  const [run, ...others] = runs;
  if (!run || others.length > 0) throw new Error(`${runs.length} runs are complete`);
  const replay = new Replay();
  replay.push(new TextEncoder().encode(files.text(run.files.checkpoint ?? "") ?? ""));
  const replayed = replay.finish();
  if (replayed.kind !== "state") throw new Error(replayed.kind);
  const last = replayed.state.watermark;
  assert(plan.rows.includes(last), `${last} rows are settled`);
  assert([...settled].every((row) => row <= last));
  assertEquals(replayed.state.settled.ranges, [[1, last]]);
  const rows = Array.from({ length: last }, (_, index) => index + 1);
  const having = (...fates: string[]) => rows.filter((row) => fates.includes(fateOf(row)));
  assertEquals(replayed.state.counts, {
    accepted: having("accepted").length,
    filtered: having("filtered").length,
    rejected: having("invalid", "refused").length,
    unknown: having("unknown").length,
  });
  const rejected = having("invalid", "refused");
  const { rejected: rejectedPath, unknown: unknownPath } = run.files;
  for (
    const [path, rows] of [[rejectedPath, rejected], [unknownPath, having("unknown")]] as const
  ) {
    const csv = files.text(path ?? "") ?? HEADER;
    assert(csv.startsWith(HEADER));
    const lines = csv.slice(HEADER.length).split(/(?<=\n)/).filter((line) => line !== "");
    assertEquals(lines.toSorted(), rows.map(rowText).toSorted());
  }
  const errors = (files.text(run.files.errors ?? "") ?? "").split("\n").filter((line) =>
    line !== ""
  )
    .map((line) => JSON.parse(line).row as number);
  assertEquals(errors.toSorted((a, b) => a - b), having("invalid", "refused", "unknown"));
  const { rejectedFolder } = plan;
  if (rejectedFolder && rejected.length > 0) {
    assert(run.files.rejected?.startsWith(`${rejectedFolder}/`));
  }
}
