import { assert, assertEquals } from "@std/assert";
import { EventFile, EVENTS_FILE } from "../../src/checkpoint/event_file.ts";
import type { RunEvent } from "../../src/model/run_events.ts";
import type { TimeSpent } from "../../src/model/time_spent.ts";
import { FaultyFiles } from "../support/faulty_files.ts";

const PATH = `/run/${EVENTS_FILE}`;
const COUNTS = { read: 40, accepted: 30, filtered: 1, rejected: 2, unknown: 0, pending: 7 };

const STARTED: RunEvent = {
  kind: "started",
  target: "mparticle at https://api.example (environment development)",
  command: "import",
  source: "rows.csv",
  destination: "mparticle",
  runId: "20261121T181500Z-3f9c",
  resumed: false,
  rows: 0,
  offset: 0,
  size: 4000,
};

const RETRY = {
  kind: "retry",
  request: 7,
  attempt: 1,
  rows: 100,
  status: 429,
  ms: 12.34,
  reason: "mParticle answered 429",
  waitMs: 6000,
} as const;

function answered(status: number, ms: number): RunEvent {
  return {
    kind: "answered",
    request: 1,
    attempt: 1,
    rows: 10,
    status,
    ms,
    outcome: "accepted",
    reason: null,
  };
}

/** What the time went to, of which so much to waiting for answers. */
function spent(sending: number): TimeSpent {
  return { sending, paused: 6000, backingOff: 0, held: 0, disk: 3.4 };
}

function settled(timeMs: TimeSpent | null = null): RunEvent {
  return {
    kind: "settled",
    rows: 33,
    rejected: 2,
    counts: COUNTS,
    offset: 3000,
    inFlight: 1,
    retried: 1,
    timeMs,
  };
}

/** A folder for a run, a clock, and the lines that came to stand in the file. */
function folder() {
  const files = new FaultyFiles();
  files.plant("/run/checkpoint.jsonl", "");
  files.nodes.set("/run", { ...files.nodes.get("/run/checkpoint.jsonl"), kind: "folder" } as never);
  const clock = { ms: Date.UTC(2026, 10, 21, 18, 15) };
  return {
    files,
    clock,
    io: { files, now: () => clock.ms },
    // deno-lint-ignore no-explicit-any -- the file's own JSON
    lines: (): any[] =>
      (files.text(PATH) ?? "").split("\n").filter(Boolean).map((line) => JSON.parse(line)),
  };
}

Deno.test("a run's start, retries, pauses and end stand in the file with their time", async () => {
  const { io, clock, lines } = folder();
  const file = await EventFile.open(io, "/run");
  file.observe(STARTED);
  clock.ms += 1500;
  file.observe(RETRY);
  file.observe({ kind: "pause", cause: "asked", reason: RETRY.reason, ms: 6000 });
  file.observe({ kind: "ended", stop: null, rows: COUNTS, durationMs: 7512.3 });
  file.close();
  assertEquals(lines().map(({ type, time }) => [type, time]), [
    ["start", "2026-11-21T18:15:00.000Z"],
    ["retry", "2026-11-21T18:15:01.500Z"],
    ["pause", "2026-11-21T18:15:01.500Z"],
    ["minute", "2026-11-21T18:15:01.500Z"],
    ["end", "2026-11-21T18:15:01.500Z"],
  ]);
  const [, retry, pause, minute, end] = lines();
  assertEquals([retry.reason, retry.waitMs, retry.ms], ["mParticle answered 429", 6000, 12.3]);
  assertEquals([pause.cause, pause.ms], ["asked", 6000]);
  assertEquals(minute.requests, { 429: 1 });
  assertEquals([end.rows, end.durationMs], [COUNTS, 7512]);
});

Deno.test("once a minute a line says where the rows are, what was answered and how quickly", async () => {
  const { io, clock, lines } = folder();
  const file = await EventFile.open(io, "/run");
  file.observe(STARTED);
  for (let second = 1; second <= 130; second++) {
    clock.ms += 1000;
    file.observe(answered(second % 10 === 0 ? 503 : 202, 20));
    file.observe(settled());
  }
  const minutes = lines().filter(({ type }) => type === "minute");
  assertEquals(minutes.map(({ time, forMs }) => [time, forMs]), [
    ["2026-11-21T18:16:00.000Z", 60_000],
    ["2026-11-21T18:17:00.000Z", 60_000],
  ]);
  assertEquals(minutes[1].requests, { 202: 54, 503: 6 });
  assertEquals(minutes[1].rows, COUNTS);
  assert(Math.abs(minutes[1].latencyMs.p50 - 20) < 1);
});

