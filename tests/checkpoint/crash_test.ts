import { assert, assertEquals } from "@std/assert";
import { createRun } from "../../src/checkpoint/create.ts";
import type { Journal } from "../../src/checkpoint/journal.ts";
import { Replay, type RunState } from "../../src/checkpoint/replay.ts";
import { reopenRun } from "../../src/checkpoint/reopen.ts";
import { isResumable, listRuns, unfinishedRuns } from "../../src/checkpoint/runs.ts";
import type { Io } from "../../src/io.ts";
import type { RowRanges } from "../../src/types.ts";
import { FaultyFiles } from "../support/faulty_files.ts";
import {
  fateOf,
  HEADER,
  rowText,
  runOptions,
  settle,
  sleepAtOnce,
  sleepForever,
  testIo,
  totalsOf,
} from "./support.ts";

const ROWS = 24;
const SPAN_ROWS = 4;
const STOP_AFTER_SPANS = 3;

interface World {
  readonly files: FaultyFiles;
  readonly io: Io;
  readonly rejectedFolder: string | null;
  /** Rows whose `settle` has returned. */
  readonly settled: Set<number>;
  /** Rows that were sent again although their `settle` had returned. */
  readonly repeated: Set<number>;
  readonly ids: Set<string>;
}

function newWorld(sleep: Io["sleep"], rejectedFolder: string | null = null): World {
  const files = new FaultyFiles();
  const io = testIo(files, sleep);
  return { files, io, rejectedFolder, settled: new Set(), repeated: new Set(), ids: new Set() };
}

/** What a process does: goes on with the run or starts it; the first one stops in good order. */
async function runProcess(world: World, stops: boolean): Promise<void> {
  const { io } = world;
  // A process that dies while it records the end has nothing left to do.
  if ((await listRuns(io, "/log")).some(({ standing }) => standing === "completed")) return;
  const [unfinished] = await unfinishedRuns(io, "/log", "/data/in.csv", "mparticle");
  let journal: Journal;
  let state: RunState | null = null;
  if (unfinished) {
    assert(isResumable(unfinished), unfinished.reason ?? unfinished.standing);
    ({ journal, state } = await reopenRun(io, unfinished.folder));
  } else {
    const { rejectedFolder } = world;
    journal = await createRun(io, runOptions(io, { rejectedFolder }));
  }
  world.ids.add(journal.run.idPrefix);
  const spans = spansToDo(state);
  for (let index = 0; index < spans.length; index += 2) {
    if (stops && index >= STOP_AFTER_SPANS) {
      await journal.stop("told to", totalsOf(journal));
      return await journal.close();
    }
    // Two requests in flight, and the later one is answered first.
    const pair = spans.slice(index, index + 2).reverse();
    for (const span of pair) forEachRow(span, (row) => noteSent(world, row));
    const results = await Promise.allSettled(pair.map(async (span) => {
      await settle(journal, span);
      forEachRow(span, (row) => world.settled.add(row));
    }));
    for (const result of results) if (result.status === "rejected") throw result.reason;
  }
  await journal.end(totalsOf(journal));
  await journal.close();
}

function noteSent(world: World, row: number): void {
  if (world.settled.has(row)) world.repeated.add(row);
}

function forEachRow(rows: RowRanges, visit: (row: number) => void): void {
  for (const [first, last] of rows) for (let row = first; row <= last; row++) visit(row);
}

/** The rows that are left, as the reader comes upon them from where it goes on. */
function spansToDo(state: RunState | null): RowRanges[] {
  const spans: [number, number][][] = [];
  for (let row = (state?.resumeAt?.row ?? 0) + 1; row <= ROWS; row++) {
    if (state?.settled.has(row)) continue;
    const span = spans.at(-1);
    const taken = span?.reduce((sum, [first, last]) => sum + last - first + 1, 0) ?? SPAN_ROWS;
    if (!span || taken === SPAN_ROWS) spans.push([[row, row]]);
    else if (span.at(-1)?.[1] === row - 1) span[span.length - 1] = [span.at(-1)?.[0] ?? row, row];
    else span.push([row, row]);
  }
  return spans;
}

/** Lets processes run, each killed as `fault` says, until one comes to the end. */
async function runToTheEnd(
  world: World,
  kills: readonly number[],
  afterKill: () => void = () => {},
): Promise<void> {
  for (let attempt = 0;; attempt++) {
    world.files.restart();
    const kill = kills[attempt];
    world.files.fault = (operation) => operation === kill ? "kill" : null;
    try {
      await runProcess(world, attempt === 0);
    } catch (error) {
      if (!world.files.dead) throw error;
      for (let turn = 0; turn < 100; turn++) await null; // What the dead one began comes to an end.
      afterKill();
      continue;
    }
    if (attempt > 0 && kill === undefined) return;
  }
}

