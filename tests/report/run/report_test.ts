import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Causes } from "../../../src/report/run/causes.ts";
import { readEvent } from "../../../src/report/run/events.ts";
import type { RunReport } from "../../../src/report/run/model.ts";
import { reportOf, type RunFacts } from "../../../src/report/run/report.ts";
import { NO_COMMANDS } from "../../../src/report/run/next.ts";
import { renderRunReport } from "../../../src/report/run/render.ts";
import { Timeline } from "../../../src/report/run/timeline.ts";

const START = Date.UTC(2026, 10, 21, 18, 15);
const MINUTE = 60_000;

const ROWS = { read: 100, accepted: 90, filtered: 4, rejected: 6, unknown: 0, pending: 0 };

const NO_FILES = { checkpoint: null, rejected: null, unknown: null, errors: null };

/** A line of events, so many minutes after the start. */
function event(minutes: number, type: string, facts: Record<string, unknown> = {}) {
  const time = new Date(START + minutes * MINUTE).toISOString();
  const read = readEvent(JSON.stringify({ type, time, ...facts }));
  assert(read);
  return read;
}

/** A complete run of ten minutes, unless said otherwise. */
function report(changed: Partial<RunFacts> = {}): RunReport {
  const timeline = new Timeline();
  timeline.begin(START);
  timeline.settled(START + MINUTE, { rows: 100, bad: 6 });
  timeline.end(START + 10 * MINUTE, null);
  return reportOf({
    identity: {
      runId: "20261121T181500Z-3f9c",
      folder: "log/rows.csv.mparticle/20261121T181500Z-3f9c",
      source: "rows.csv",
      sourcePath: "/data/rows.csv",
      sourceBytes: 4000,
      scope: "",
      destination: "mparticle",
      target: { address: "https://api.example", environment: "production" },
      confirms: "rows",
    },
    state: "completed",
    reason: null,
    rows: ROWS,
    timeline,
    events: [],
    causes: [],
    settings: [],
    mapping: null,
    rate: null,
    files: NO_FILES,
    mended: { runs: [], accepted: 0, left: 0 },
    previous: null,
    nowMs: START + 60 * MINUTE,
    bootedMs: null,
    ...changed,
  });
}

const TIME = { sending: 0, paused: 0, backingOff: 0, held: 0, disk: 0 };

Deno.test("where the time went adds up to all of it, the largest share first", () => {
  const timeMs = { ...TIME, sending: 2 * MINUTE, paused: 7 * MINUTE };
  const events = [
    event(1, "pause", { cause: "rate-limit", reason: "the API answered 429", ms: MINUTE }),
    event(1, "retry", { reason: "the API answered 429", waitMs: 1 }),
    event(10, "end", { requests: { sent: 5, retried: 1 }, timeMs }),
  ];
  const { spent, verdict, requests } = report({ events });
  assertEquals(spent.map(({ on, ms }) => [on, ms / MINUTE]), [
    ["paused", 7],
    ["sending", 2],
    ["working", 1],
  ]);
  assertEquals(requests, { sent: 5, retried: 1 });
  assertEquals(
    verdict,
    "90 accepted, 4 filtered and 6 rejected of 100 rows in 10 m: it paused for 7 m (the API answered " +
      "429, 1 time), it waited 2 m for answers and it read and checked for 1 m.",
  );
});

Deno.test("a killed run says when it moved last, by its events too, and why as far as can be told", () => {
  const timeline = new Timeline();
  timeline.begin(START);
  timeline.settled(START + MINUTE, { rows: 100, bad: 0 });
  const of = (events: RunFacts["events"], bootedMs: number | null = null) => {
    const { movedAt, reason, parts } = report({ state: "interrupted", timeline, events, bootedMs });
    assertEquals(parts.map(({ ending }) => ending), ["killed"]);
    return [Math.round((Date.parse(movedAt) - START) / MINUTE), reason];
  };
  const waited = event(2, "pause", { reason: "the API answered 503", ms: 5 * MINUTE });
  assertEquals(of([waited]), [2, "it was killed while it waited: the API answered 503"]);
  assertEquals(of([event(3, "failed")]), [3, "an error inside rowferry ended it"]);
  const [minutes, why] = of([], START + 5 * MINUTE);
  assertEquals(minutes, 1);
  assertStringIncludes(String(why), "this machine was started anew");
  assertStringIncludes(String(of([])[1]), "its process was killed");
});