Deno.test("a stop names its reason, and a resume goes on behind it in the same file", async () => {
  const { io, lines } = folder();
  const first = await EventFile.open(io, "/run");
  first.observe(STARTED);
  const stop = { code: "signal", reason: "stopped by SIGTERM", signal: "SIGTERM" } as const;
  first.observe({ kind: "ended", stop, rows: COUNTS, durationMs: 5 });
  first.close();
  const second = await EventFile.open(io, "/run");
  second.observe({ ...STARTED, resumed: true });
  assertEquals(lines().map(({ type }) => type), ["start", "stop", "resume"]);
  assertEquals(lines()[1].reason, "stopped by SIGTERM");
});

Deno.test("half a line that a killed process left is cut off", async () => {
  const { io, files, lines } = folder();
  files.plant(PATH, '{"type":"start"}\n{"type":"ret');
  const file = await EventFile.open(io, "/run");
  file.observe(RETRY);
  assertEquals(lines().map(({ type }) => type), ["start", "retry"]);
});

Deno.test("a full disk costs the file its lines, and nobody else anything", async () => {
  const { io, files, lines } = folder();
  const file = await EventFile.open(io, "/run");
  file.observe(STARTED);
  files.fault = (_, name) => name === "write" ? "no-space" : null;
  file.observe(RETRY);
  file.observe(RETRY);
  assertEquals(lines().map(({ type }) => type), ["start"]);
});

Deno.test("a link in the file's place is left alone, and the run goes without", async () => {
  const { io, files } = folder();
  files.plant("/etc/passwd", "root\n");
  files.plantLink(PATH, "/etc/passwd");
  const file = await EventFile.open(io, "/run");
  file.observe(STARTED);
  assertEquals(files.text("/etc/passwd"), "root\n");
});

Deno.test("a long file takes few lines more, which say how many were left out", async () => {
  const { io, clock, lines } = folder();
  const file = await EventFile.open(io, "/run", 1000);
  file.observe(STARTED);
  for (let second = 1; second <= 3600; second++) {
    clock.ms += 1000;
    file.observe(RETRY);
  }
  file.observe({ kind: "ended", stop: null, rows: COUNTS, durationMs: 1 });
  const types = lines().map(({ type }) => type);
  assert(types.length < 20, `${types.length} lines`);
  assertEquals(types.at(-1), "end");
  const written = types.filter((type) => type === "retry").length;
  const leftOut = lines().reduce((sum, line) => sum + (line.leftOut ?? 0), 0);
  assertEquals(written + leftOut, 3600);
  // What the minutes count comes to the whole all the same.
  const minutes = lines().filter(({ type }) => type === "minute");
  assert(minutes.length < 10);
  assertEquals(minutes.reduce((sum, { requests }) => sum + requests[429], 0), 3600);
  assertEquals(minutes.reduce((sum, { forMs }) => sum + forMs, 0), 3_600_000);
});

Deno.test("each minute says what its time went to, and the end what that of all of them did", async () => {
  const { io, clock, lines } = folder();
  const file = await EventFile.open(io, "/run");
  file.observe(STARTED);
  file.observe(settled(spent(20_000.4)));
  clock.ms += 60_000;
  file.observe(settled(spent(70_000)));
  const traffic = {
    requests: { sent: 7, retried: 1 },
    bytesSent: 4000,
    latencyMs: null,
    timeMs: spent(80_000),
    filteredBy: { "min-age": 1 },
  };
  clock.ms += 20_000;
  file.observe({ kind: "ended", stop: null, rows: COUNTS, durationMs: 80_000, traffic });
  const minutes = lines().filter(({ type }) => type === "minute");
  assertEquals(minutes.map(({ timeMs }) => timeMs), [
    { ...spent(20_000), disk: 3 },
    { ...spent(60_000), paused: 0, disk: 0 },
  ]);
  const end = lines().at(-1);
  assertEquals(end.timeMs, { ...spent(80_000), disk: 3 });
  assertEquals([end.requests, end.bytesSent, end.filteredBy], [
    traffic.requests,
    4000,
    traffic.filteredBy,
  ]);
});

Deno.test("who made it wait stands in a pause's line, and that the disk did in one of its own", async () => {
  const { io, lines } = folder();
  const file = await EventFile.open(io, "/run");
  file.observe({ kind: "pause", cause: "rate-limit", reason: RETRY.reason, ms: 6000 });
  file.observe({ kind: "disk-wait", ms: 1234.56 });
  file.observe({ kind: "failed" });
  assertEquals(lines().map(({ time: _time, ...facts }) => facts), [
    { type: "pause", cause: "rate-limit", reason: "mParticle answered 429", ms: 6000 },
    { type: "disk-wait", ms: 1234.6 },
    { type: "failed" },
  ]);
});
