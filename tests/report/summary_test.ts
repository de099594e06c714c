import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { nextCommands } from "../../src/cli/next_commands.ts";
import { renderRunJson, type ToldRun as Told } from "../../src/report/summary.ts";
import { renderRunText as render, type TextStyle } from "../../src/report/summary_text.ts";

type ToldRun = Omit<Told, "next">;

const STOP = { code: "trouble", reason: "as told" } as const;
const FOLDER = "log/policies.csv.mparticle/20261121T181500Z-3f9c";

const COMPLETED: ToldRun = {
  command: "import",
  stop: null,
  reason: null,
  exitCode: 1,
  runId: "20261121T181500Z-3f9c",
  destination: "mparticle",
  target: { address: "https://s2s.eu1.mparticle.com/v2", environment: "production" },
  source: "policies.csv",
  sandbox: false,
  dryRun: false,
  rows: { read: 1000, accepted: 990, filtered: 4, rejected: 6, unknown: 0, pending: 0 },
  rejectedBy: [],
  filteredBy: { "age-below-18": 4 },
  requests: { sent: 12, retried: 2 },
  bytesSent: 812_345,
  durationMs: 3209.6,
  rowsPerSecond: 308.4321,
  latencyMs: { p50: 41.26, p95: 120, p99: 1204.04 },
  explainsRejected: true,
  files: {
    checkpoint: `${FOLDER}/checkpoint.jsonl`,
    rejected: `${FOLDER}/rejected.csv`,
    errors: `${FOLDER}/errors.jsonl`,
    unknown: null,
  },
};

const CLEAN: ToldRun = {
  ...COMPLETED,
  exitCode: 0,
  rows: { read: 300, accepted: 300, filtered: 0, rejected: 0, unknown: 0, pending: 0 },
  filteredBy: {},
  requests: { sent: 3, retried: 0 },
  latencyMs: undefined,
  files: { checkpoint: `${FOLDER}/checkpoint.jsonl`, rejected: null, errors: null, unknown: null },
};

/** As the command line does it, with the commands that go on from the result. */
function renderRunText(result: ToldRun, style: TextStyle): string {
  return render({ ...result, next: nextCommands(result) }, style);
}

const PLAIN = { color: false };

Deno.test("the JSON result has the documented keys in their order, then the extras", () => {
  assertEquals(
    renderRunJson(COMPLETED),
    '{"command":"import","status":"completed","reason":null,"exitCode":1,' +
      '"runId":"20261121T181500Z-3f9c","destination":"mparticle",' +
      '"target":{"address":"https://s2s.eu1.mparticle.com/v2","environment":"production"},' +
      '"source":"policies.csv",' +
      '"rows":{"read":1000,"accepted":990,"filtered":4,"rejected":6,"unknown":0,"pending":0},' +
      '"requests":{"sent":12,"retried":2},"bytesSent":812345,"durationMs":3210,' +
      '"rowsPerSecond":308.4,' +
      `"files":{"checkpoint":"${FOLDER}/checkpoint.jsonl","rejected":"${FOLDER}/rejected.csv",` +
      `"errors":"${FOLDER}/errors.jsonl"},` +
      '"filteredBy":{"age-below-18":4},"rejectedBy":{},"rejectedFirst":{},"latencyMs":{"p50":41.3,"p95":120,"p99":1204},"timeMs":null,' +
      '"sandbox":false,"dryRun":false}\n',
  );
});

Deno.test("the JSON result has null for files and latencies that are not there", () => {
  const { files, latencyMs } = JSON.parse(renderRunJson(CLEAN));
  assertEquals([files.rejected, files.errors, latencyMs], [null, null, null]);
});

Deno.test("a file of rejected rows without a column of reasons isn't said to have one", () => {
  const text = renderRunText({ ...COMPLETED, explainsRejected: false }, PLAIN);
  assertStringIncludes(text, `Mend the rows in this file:\n  ${FOLDER}/rejected.csv`);
});

Deno.test("a rate over no time at all is 0 in JSON", () => {
  assertEquals(JSON.parse(renderRunJson({ ...CLEAN, rowsPerSecond: Infinity })).rowsPerSecond, 0);
});

Deno.test("a run with rejected rows ends with how to mend and import them", () => {
  assertEquals(
    renderRunText(COMPLETED, PLAIN),
    `Imported policies.csv to mparticle at https://s2s.eu1.mparticle.com/v2 (environment production):
990 of 1,000 rows accepted, 4 filtered, 6 rejected.

  read      1,000
  accepted    990
  filtered      4  age-below-18: 4
  rejected      6
  unknown       0

12 requests (2 retried) carried 812 kB in 3.2 s: 308 rows/s.
Answers took 41 ms (median), 120 ms (p95), 1.2 s (p99).

6 rows rejected.
Why, for each:
  ${FOLDER}/errors.jsonl
Mend the rows in this file, which says beside each what is wrong with it:
  ${FOLDER}/rejected.csv
Then import it:
  rowferry import ${FOLDER}/rejected.csv --to mparticle
`,
  );
});