Deno.test("a run that goes on is told up to now, and its minutes say where the time went so far", () => {
  const timeline = new Timeline();
  timeline.begin(START);
  timeline.settled(START + MINUTE, { rows: 50, bad: 0 });
  const minute = event(1, "minute", {
    requests: { 202: 3, none: 1 },
    latencyMs: { p50: 10, p95: 20, p99: 30 },
    timeMs: { ...TIME, sending: MINUTE },
  });
  const told = report({
    state: "in-progress",
    timeline,
    events: [minute],
    nowMs: START + 2 * MINUTE,
  });
  assertEquals(told.elapsedMs, 2 * MINUTE);
  assertEquals([told.requests.sent, told.answers], [4, { 202: 3, none: 1 }]);
  assertEquals(told.spent.reduce((sum, { ms }) => sum + ms, 0), 2 * MINUTE);
  assertStringIncludes(told.verdict, "In progress");
});

Deno.test("between a stop and its resume a run stands still, and an event belongs to its part", () => {
  const timeline = new Timeline();
  timeline.begin(START);
  timeline.settled(START + MINUTE, { rows: 40, bad: 0 });
  timeline.end(START + 2 * MINUTE, "stopped by SIGTERM");
  timeline.begin(START + 62 * MINUTE);
  timeline.settled(START + 63 * MINUTE, { rows: 60, bad: 6 });
  timeline.end(START + 64 * MINUTE, null);
  const stop = { requests: { sent: 2, retried: 0 }, timeMs: { ...TIME, sending: MINUTE } };
  const events = [
    event(2, "stop", stop),
    event(64, "end", { ...stop, requests: { sent: 3, retried: 1 } }),
  ];
  const { parts, spent, elapsedMs, workedMs, moments, requests, rowsPerSecond } = report({
    timeline,
    events,
  });
  assertEquals(parts.map(({ rows, ending, requests }) => [rows, ending, requests.sent]), [
    [40, "stopped", 2],
    [60, "completed", 3],
  ]);
  assertEquals([elapsedMs / MINUTE, workedMs / MINUTE], [64, 4]);
  assertEquals(spent[0]?.on, "stopped");
  assertEquals(spent[0]?.words, "it stood still for 1 h (stopped by SIGTERM)");
  assertEquals(moments.map(({ text }) => text), [
    "Started",
    "Stopped by SIGTERM",
    "Resumed",
    "Completed",
  ]);
  assertEquals(requests, { sent: 5, retried: 1 });
  assertEquals(Math.round(rowsPerSecond * 1000), Math.round(100_000 / 240));
});

Deno.test("pauses in a row are told as one, and no pause outlasts the part that a stop ended", () => {
  const timeline = new Timeline();
  timeline.begin(START);
  timeline.end(START + 4 * MINUTE, "stopped by SIGINT");
  const pause = { reason: "the API answered 429", ms: MINUTE };
  const { moments } = report({
    state: "stopped",
    timeline,
    events: [
      event(1, "pause", pause),
      event(2, "pause", pause),
      event(3.5, "pause", { ...pause, ms: 30 * MINUTE }),
    ],
  });
  const pauses = moments.filter(({ kind }) => kind === "pause");
  assertEquals(pauses.map(({ ms, text }) => [ms / MINUTE, text]), [
    [2, "Paused for 2 m: the API answered 429 (2 times)"],
    [0.5, "Paused for 30.0 s: the API answered 429"],
  ]);
});

Deno.test("of thousands of moments those are told that took longest, and every start and stop", () => {
  const events = Array.from(
    { length: 5_000 },
    (_, index) => event(index / 600, "pause", { reason: `reason ${index}`, ms: index }),
  );
  const { moments } = report({ events });
  assertEquals(moments.length, 60);
  assertEquals([moments[0]?.kind, moments.at(-1)?.kind], ["start", "end"]);
  assert(moments.every(({ ms, kind }) => kind !== "pause" || ms > 4_900));
});

Deno.test("lines that are none, and what somebody wrote into others, do no harm", () => {
  assertEquals(
    ["", "{", "{}", '{"type":"end"}', "null", '"end"'].map(readEvent),
    Array(6).fill(null),
  );
  const odd = event(1, "end", { requests: "many", timeMs: { sending: "long" }, latencyMs: [1] });
  const { requests, parts } = report({ events: [odd, event(2, "pause"), event(3, "pace")] });
  assertEquals(requests, { sent: 0, retried: 0 });
  assertEquals(parts[0]?.latencyMs, null);
});

Deno.test("times are kept in few stretches however long a run takes, and no row is lost in them", () => {
  const timeline = new Timeline();
  timeline.begin(START);
  for (let second = 0; second < 100_000; second++) {
    timeline.settled(START + second * 1000, { rows: 2, bad: 1 });
  }
  const stretches = timeline.stretches();
  assert(stretches.length <= 400 && stretches.length >= 200, `${stretches.length} stretches`);
  assertEquals(stretches.reduce((sum, { rows }) => sum + rows, 0), 200_000);
  assertEquals(timeline.everyMs, 256_000);
});

