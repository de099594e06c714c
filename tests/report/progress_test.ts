import { assert, assertEquals } from "@std/assert";
import type { Output } from "../../src/io.ts";
import type { RunEvent } from "../../src/model/run_events.ts";
import { Progress, type ProgressMode, progressMode } from "../../src/report/progress.ts";
import { type ProgressFacts, ProgressGauge } from "../../src/report/progress_facts.ts";
import { fit, progressText } from "../../src/report/progress_text.ts";
import { StatusLine } from "../../src/report/status_line.ts";
import { isDumb } from "../../src/text/terminal.ts";
import { FakeClock } from "../support/fake_clock.ts";

const ERASE = "\r\x1b[2K";

type EventOf<Kind extends RunEvent["kind"]> = Extract<RunEvent, { kind: Kind }>;

const STARTED: EventOf<"started"> = {
  kind: "started",
  command: "import",
  source: "rows.csv",
  destination: "mparticle",
  target: "mparticle",
  runId: null,
  resumed: false,
  rows: 0,
  offset: 0,
  size: 1_000_000,
};

const FAILED = { request: 1, attempt: 1, rows: 100, ms: 20, waitMs: 6_000 } as const;
const SENT: RunEvent = { kind: "sent", request: 1, attempt: 1, rows: 100, bytes: 1_000 };
const ANSWERED: RunEvent = {
  kind: "answered",
  ...FAILED,
  status: 202,
  outcome: "accepted",
  reason: null,
};

/** So many rows, each a thousandth of the file, have their outcome. */
function settled(rows: number, counts: Partial<EventOf<"settled">["counts"]> = {}): RunEvent {
  const all = { read: rows, filtered: 0, rejected: 0, unknown: 0, pending: 0, ...counts };
  const accepted = rows - all.filtered - all.rejected - all.unknown;
  return {
    kind: "settled",
    rows,
    rejected: all.rejected,
    counts: { ...all, accepted },
    offset: rows * 1_000,
    inFlight: 0,
    retried: 0,
  };
}

function refusedBy(status: number | null, reason: string): RunEvent {
  return { kind: "retry", ...FAILED, status, reason };
}

function pauseOf(ms: number): RunEvent {
  return {
    kind: "pause",
    cause: "rate-limit",
    reason: "mParticle answered 429; it said: Slow down",
    ms,
  };
}

/** What happens when, in seconds. */
type Story = readonly (readonly [second: number, ...events: RunEvent[]])[];

/** The line at a moment, after what happened until then. */
function lineAt(second: number, story: Story, columns?: number): string {
  const gauge = new ProgressGauge();
  for (const [at, ...events] of story) for (const event of events) gauge.note(event, at * 1_000);
  return progressText(gauge.facts(second * 1_000), columns);
}

/** An import of 100 rows a second, to the second. */
function steady(seconds: number): Story {
  return Array.from({ length: seconds }, (_, at) => [at + 1, SENT, ANSWERED, settled(100 * at)]);
}

Deno.test("the line tells the share, the outcomes, the pace and the time that is left", () => {
  const counts = { rejected: 6, filtered: 12, unknown: 1 };
  assertEquals(
    lineAt(5, [[0, STARTED], [1, SENT, SENT, ANSWERED], [5, settled(500, counts)]]),
    "50 % · 481 accepted · 6 rejected · 1 unknown · 12 filtered · 100 rows/s · 5 s left · 1 in flight",
  );
});

Deno.test("rows that an API only queues are called queued", () => {
  const story: Story = [[0, { ...STARTED, confirms: "queued" }], [4, settled(400)]];
  assertEquals(lineAt(4, story), "40 % · 400 queued · 100 rows/s · 6 s left");
});

Deno.test("below ten percent the share has a decimal, so that a long import is seen to move", () => {
  assertEquals(lineAt(0, [[0, STARTED, settled(42)]]), "4.2 % · 42 accepted");
  assertEquals(lineAt(0, [[0, STARTED, settled(99.99)]]).slice(0, 5), "9.9 %");
  assertEquals(lineAt(0, [[0, STARTED, settled(100)]]).slice(0, 4), "10 %");
  assertEquals(lineAt(0, [[0, STARTED, settled(999)]]).slice(0, 4), "99 %");
});

