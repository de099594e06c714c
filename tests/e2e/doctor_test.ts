/**
 * What `doctor` finds, and that it sends no row and shows no secret.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { NetworkError } from "../../src/model/errors.ts";
import { standIn } from "../support/stand_in.ts";
import { assertCode, Workdir } from "../support/workdir.ts";

/** A finding in the program's JSON. */
interface Found {
  readonly topic: string;
  readonly health: string;
  readonly text: string;
  readonly todo: string | null;
}

const FILE = "Name;Age;Cookie;Banner_id\nAnn;30;c1;1\n";

/** A folder with a good `.env` for the stand-in of an API, and what `doctor` finds there. */
async function healthy() {
  const dir = await Workdir.make();
  const api = await standIn("showads");
  const env = Object.entries(api.env).map(([name, value]) => `${name}=${value}\n`).join("");
  await dir.write(".env", env);
  await dir.write("rows.csv", FILE);
  const home = { env: { HOME: dir.path } };
  return {
    dir,
    api,
    env,
    home,
    doctor: async (...args: string[]): Promise<{ exitCode: number; findings: Found[] }> =>
      await dir.json(["doctor", ...args], home),
    async [Symbol.asyncDispose]() {
      await dir[Symbol.asyncDispose]();
      await api[Symbol.asyncDispose]();
    },
  };
}

function of(findings: readonly Found[], topic: string, health: string): string[] {
  return findings.filter((found) => found.topic === topic && found.health === health)
    .map(({ text }) => text);
}

Deno.test("where all is well doctor says so, by what it looked at, and ends with 0", async () => {
  await using world = await healthy();
  const { exitCode, findings } = await world.doctor("rows.csv");
  assertEquals(exitCode, 0);
  assertEquals(findings.filter(({ health }) => health !== "ok"), []);
  const settings = of(findings, "settings", "ok");
  assert(settings.includes(`API_URL from .env: ${world.api.url}`), settings.join("\n"));
  assert(settings.includes("PROJECT_KEY from .env: set"));
  assert(
    settings.includes("No destination is named: rows go to showads, the only one with settings"),
  );
  assertStringIncludes(of(findings, "host", "ok")[0] ?? "", "was reached");
  assertEquals(of(findings, "credentials", "ok"), ["ShowAds took the login; no row was sent"]);
  assertEquals(of(findings, "clock", "ok").length, 1);
  assertStringIncludes(
    of(findings, "disk", "ok")[0] ?? "",
    "Runs are recorded in log, which can be",
  );
  assertEquals(of(findings, "runs", "ok"), ["0 runs in log, no lock is held"]);
  const [file, fits] = of(findings, "file", "ok");
  assertEquals(
    file,
    "rows.csv is a text file, 38 B; utf-8, semicolon between fields, lines end in LF. 4 columns: " +
      '"Name", "Age", "Cookie", "Banner_id"',
  );
  assertEquals(fits, "It has the columns that the built-in mapping for showads wants");
  const told = await world.dir.run(["doctor", "rows.csv"], world.home);
  assertCode(told, 0);
  assertStringIncludes(told.stdout, "All is well.");
  assertEquals(told.stdout.split("\n").filter((line) => line.length > 80), []);
});

Deno.test("doctor sends no row, leaves nothing behind, and shows no secret", async () => {
  await using world = await healthy();
  const before = await world.dir.tree();
  const { stdout, stderr } = await world.dir.run(["doctor", "rows.csv"], world.home);
  assertEquals(await world.dir.tree(), before);
  // The host is asked for its address, and for a token.
  assertEquals([world.api.received.requests, world.api.received.rows], [2, 0]);
  for (const name of ["PROJECT_KEY"]) {
    const secret = world.api.env[name] ?? "";
    assert(secret !== "" && !`${stdout}${stderr}`.includes(secret), `${name} is shown`);
  }
});

Deno.test("misspelt names, lines that are none and wrong values are told with the nearest name", async () => {
  await using world = await healthy();
  await world.dir.write(
    ".env",
    `${world.env}MPARTICLE_API_KY=abc\nnonsense here\nROWFERRY_CONCURENCY=3\nMIN_AGE=ab\n`,
  );
  const { exitCode, findings } = await world.doctor();
  assertEquals(exitCode, 1);
  const line = world.env.split("\n").length;
  const todo = (text: string) => findings.find((found) => found.text.includes(text))?.todo;
  assertEquals(
    todo(`.env, line ${line}: nothing reads MPARTICLE_API_KY`),
    "Did you mean MPARTICLE_API_KEY?",
  );
  assertEquals(todo(`line ${line + 1}: it is no NAME=value`), "Mend the line");
  assertEquals(todo("ROWFERRY_CONCURENCY in .env"), "Did you mean ROWFERRY_CONCURRENCY?");
  assertEquals(of(findings, "settings", "problem").length, 2);
  assertStringIncludes(
    of(findings, "settings", "problem").join(),
    "MIN_AGE in .env takes a whole number",
  );
});

Deno.test("a variable that the environment sets too is told, for it wins", async () => {
  await using world = await healthy();
  const env = { ...world.home.env, API_URL: world.api.url };
  const { findings } = await world.dir.json(["doctor"], { env });
  assertEquals(of(findings, "settings", "warning"), [
    "API_URL stands in .env, line 1, and in the environment, which wins",
  ]);
  assert(of(findings, "settings", "ok").includes(`API_URL from the environment: ${world.api.url}`));
});