Deno.test("rows that were not accepted are counted by column and code, with the first places", () => {
  const causes = new Causes();
  const line = { column: "Age", code: "invalid-number", message: "No number.", row: 0, line: 0 };
  for (let row = 1; row <= 20; row++) causes.add({ ...line, row, line: row + 1 });
  causes.add({ ...line, column: null, code: "too-long", row: 99, line: 100 });
  for (let column = 0; column < 1_000; column++) causes.add({ ...line, column: `c${column}` });
  const list = causes.list();
  assertEquals(list.length, 201);
  assertEquals(list.reduce((sum, { count }) => sum + count, 0), 1_021);
  const age = list.find(({ column }) => column === "Age");
  assertEquals([age?.count, age?.places.length, age?.places[0]], [20, 8, { row: 1, line: 2 }]);
});

const HOSTILE = "<script>alert(1)</script>\"'&|`\u001b[31m";

Deno.test("names and reasons are text in every form of a report, whatever they hold", () => {
  const told = report({
    identity: { ...report(), source: HOSTILE, sourcePath: `/data/${HOSTILE}`, folder: HOSTILE },
    causes: [{
      column: HOSTILE,
      code: "x",
      count: 6,
      message: HOSTILE,
      places: [{ row: 1, line: 2 }],
    }],
    events: [event(1, "pause", { reason: HOSTILE, ms: MINUTE })],
    settings: [{ name: HOSTILE, value: HOSTILE }],
  });
  for (const format of ["html", "md", "text"] as const) {
    const text = renderRunReport(told, NO_COMMANDS, { format, color: false });
    assert(!text.includes("\u001b"), format);
    if (format !== "text") assert(!/(?<!\\)<script/.test(text), format);
  }
  const html = renderRunReport(told, NO_COMMANDS, { format: "html", color: false });
  assert(
    !/(?:src|href)=|url\((?!#)|@import|https?:\/\/(?!api\.example)/.test(html),
    "it fetches nothing",
  );
});

Deno.test("text keeps to 80 columns but for paths and commands", () => {
  const text = renderRunReport(
    report({
      causes: [{
        column: "Age",
        code: "x",
        count: 900,
        message: "",
        places: Array(8).fill({ row: 1000, line: 1001 }),
      }],
      events: [
        event(1, "pause", { reason: "a reason of many words ".repeat(8).trim(), ms: MINUTE }),
      ],
    }),
    NO_COMMANDS,
    { format: "text", color: false },
  );
  assertEquals(
    text.split("\n").filter((line) => line.length > 80 && !/\/3f9c|log\//.test(line)),
    [],
  );
});

Deno.test("waits to try again are told by what failed without asking for a pause", () => {
  const timeMs = { ...TIME, backingOff: 4 * MINUTE, paused: 5 * MINUTE };
  const limited = { reason: "the API answered 429" };
  const { spent, troubles } = report({
    events: [
      ...[1, 2, 3].flatMap((at) => [
        event(at, "pause", { ...limited, cause: "rate-limit", ms: 1 }),
        event(at, "retry", limited),
      ]),
      event(4, "pause", { cause: "outage", reason: "the API answered 503", ms: 1 }),
      event(4, "retry", { reason: "the API answered 503" }),
      event(5, "answered", { outcome: "no-answer", reason: "stopped before the answer came" }),
      event(10, "end", { timeMs }),
    ],
  });
  assertEquals(spent.slice(0, 2).map(({ words }) => words), [
    "it paused for 5 m (the API answered 429, 3 times)",
    "it waited 4 m to try again (the API answered 503, 1 time)",
  ]);
  assertEquals(troubles.map(({ reason, times }) => [reason, times]), [
    ["the API answered 429", 3],
    ["the API answered 503", 1],
  ]);
});

Deno.test("a reason that ends its sentence gets no second full stop", () => {
  const reason = "the API answered 503; it said: Come back later.";
  const events = [event(1, "retry", { reason }), event(2, "end", { requests: { sent: 2 } })];
  const text = renderRunReport(report({ events }), NO_COMMANDS, { format: "text", color: false });
  assertStringIncludes(text, `1 time: ${reason}\n`);
});

Deno.test("a short list leaves out no stop and no resume", () => {
  const timeline = new Timeline();
  timeline.begin(START);
  timeline.end(START + 2 * MINUTE, "stopped by SIGTERM");
  timeline.begin(START + 3 * MINUTE);
  timeline.end(START + 4 * MINUTE, null);
  const events = Array.from(
    { length: 50 },
    (_, index) => event(index / 60, "pause", { reason: `reason ${index}`, ms: 500 }),
  );
  const text = renderRunReport(report({ timeline, events }), NO_COMMANDS, {
    format: "text",
    color: false,
  });
  for (const fact of ["Stopped by SIGTERM", "Resumed", "Completed", "and 34 more"]) {
    assertStringIncludes(text, fact);
  }
});