/** Every row has the one outcome that it would have had undisturbed, on disk and once. */
async function assertOutcome({ files, io, rejectedFolder, ids }: World): Promise<void> {
  const runs = (await listRuns(io, "/log")).filter(({ standing }) => standing === "completed");
  const [run, ...others] = runs;
  if (!run || others.length > 0) throw new Error(`${runs.length} runs are complete`);
  const replay = new Replay();
  replay.push(new TextEncoder().encode(files.text(run.files.checkpoint) ?? ""));
  const replayed = replay.finish();
  if (replayed.kind !== "state") throw new Error(replayed.kind);
  assertEquals(replayed.state.settled.ranges, [[1, ROWS]]);
  const rows = Array.from({ length: ROWS }, (_, index) => index + 1);
  const having = (...fates: string[]) => rows.filter((row) => fates.includes(fateOf(row)));
  assertEquals(replayed.state.counts, {
    accepted: having("accepted").length,
    filtered: having("filtered").length,
    rejected: having("invalid", "refused").length,
    unknown: having("unknown").length,
  });
  const csv = files.text(run.files.rejected ?? "") ?? "";
  assert(csv.startsWith(HEADER));
  const lines = csv.slice(HEADER.length).split(/(?<=\n)/);
  assertEquals(lines.toSorted(), having("invalid", "refused").map(rowText).toSorted());
  const errors = (files.text(run.files.errors ?? "") ?? "").trim().split("\n")
    .map((line) => JSON.parse(line).row as number);
  assertEquals(errors.toSorted((a, b) => a - b), having("invalid", "refused", "unknown"));
  assert(ids.has(run.run?.idPrefix ?? ""));
  if (rejectedFolder !== null) assert(run.files.rejected?.startsWith(`${rejectedFolder}/`));
}

/** How many operations an undisturbed first or second process takes. */
async function countOperations(sleep: Io["sleep"], folder: string | null): Promise<number> {
  const world = newWorld(sleep, folder);
  await runProcess(world, true);
  const first = world.files.operations.length;
  world.files.restart();
  await runProcess(world, false);
  return Math.max(first, world.files.operations.length);
}

for (const [syncs, sleep] of [["few", sleepForever], ["many", sleepAtOnce]] as const) {
  for (const folder of [null, "/failed"]) {
    const where = folder === null ? "the run's folder" : "another folder";
    Deno.test(`a kill at any operation loses and repeats no settled row, with ${syncs} syncs and rejected rows in ${where}`, async () => {
      const operations = await countOperations(sleep, folder);
      for (let kill = 1; kill <= operations; kill++) {
        for (const kills of [[kill], [Infinity, kill]]) {
          const world = newWorld(sleep, folder);
          await runToTheEnd(world, kills);
          await assertOutcome(world);
          assertEquals([...world.repeated], [], `killed at ${kills}`);
        }
      }
    });
  }
}

Deno.test("two kills in a row lose and repeat no settled row", async () => {
  const operations = await countOperations(sleepForever, null);
  for (let first = 20; first <= operations; first += 3) {
    for (let second = 1; second <= operations; second += 2) {
      const world = newWorld(sleepForever);
      await runToTheEnd(world, [first, second]);
      await assertOutcome(world);
      assertEquals([...world.repeated], [], `killed at ${first}, then ${second}`);
    }
  }
});

Deno.test("a power cut at any operation loses no row, whatever it leaves of what was not synced", async () => {
  for (const sleep of [sleepForever, sleepAtOnce]) {
    const operations = await countOperations(sleep, null);
    for (let cut = 1; cut <= operations; cut++) {
      for (let seed = 1; seed <= 12; seed++) {
        const random = seeded(cut * 100 + seed);
        const world = newWorld(sleep);
        await runToTheEnd(
          world,
          [seed % 2 ? cut : Infinity, cut],
          () => world.files.powerCut(random),
        );
        await assertOutcome(world);
      }
    }
  }
});

Deno.test("a power cut after a stop costs nothing", async () => {
  for (let seed = 1; seed <= 50; seed++) {
    const world = newWorld(sleepForever);
    await runProcess(world, true);
    world.files.kill();
    world.files.powerCut(seeded(seed));
    world.files.restart();
    await runProcess(world, false);
    await assertOutcome(world);
    assertEquals([...world.repeated], []);
  }
});

/** The same numbers in [0, 1) for the same seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
