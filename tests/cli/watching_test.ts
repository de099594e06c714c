import { assert, assertEquals, assertMatch } from "@std/assert";
import { watch } from "../../src/cli/watching.ts";
import { withDefaults } from "../../src/config/resolve.ts";
import type { RunEvent } from "../../src/model/run_events.ts";
import { FakeClock } from "../support/fake_clock.ts";

const STARTED: RunEvent = {
  kind: "started",
  command: "import",
  source: "rows.csv",
  destination: "mparticle",
  target: "mparticle at https://api.example",
  runId: "20261121T181500Z-3f9c",
  resumed: false,
  rows: 0,
  offset: 0,
  size: 1_000,
};

const counts = { read: 40, accepted: 36, filtered: 1, rejected: 3, unknown: 0, pending: 0 };
const SETTLED: RunEvent = {
  kind: "settled",
  rows: 40,
  rejected: 3,
  counts,
  offset: 200,
  inFlight: 0,
  retried: 0,
};

/** What stands on standard error of a run that settled some rows and then goes on for 25 seconds. */
async function seen(
  settings: Record<string, unknown>,
  { isTerminal = false, env = {} }: { isTerminal?: boolean; env?: Record<string, string> } = {},
): Promise<string> {
  let text = "";
  const clock = new FakeClock();
  const stderr = { isTerminal, columns: 80, write: (more: string) => void (text += more) };
  const io = { ...clock, stderr, now: clock.now, monotonic: clock.monotonic, env: () => env };
  const watching = await watch({ ...io, startTimer: clock.startTimer }, withDefaults(settings));
  watching.observer(STARTED);
  watching.observer(SETTLED);
  clock.advance(25_000);
  watching[Symbol.dispose]();
  return text;
}

const LINE = "20 % · 36 accepted · 3 rejected · 1 filtered";

Deno.test("without a terminal progress is a line of the log every ten seconds, whatever is logged", async () => {
  for (const logLevel of ["WARNING", "CRITICAL"]) {
    const lines = (await seen({ logLevel })).trimEnd().split("\n");
    assertEquals(lines.length, 2);
    for (const line of lines) {
      assertMatch(line, /^\d{4}-\d\d-\d\dT[\d:.]+Z \[INFO\] rowferry\.progress: /);
      assert(line.includes(LINE), line);
    }
  }
});

Deno.test("in a JSON log progress is a record with its numbers and the run's names", async () => {
  for (const isTerminal of [false, true]) {
    const [first = "", ...others] = (await seen({ logFormat: "json" }, { isTerminal })).trimEnd()
      .split("\n");
    assertEquals(others.length, 1);
    const { level, logger, message, properties } = JSON.parse(first);
    assertEquals([level, logger], ["INFO", "rowferry.progress"]);
    assert(message.startsWith(LINE), message);
    assertEquals(properties.counts, counts);
    const { run, source, target, offset, size } = properties;
    assertEquals([run, source, target, offset, size], [
      "20261121T181500Z-3f9c",
      "rows.csv",
      "mparticle at https://api.example",
      200,
      1_000,
    ]);
  }
});

Deno.test("at a dumb terminal lines are added, and none is redrawn", async () => {
  const text = await seen({}, { isTerminal: true, env: { TERM: "dumb" } });
  assertEquals(text.split("\n").length, 3);
  assert(!text.includes("\x1b") && !text.includes("\r"), JSON.stringify(text));
  assert((await seen({}, { isTerminal: true, env: { TERM: "xterm" } })).includes("\x1b[2K"));
});

Deno.test("--no-progress and --quiet show none, at a terminal or not", async () => {
  for (const settings of [{ noProgress: true }, { quiet: true }]) {
    for (const isTerminal of [false, true]) {
      assertEquals(await seen(settings, { isTerminal }), "");
    }
  }
});
