import { assertEquals } from "@std/assert";
import type { RunEvent } from "../../src/model/run_events.ts";
import { logEvents } from "../../src/report/event_log.ts";
import { logged } from "../support/logged.ts";

const SENT = { kind: "sent", request: 3, attempt: 2, rows: 100, bytes: 20_000 } as const;
const FACTS = { request: 3, attempt: 2, rows: 100, ms: 12.04 } as const;
const RETRY = {
  kind: "retry",
  ...FACTS,
  status: 503,
  reason: "the API answered 503",
  waitMs: 1500,
} as const;
const STARTED = {
  kind: "started",
  command: "import",
  source: "rows.csv",
  destination: "mparticle",
  target: "mparticle at https://api.example (environment production)",
  runId: "20261121T181500Z-3f9c",
  resumed: false,
  rows: 0,
  offset: 0,
  size: 1000,
} as const;
const ENDED = { kind: "ended", rows: null, durationMs: 10 } as const;
const LOGIN = { kind: "login", attempt: 1, status: 200, reason: null, waitMs: null } as const;

const CASES: [RunEvent, string][] = [
  [SENT, "[DEBUG] rowferry.delivery: Request 3, attempt 2: 100 rows, 20000 bytes\n"],
  [
    STARTED,
    "[INFO] rowferry.run: Starting with rows.csv to " +
    "mparticle at https://api.example (environment production), run 20261121T181500Z-3f9c\n",
  ],
  [
    { ...STARTED, resumed: true, command: "resume" },
    "[INFO] rowferry.run: Going on with rows.csv to " +
    "mparticle at https://api.example (environment production), run 20261121T181500Z-3f9c\n",
  ],
  [
    { ...STARTED, command: "validate", runId: null },
    "[INFO] rowferry.run: Checking rows.csv for mparticle\n",
  ],
  [{ ...ENDED, stop: null }, ""],
  [
    { ...ENDED, stop: { code: "stop-after", reason: "stopped after 100 rows" } },
    "[WARNING] rowferry.run: Stopped after 100 rows\n",
  ],
  [
    { ...ENDED, stop: { code: "storage", reason: "no space left" } },
    "[ERROR] rowferry.run: Stopped: no space left\n",
  ],
  [
    { ...ENDED, stop: { code: "signal", reason: "stopped by SIGINT" } },
    "[WARNING] rowferry.run: Stopped by SIGINT\n",
  ],
  [
    { kind: "unfinished-elsewhere", source: "rows.csv", target: "mparticle", folder: "log/x" },
    "[WARNING] rowferry.run: An unfinished run of rows.csv to mparticle is left as it is: log/x\n",
  ],
  [
    { kind: "stopping", cause: "trouble", inFlight: 3, rowsInFlight: 3, dropsRepeats: "rows" },
    "[INFO] rowferry.run: Stopping (trouble): waits for 3 requests in flight\n",
  ],
  [
    { kind: "stopping", cause: "signal", inFlight: 0, rowsInFlight: 0, dropsRepeats: "nothing" },
    "[INFO] rowferry.run: Stopping (signal): waits for 0 requests in flight\n",
  ],
  [
    { kind: "stopping", cause: "signal", inFlight: 3, rowsInFlight: 300, dropsRepeats: "rows" },
    "[WARNING] rowferry.run: Stopping: waits up to 10.0 s for 3 requests in flight. A second signal " +
    "gives up at once: the run sends 300 rows again when it is resumed, and the API drops what it " +
    "has\n",
  ],
  [
    { kind: "stopping", cause: "signal", inFlight: 1, rowsInFlight: 1000, dropsRepeats: "nothing" },
    "[WARNING] rowferry.run: Stopping: waits up to 10.0 s for 1 request in flight. A second signal " +
    "gives up at once: 1,000 rows may have arrived or not, become unknown and are not sent again\n",
  ],
  [
    { kind: "pause", cause: "rate-limit", reason: "mParticle answered 429", ms: 1999.96 },
    "[INFO] rowferry.delivery: Pauses 2.0 s: mParticle answered 429\n",
  ],
  [
    { kind: "pace", cause: "rate-limit", rowsPerSecond: 135, limit: 270 },
    "[WARNING] rowferry.delivery: Slows down to 135 rows a second: a rate limit is exceeded\n",
  ],
  [
    { kind: "pace", cause: "quota", rowsPerSecond: 216, limit: 270 },
    "[DEBUG] rowferry.delivery: Aims at 216 rows a second now, by what is used of a limit\n",
  ],
  [
    { kind: "disk-wait", ms: 1234.56 },
    "[WARNING] rowferry.delivery: The disk took 1.2 s to record outcomes\n",
  ],
  [
    RETRY,
    "[WARNING] rowferry.delivery: Request 3, attempt 2: the API answered 503; again in 1.5 s\n",
  ],
  [
    { kind: "answered", ...FACTS, status: 200, outcome: "accepted", reason: null },
    "[DEBUG] rowferry.delivery: Request 3, attempt 2: accepted (200) in 12 ms\n",
  ],
  [LOGIN, "[INFO] rowferry.delivery: Logged in\n"],
  [
    { ...LOGIN, status: 500, reason: "the login answered 500", waitMs: 20 },
    "[WARNING] rowferry.delivery: Login, attempt 1: the login answered 500; again in 20 ms\n",
  ],
  [
    { kind: "split", rows: 100, into: "halves" },
    "[INFO] rowferry.delivery: A refused request of 100 rows goes on in halves\n",
  ],
];

for (const [event, line] of CASES) {
  Deno.test(`what happens is logged as: ${line.trim() || "nothing"}`, async () => {
    assertEquals(
      (await logged({}, (log) => logEvents(log, 10_000)(event))).replace(/^\S+ /, ""),
      line,
    );
  });
}

Deno.test("a JSON record of what happens on the wire has its facts as properties", async () => {
  const { properties } = JSON.parse(
    await logged({ format: "json" }, (log) => logEvents(log, 10_000)(RETRY)),
  );
  const { kind: _kind, ...facts } = RETRY;
  assertEquals(properties, { ...facts, ms: 12 });
});

Deno.test("JSON records carry the run, its source and its target once it started", async () => {
  const text = await logged({ format: "json" }, (log) => {
    const observe = logEvents(log, 10_000);
    observe(STARTED);
    observe(RETRY);
    log.of("elsewhere").warning("Something else");
  });
  const { runId: run, source, target } = STARTED;
  for (const line of text.trimEnd().split("\n")) {
    const { properties } = JSON.parse(line);
    assertEquals(
      { run: properties.run, source: properties.source, target: properties.target },
      { run, source, target },
    );
  }
});

Deno.test("what happens on the wire is logged from its level on", async () => {
  assertEquals(await logged({ level: "INFO" }, (log) => logEvents(log, 10_000)(SENT)), "");
  assertEquals(await logged({ level: "WARNING" }, (log) => logEvents(log, 10_000)(LOGIN)), "");
});