for (
  const [reason, todo] of [
    ["the host name can't be resolved", "DNS"],
    ["connection refused", "firewalls"],
    ["no secure connection: its certificate has expired", "Check the address"],
    ["no secure connection: the server speaks no TLS on this port", "begin with http:"],
  ] as const
) {
  Deno.test(`a host that can't be reached is a problem, with its cause: ${reason}`, async () => {
    await using world = await healthy();
    const fetch = () => Promise.reject(new NetworkError("never", reason, true));
    const io = { httpClient: () => ({ fetch, close() {} }) };
    const { exitCode, findings } = await world.dir.json(["doctor"], { ...world.home, io });
    assertEquals(exitCode, 1);
    const [problem] = findings.filter(({ topic }: Found) => topic === "host");
    assertStringIncludes(problem.text, reason);
    assertMatch(problem.text, /^[\w.:]+ (?:can't|no|gave)/);
    assertStringIncludes(problem.todo, todo);
    assertEquals(of(findings, "credentials", "ok"), []);
  });
}

Deno.test("credentials that are refused are a problem, those that can't be tried are no lie", async () => {
  await using world = await healthy();
  await using strict = await standIn("showads", {
    onRequest: ({ path }) => path === "/auth" ? { status: 401, json: {} } : undefined,
  });
  await world.dir.write(".env", `API_URL=${strict.url}\nPROJECT_KEY='wrong '\n`);
  const { exitCode, findings } = await world.doctor();
  assertEquals(exitCode, 1);
  assertStringIncludes(of(findings, "credentials", "problem")[0] ?? "", "refused the credentials");
  assertEquals(of(findings, "credentials", "warning"), ["PROJECT_KEY holds a blank"]);

  await using api = await standIn("mparticle");
  const told = await world.dir.json(["doctor", "--to", "mparticle"], {
    env: { ...world.home.env, ...api.env },
  });
  assertEquals(told.exitCode, 0, JSON.stringify(told));
  assertEquals(of(told.findings, "credentials", "ok"), [
    "MPARTICLE_API_KEY and MPARTICLE_API_SECRET are given. Whether mParticle takes them can't be " +
    "tried without sending a row: the first request tells",
  ]);
  assertEquals([api.received.requests, api.received.rows], [1, 0]);
});

Deno.test("a clock that is wrong is told by the host's", async () => {
  await using world = await healthy();
  const io = { now: () => Date.now() - 3_600_000 };
  const { findings } = await world.dir.json(["doctor"], { ...world.home, io });
  assertMatch(of(findings, "clock", "warning")[0] ?? "", /clock is (?:1 h|59 m \d+ s) behind/);
});

Deno.test("a log folder that can't be written is a problem, a full disk a warning", async () => {
  await using world = await healthy();
  await world.dir.write("log", "a file");
  const { exitCode, findings } = await world.doctor();
  assertEquals([exitCode, of(findings, "disk", "problem").length], [1, 1]);
  const { io: { files } } = world.dir.outside(world.home);
  const io = { files: { ...files, freeBytes: () => Promise.resolve(1_000_000) } };
  const full = await world.dir.json(["doctor", "--log-dir", "other"], { ...world.home, io });
  assertStringIncludes(of(full.findings, "disk", "warning")[0] ?? "", "1 MB are free");
});

Deno.test("unfinished runs are told with their targets and how to go on", async () => {
  await using world = await healthy();
  await world.dir.write("more.csv", `${FILE}Bo;31;c2;2\nCy;32;c3;999\n`);
  const args = ["import", "more.csv", "--to", "showads", "--stop-after", "1"];
  const { runId } = await world.dir.json(args, world.home);
  const { exitCode, findings } = await world.doctor();
  assertEquals(exitCode, 0);
  const [run] = findings.filter(({ topic, health }) => topic === "runs" && health === "warning");
  assertStringIncludes(run?.text ?? "", `more.csv to showads at ${world.api.url} was stopped`);
  assertEquals(run?.todo, `Go on with:\nrowferry resume log/more.csv.showads/${runId}`);
  await using other = await standIn("showads");
  const moved = await world.dir.json(["doctor"], { env: { ...world.home.env, ...other.env } });
  const [elsewhere] = of(moved.findings, "runs", "warning");
  assertStringIncludes(elsewhere ?? "", "the settings name another target by now");
});

Deno.test("a file without the wanted columns, and one that is no CSV, are problems", async () => {
  await using world = await healthy();
  await world.dir.write("wrong.csv", "Name,Agee,Cookie,Banner_id\nAnn,30,c1,1\n");
  await world.dir.write("page.csv", "<!doctype html><html></html>");
  const wrong = await world.doctor("wrong.csv");
  assertEquals(wrong.exitCode, 1);
  assertStringIncludes(of(wrong.findings, "file", "problem")[0] ?? "", 'lacks the column "Age"');
  const page = await world.doctor("page.csv");
  assertStringIncludes(of(page.findings, "file", "problem")[0] ?? "", "an HTML page");
  const none = await world.doctor("none.csv");
  assertStringIncludes(of(none.findings, "file", "problem")[0] ?? "", "no such file");
});

Deno.test("without settings doctor says what it can't look at", async () => {
  await using dir = await Workdir.make();
  const { exitCode, findings } = await dir.json(["doctor"], { env: { HOME: dir.path } });
  assertEquals(exitCode, 0);
  assertStringIncludes(of(findings, "settings", "warning")[0] ?? "", "No destination is named");
  const named = await dir.json(["doctor", "--to", "showads"], { env: { HOME: dir.path } });
  assertEquals(named.exitCode, 1);
  assertStringIncludes(of(named.findings, "settings", "problem")[0] ?? "", "API_URL");
});