Deno.test("a check tells rows, and how many are invalid", () => {
  const story: Story = [
    [0, { ...STARTED, command: "validate" }],
    [2, { ...settled(200), counts: null, rejected: 3 } as RunEvent],
  ];
  assertEquals(lineAt(2, story), "20 % · 200 rows · 3 invalid · 100 rows/s · 8 s left");
});

Deno.test("what can't be known of standard input is left out: share and time", () => {
  const story: Story = [[0, { ...STARTED, size: null }], [4, settled(400)]];
  assertEquals(lineAt(4, story), "400 accepted · 100 rows/s");
});

Deno.test("pace and time left are those of the last ten seconds, not of the whole run", () => {
  const slow: Story = [[0, STARTED], [100, settled(100)], [105, settled(150)], [110, settled(300)]];
  assertEquals(lineAt(110, slow), "30 % · 300 accepted · 20 rows/s · 35 s left");
});

Deno.test("a resumed run's pace counts only what this part did", () => {
  const story: Story = [
    [0, { ...STARTED, resumed: true, rows: 400, offset: 400_000 }],
    [4, settled(600)],
  ];
  assertEquals(lineAt(4, story), "60 % · 600 accepted · 50 rows/s · 8 s left");
});

Deno.test("in the first moments neither pace nor time left is guessed", () => {
  assertEquals(lineAt(1, [[0, STARTED], [1, settled(100)]]), "10 % · 100 accepted");
});

Deno.test("before the first answer the line says that it is waited for", () => {
  assertEquals(
    lineAt(3, [[0, STARTED], [1, SENT, SENT]]),
    "0.0 % · 0 rows · waiting for the first answer · 2 in flight",
  );
});

Deno.test("a pause says for how long and who asked for it, and no time left", () => {
  const pause: RunEvent = pauseOf(6_000);
  const story: Story = [
    [0, STARTED],
    ...steady(4),
    [5, SENT, pause, refusedBy(429, "mParticle answered 429; it said: Slow down")],
  ];
  assertEquals(
    lineAt(5, story),
    "30 % · 300 accepted · paused 6 s: mParticle answered 429 · 1 retried",
  );
  assertEquals(
    lineAt(9.5, story),
    "30 % · 300 accepted · paused 2 s: mParticle answered 429 · 1 retried",
  );
  assert(!lineAt(11, story).includes("paused"), "it is over");
});

Deno.test("where all requests failed, the wait before the next attempts is a pause, too", () => {
  const reason = "mParticle can't be reached (connection refused)";
  assertEquals(
    lineAt(2, [[0, STARTED], [1, SENT, refusedBy(null, reason)]]),
    "0.0 % · 0 rows · paused 5 s: mParticle can't be reached · 1 retried",
  );
  const other: Story = [[0, STARTED], [1, SENT, SENT, refusedBy(null, reason)]];
  assert(!lineAt(2, other).includes("paused"), "another request is under way");
});

Deno.test("after a 429 the line says at which pace it goes on, until the limit is reached again", () => {
  const pace = (rowsPerSecond: number): RunEvent => ({
    kind: "pace",
    cause: rowsPerSecond === 34 ? "rate-limit" : "quota",
    rowsPerSecond,
    limit: 270,
  });
  const story: Story = [
    [0, STARTED],
    ...steady(5),
    [5, SENT, SENT, pace(34), refusedBy(429, "mParticle answered 429")],
  ];
  const line = (more: Story = []) => lineAt(6, [...story, ...more]);
  assertEquals(
    line(),
    "40 % · 400 accepted · at 34 rows/s after a 429 · 9 s left · 1 in flight · 1 retried",
  );
  assert(line([[6, pace(37)]]).includes("at 37 rows/s after a 429"));
  assert(!line([[6, pace(270)]]).includes("at "));
});

Deno.test("an API that goes quiet is noticed", () => {
  assertEquals(
    lineAt(12, [[0, STARTED], [1, SENT, ANSWERED, settled(100)], [4, SENT]]),
    "10 % · 100 accepted · no answer for 8 s · 1 in flight",
  );
});

Deno.test("while only an API's own jobs are waited for, the line says how many", () => {
  const job: RunEvent = { ...ANSWERED, outcome: "api-job" } as RunEvent;
  const end: RunEvent = {
    kind: "api-job",
    rows: 100,
    questions: 3,
    ms: 9_000,
    outcome: "accepted",
    reason: null,
  };
  const story: Story = [[0, STARTED], [1, SENT, job, SENT, job]];
  assertEquals(lineAt(2, story), "0.0 % · 0 rows · waiting for 2 jobs of the API");
  assertEquals(
    lineAt(4, [...story, [4, end, settled(100)]]),
    "10 % · 100 accepted · waiting for 1 job of the API",
  );
  assert(!lineAt(5, [...story, [5, end, end, settled(200)]]).includes("job"));
});