Deno.test("a sandbox run says plainly that nothing was delivered", () => {
  assertEquals(
    renderRunText({ ...CLEAN, sandbox: true }, PLAIN),
    `Imported policies.csv to mparticle at https://s2s.eu1.mparticle.com/v2 (environment production):
300 of 300 rows accepted.

This was a sandbox: nothing was delivered to the real API.

  read      300
  accepted  300
  filtered    0
  rejected    0
  unknown     0

3 requests carried 812 kB in 3.2 s: 308 rows/s.
`,
  );
});

Deno.test("the command for mended rows keeps whatever the rows were read and sent by", () => {
  const settings = {
    sandbox: true,
    mapping: "my mapping.yaml",
    where: ["Age > 3", "Brand = 7"],
    minAge: 21,
    delimiter: "\t",
    encoding: "windows-1252",
    envFile: "staging.env",
    logDir: "runs",
    insecureHttp: false,
    concurrency: 4,
    grace: 10_000,
  };
  const text = renderRunText({ ...COMPLETED, sandbox: true, settings }, PLAIN);
  assertStringIncludes(
    text,
    "rejected.csv --to mparticle --mapping 'my mapping.yaml' --where 'Age > 3' " +
      "--where 'Brand = 7' --min-age 21 --delimiter tab --encoding windows-1252 --sandbox " +
      "--env-file staging.env --log-dir runs\n",
  );
  const usual = { envFile: ".env", logDir: "log", sandbox: false };
  assertStringIncludes(
    renderRunText({ ...COMPLETED, settings: usual }, PLAIN),
    "rejected.csv --to mparticle\n",
  );
});

Deno.test("a stopped run says why, what is pending and how to go on", () => {
  assertEquals(
    renderRunText({
      ...CLEAN,
      stop: STOP,
      reason: "The API at 127.0.0.1:9 does not answer (connection refused) for 5 minutes.",
      exitCode: 3,
      rows: { read: 300, accepted: 100, filtered: 0, rejected: 0, unknown: 0, pending: 200 },
    }, PLAIN),
    `Importing policies.csv to mparticle at https://s2s.eu1.mparticle.com/v2 (environment production) stopped:
The API at 127.0.0.1:9 does not answer (connection refused) for 5 minutes.

  read      300
  accepted  100
  filtered    0
  rejected    0
  unknown     0
  pending   200

3 requests carried 812 kB in 3.2 s: 308 rows/s.

Go on from there with:
  rowferry resume ${FOLDER}
`,
  );
});

Deno.test("a stopped run doesn't ask for rows to be mended in a file that it still writes to", () => {
  const text = renderRunText({ ...COMPLETED, stop: STOP, reason: "it is down" }, PLAIN);
  assertStringIncludes(text, `mend it once the run is complete:\n  ${FOLDER}/rejected.csv`);
  assert(!text.includes("rowferry import"));
});

Deno.test("rules are told beside the filtered rows only where they account for all of them", () => {
  assertStringIncludes(renderRunText(COMPLETED, PLAIN), "age-below-18: 4");
  const rows = { ...COMPLETED.rows, read: 1009, filtered: 13 };
  const text = renderRunText({ ...COMPLETED, command: "resume", rows }, PLAIN);
  assert(!text.includes("age-below-18"), text);
});

Deno.test("unknown rows are explained and located, and imported once the run is complete", () => {
  const unknown: ToldRun = {
    ...COMPLETED,
    destination: "showads",
    rows: { read: 1000, accepted: 998, filtered: 0, rejected: 0, unknown: 2, pending: 0 },
    files: { ...COMPLETED.files, rejected: null, unknown: `${FOLDER}/unknown.csv` },
  };
  const explained = `2 rows unknown: they were sent, no answer came, and sending again could deliver
twice. Which:
  ${FOLDER}/errors.jsonl
`;
  assertStringIncludes(
    renderRunText(unknown, PLAIN),
    `${explained}They stand, as they were, in a file. If they did not arrive, import it:
  rowferry import ${FOLDER}/unknown.csv --to showads
`,
  );
  assertEquals(JSON.parse(renderRunJson(unknown)).files.unknown, unknown.files.unknown);
  assertStringIncludes(
    renderRunText({ ...unknown, stop: STOP, reason: "it is down" }, PLAIN),
    `${explained}They stand, as they were, in this file, to be imported if they did not arrive,
once the run is complete:
  ${FOLDER}/unknown.csv
`,
  );
  const one = { ...unknown, command: "send", source: null } as const;
  const text = renderRunText(
    { ...one, files: { checkpoint: null, rejected: null, errors: null, unknown: null } },
    PLAIN,
  );
  assertStringIncludes(text, "sending again could deliver\ntwice.\n");
});