const WIDE: Story = [
  [0, STARTED],
  [1, SENT, SENT, ANSWERED],
  [5, settled(500, { rejected: 6, filtered: 12 })],
];

Deno.test("a narrow terminal gets what matters most, and never half a word of it", () => {
  assertEquals(
    lineAt(5, WIDE, 79),
    "50 % · 482 accepted · 6 rejected · 12 filtered · 100 rows/s · 5 s left",
  );
  assertEquals(lineAt(5, WIDE, 39), "50 % · 482 accepted · 100 rows/s");
  assertEquals(lineAt(5, WIDE, 20), "50 % · 482 accepted");
  assertEquals(lineAt(5, WIDE, 10), "50 %");
  const paused: Story = [...WIDE, [5, pauseOf(6_000)], [
    5,
    refusedBy(429, "mParticle answered 429"),
  ]];
  assertEquals(lineAt(5, paused, 39), "paused 6 s: mParticle answered 429");
  assertEquals(lineAt(5, paused, 20), "paused 6 s: mPartic…");
});

Deno.test("characters that take two columns are counted as two, and none is cut in half", () => {
  assertEquals(fit("データ 429", 10), "データ 429");
  assertEquals(fit("データ 429", 9), "データ 4…");
  assertEquals(fit("データ", 5), "デー…");
  assertEquals(fit("👩‍👩‍👧 family", 4), "👩‍👩‍👧…");
  assertEquals(fit("anything", 0), "");
});

/** A terminal that remembers what is written, and a clock that is set by hand. */
function terminal(columns = 80) {
  const writes: string[] = [];
  const size = { columns };
  const output: Output = {
    isTerminal: true,
    get columns() {
      return size.columns;
    },
    write: (text) => void writes.push(text),
  };
  return { line: new StatusLine(output), writes, clock: new FakeClock(), size };
}

/** Progress on a terminal, and what it logs. */
function progressIn(mode: ProgressMode, columns?: number) {
  const parts = terminal(columns);
  const logged: (readonly [string, ProgressFacts])[] = [];
  const progress = new Progress(
    parts.line,
    mode,
    parts.clock,
    3_000,
    (text, facts) => void logged.push([text, facts]),
  );
  progress.observe(STARTED);
  const lines = () => parts.writes.map((text) => text.replace(ERASE, ""));
  return { ...parts, progress, lines, logged };
}

Deno.test("the line is redrawn calmly: four times a second at most", () => {
  const { progress, lines, clock } = progressIn("live");
  for (let ms = 0; ms < 1_000; ms += 10) {
    progress.observe(settled(ms / 10));
    clock.advance(10);
  }
  assert(lines().length <= 4, lines().join("\n"));
  progress.finish();
  assertEquals(lines().at(-1), "");
});

Deno.test("while nothing happens the line goes on telling, second by second, and ends with the run", () => {
  const { progress, lines, clock } = progressIn("live");
  clock.advance(500);
  progress.observe(SENT);
  progress.observe(pauseOf(2_500));
  progress.observe(refusedBy(429, "mParticle answered 429"));
  clock.advance(2_000);
  progress.finish();
  clock.advance(60_000);
  assertEquals(lines().filter((line) => line.includes("paused")), [
    "0.0 % · 0 rows · paused 3 s: mParticle answered 429 · 1 retried",
    "0.0 % · 0 rows · paused 2 s: mParticle answered 429 · 1 retried",
    "0.0 % · 0 rows · paused 1 s: mParticle answered 429 · 1 retried",
  ]);
  assertEquals(lines().at(-1), "");
});

Deno.test("a run that is over at once draws nothing", () => {
  const { progress, writes } = progressIn("live");
  progress.observe(settled(500));
  progress.finish();
  assertEquals(writes, []);
});

Deno.test("the line is shorter than the terminal, also one that was made narrower since", () => {
  const { progress, writes, clock, size } = progressIn("live", 80);
  for (const event of [SENT, ANSWERED]) progress.observe(event);
  clock.advance(5_000);
  progress.observe(settled(500, { rejected: 6, filtered: 12 }));
  clock.advance(1_000);
  size.columns = 30;
  clock.advance(1_000);
  // The terminal has wrapped what stood there: three lines are erased.
  const above = "\x1b[1A\x1b[2K";
  assertEquals(writes.at(-1), `${ERASE}${above}${above}50 % · 482 accepted`);
  size.columns = 80;
  clock.advance(1_000);
  assert(writes.at(-1)?.startsWith(`${ERASE}50 % · 482 accepted · 6 rejected`), writes.at(-1));
});

Deno.test("without a terminal a line is logged every ten seconds, whatever happens", () => {
  const { progress, writes, logged, clock } = progressIn("log");
  clock.advance(9_999);
  assertEquals(logged, []);
  progress.observe(settled(20));
  clock.advance(20_001);
  progress.finish();
  clock.advance(60_000);
  assertEquals(logged.map(([text]) => text), [
    "2.0 % · 20 accepted · 2 rows/s · 8 m 10 s left",
    "2.0 % · 20 accepted · 0 rows/s",
    "2.0 % · 20 accepted · 0 rows/s",
  ]);
  assertEquals(logged[0]?.[1].counts?.accepted, 20);
  assertEquals(writes, []);
});

Deno.test("without a terminal a line is logged at each quarter, too, but not of what is over at once", () => {
  const { progress, logged, clock } = progressIn("log");
  progress.observe(settled(260));
  assertEquals(logged, []);
  for (let rows = 300; rows <= 1_000; rows += 100) {
    clock.advance(1_000);
    progress.observe(settled(rows));
  }
  progress.finish();
  assertEquals(logged.map(([text]) => text.replace(/ ·.*/, "")), ["26 %", "50 %", "80 %", "100 %"]);
});

Deno.test("progress that is off writes nothing", () => {
  const { progress, writes, logged, clock } = progressIn("off");
  clock.advance(60_000);
  progress.observe(settled(500));
  progress.finish();
  assertEquals([writes, logged], [[], []]);
});

Deno.test("progress is live at a terminal that can redraw, among text", () => {
  const mode = (isTerminal: boolean, format: "text" | "json", off = false) =>
    progressMode({ isTerminal, format, off });
  assertEquals(mode(true, "text"), "live");
  assertEquals(mode(true, "json"), "log");
  assertEquals(mode(false, "text"), "log");
  assertEquals(mode(true, "text", true), "off");
  assertEquals(mode(false, "json", true), "off");
  assertEquals([isDumb({ TERM: "dumb" }), isDumb({ TERM: "xterm" }), isDumb({})], [
    true,
    false,
    false,
  ]);
});

Deno.test("a log line appears above the status, which is drawn again", () => {
  const { line, writes } = terminal();
  line.write("before\n");
  line.status("50 %");
  line.write("a warning\n");
  line.status("60 %");
  line.status("60 %");
  line.status("");
  line.write("after\n");
  assertEquals(writes, [
    "before\n",
    `${ERASE}50 %`,
    `${ERASE}a warning\n50 %`,
    `${ERASE}60 %`,
    ERASE,
    "after\n",
  ]);
});

Deno.test("text without a line end is not drawn over", () => {
  const { line, writes } = terminal();
  line.status("50 %");
  line.write("Go on? ");
  line.write("yes\n");
  assertEquals(writes.slice(1), [`${ERASE}Go on? `, "yes\n"]);
});

Deno.test("the status line is as wide and as much of a terminal as its output", () => {
  const { line } = terminal(33);
  assertEquals(line.columns, 33);
  assert(line.isTerminal);
});

Deno.test("once a signal came, the live line counts down what is waited for, second by second", () => {
  const { progress, lines, clock } = progressIn("live");
  progress.observe({
    kind: "stopping",
    cause: "signal",
    inFlight: 2,
    rowsInFlight: 200,
    dropsRepeats: "rows",
  });
  clock.advance(1_500);
  progress.observe({ ...settled(100), inFlight: 1 } as RunEvent);
  clock.advance(5_000);
  progress.finish();
  clock.advance(5_000);
  assertEquals(lines(), [
    "Waits for 2 requests in flight · 3 s left",
    "Waits for 2 requests in flight · 2 s left",
    "Waits for 1 request in flight · 1 s left",
    "Giving up",
    "",
  ]);
});