Deno.test("requests that never left carried nothing", () => {
  const stop = {
    code: "trouble",
    reason: "mParticle can't be reached (connection refused)",
  } as const;
  const requests = { sent: 3, retried: 2 };
  const text = renderRunText(
    { ...COMPLETED, stop, reason: stop.reason, exitCode: 3, requests, bytesSent: 0 },
    PLAIN,
  );
  assertStringIncludes(
    text,
    "\n3 requests (2 retried) in 3.2 s, of which nothing left this machine.\n",
  );
});

Deno.test("one record that is not delivered asks for the same command again", () => {
  const text = renderRunText({
    ...CLEAN,
    command: "send",
    stop: STOP,
    reason: "The API refused the credentials (403).",
    exitCode: 4,
    source: null,
    runId: null,
    rows: { read: 1, accepted: 0, filtered: 0, rejected: 0, unknown: 0, pending: 1 },
    files: { checkpoint: null, rejected: null, errors: null, unknown: null },
  }, PLAIN);
  assertStringIncludes(text, "production) stopped:\nThe API refused the credentials (403).");
  assertStringIncludes(text, "A single record is not kept: give the same command again.");
  assert(!text.includes("resume"));
});

Deno.test("a dry run says that no request was made", () => {
  const text = renderRunText({
    ...CLEAN,
    dryRun: true,
    requests: { sent: 0, retried: 0 },
    bytesSent: 0,
  }, PLAIN);
  assertStringIncludes(
    text,
    "Checked policies.csv for mparticle at https://s2s.eu1.mparticle.com/v2 (environment",
  );
  assertStringIncludes(text, "This was a dry run: no request was made");
  assertStringIncludes(text, "No request was made; it took 3.2 s.");
});

Deno.test("colour changes nothing but the headline, by outcome", () => {
  const colors: [ToldRun, string][] = [
    [CLEAN, "\x1b[32m"],
    [COMPLETED, "\x1b[33m"],
    [{ ...CLEAN, stop: STOP, exitCode: 3 }, "\x1b[31m"],
  ];
  for (const [result, color] of colors) {
    const colored = renderRunText(result, { color: true });
    assertStringIncludes(colored, color);
    // deno-lint-ignore no-control-regex -- taking the colours off
    assertEquals(colored.replace(/\x1b\[\d+m/g, ""), renderRunText(result, PLAIN));
  }
});

Deno.test("a file name can't drive the terminal", () => {
  const text = renderRunText({
    ...COMPLETED,
    source: "a\x1b[2J.csv",
    files: { ...COMPLETED.files, rejected: "x/\x1b]0;y\x07/rejected.csv" },
  }, PLAIN);
  assert(!text.includes("\x1b") && !text.includes("\x07"));
});

Deno.test("no line but a path or a command is longer than 80 columns", () => {
  const long = "A reason that goes on and on ".repeat(10);
  const results: ToldRun[] = [
    { ...COMPLETED, rows: { ...COMPLETED.rows, unknown: 3_000_000, read: 123_456_789 } },
    { ...COMPLETED, stop: STOP, reason: long, exitCode: 3, sandbox: true, dryRun: true },
  ];
  for (const result of results) {
    for (const line of renderRunText(result, PLAIN).split("\n")) {
      assert(line.length <= 80 || line.includes(FOLDER) || line.includes("https://"), line);
    }
  }
});

Deno.test("a shard's result says which it is and where its rows start, as JSON and as text", () => {
  const shard = { index: 2, count: 3, startByte: 26_355, endByte: 52_141, startLine: 150 };
  const result = { ...CLEAN, shard };
  assertEquals(JSON.parse(renderRunJson(result)).shard, shard);
  const text = renderRunText(result, PLAIN);
  assertStringIncludes(text, "Imported policies.csv (shard 2/3) to mparticle");
  assertStringIncludes(text, "Row 1 of this shard starts on line 150 of the file, at byte 26,355.");
});

Deno.test("the summary tells why rows were rejected, the most frequent reasons first, with a place to look", () => {
  const rejectedBy = [
    { column: "dob", code: "invalid-date", count: 1, example: { row: 4, line: 7 } },
    { column: null, code: "refused-400", count: 12, example: { row: 1200, line: 1201 } },
  ];
  const rows = { ...COMPLETED.rows, accepted: COMPLETED.rows.accepted, rejected: 13 };
  const text = renderRunText({ ...COMPLETED, rows, rejectedBy }, { color: false });
  assertStringIncludes(
    text,
    [
      "Rejected:",
      "  12  refused-400        first in row 1,200, line 1,201",
      "   1  dob: invalid-date  first in row 4, line 7",
    ].join("\n"),
  );
  const json = JSON.parse(renderRunJson({ ...COMPLETED, rows, rejectedBy }));
  assertEquals(json.rejectedBy, {
    "dob": { "invalid-date": 1 },
    "(row)": { "refused-400": 12 },
  });
  assertEquals(json.rejectedFirst, {
    "dob": { "invalid-date": { row: 4, line: 7 } },
    "(row)": { "refused-400": { row: 1200, line: 1201 } },
  });
});
