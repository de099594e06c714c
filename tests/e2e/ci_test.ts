/**
 * What a CI job gets: annotations, one JSON object, a summary of its step, an exit code that is the worst.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { standIn } from "../support/stand_in.ts";
import { assertCode, Workdir } from "../support/workdir.ts";

const HEADER = "Name,Age,Cookie,Banner_id\n";
const GOOD = `${HEADER}Ann,30,c1,1\nBo,31,c2,2\n`;
const BAD = `${HEADER}Ann,30,c1,1\nBo,31,c2,|9000|\n`;
const OTHER = "Vorname,Alter\nAnn,30\n";

async function workdir(): Promise<Workdir> {
  const dir = await Workdir.make();
  await Deno.mkdir(dir.file("data"));
  for (const [name, rows] of [["a.csv", GOOD], ["b.csv", BAD], ["c.csv", OTHER]] as const) {
    await dir.write(`data/${name}`, rows);
  }
  return dir;
}

const TO = ["--to", "showads"];

Deno.test("several files are checked one after the other, and the exit code is the worst's", async () => {
  await using dir = await workdir();
  const both = await dir.run(["validate", "data/a.csv", "data/b.csv", ...TO]);
  assertCode(both, 1);
  assertMatch(
    both.stdout,
    /^Checked data\/a\.csv for showads: no invalid row\.\n[^]*\n\nChecked data\/b\.csv for showads: 1 of/,
  );
  const all = await dir.run(["validate", "data/b.csv", "data/c.csv", "data/a.csv", ...TO]);
  assertCode(all, 2);
  assertMatch(all.stderr, /^rowferry: data\/c\.csv lacks 4 columns/);
  assertStringIncludes(
    all.stdout,
    "Checked data/a.csv",
    "those behind it are checked all the same",
  );
});

Deno.test("a pattern that no shell took stands for its files", async () => {
  await using dir = await workdir();
  const found = await dir.json(["validate", "data/*.csv", ...TO]);
  assertEquals([found.command, found.exitCode], ["validate", 2]);
  assertEquals(
    found.files.map(({ source, status, exitCode }: Record<string, unknown>) => [
      source,
      status,
      exitCode,
    ]),
    [["data/a.csv", "completed", 0], ["data/b.csv", "completed", 1], ["data/c.csv", "refused", 2]],
  );
  assertMatch(found.files[2].reason, /^data\/c\.csv lacks 4 columns/);
  const one = await dir.json(["validate", "data/?.csv", "--to", "nowhere"]);
  assertEquals([one.exitCode, one.files.length], [2, 3]);
});

Deno.test("of several files, a quiet check tells those that have invalid rows", async () => {
  await using dir = await workdir();
  const { stdout } = await dir.run(["validate", "data/a.csv", "data/b.csv", ...TO, "-q"]);
  assert(!stdout.includes("data/a.csv"), stdout);
  assertMatch(stdout, /^Checked data\/b\.csv/);
});

Deno.test("--rejected goes with one file", async () => {
  await using dir = await workdir();
  const args = ["validate", "data/a.csv", "data/b.csv", "--rejected", "out.csv", ...TO];
  const { code, stderr } = await dir.run(args);
  assertEquals(code, 2);
  assertStringIncludes(stderr, "--rejected goes with one file");
});

Deno.test("a refused call is an annotation with --format github, and an object with --json", async () => {
  await using dir = await workdir();
  const refused = async (...args: string[]) => {
    const ended = await dir.run(["validate", ...args]);
    assertCode(ended, 2);
    return ended.stdout;
  };
  assertMatch(
    await refused("data/c.csv", ...TO, "--format", "github"),
    /^::error title=rowferry::data\/c\.csv lacks 4 columns, [^\n]*%0A[^\n]*\n$/,
  );
  assertEquals(
    await refused("data/a.csv", "--format=github", "--limit", "few", ...TO),
    '::error title=rowferry::--limit takes a whole number of at least 0, not "few"\n',
  );
  const several = await refused("data/a.csv", "data/c.csv", ...TO, "--format", "github");
  assertMatch(
    several,
    /^::notice [^\n]*\n::error file=data\/c\.csv,title=rowferry::data\/c\.csv lacks/,
  );
  assertEquals(await refused("data/c.csv", ...TO), "");
  const { status, reason } = JSON.parse(await refused("data/c.csv", ...TO, "--json"));
  assertEquals(status, "refused");
  assertMatch(reason, /lacks 4 columns/);
});

Deno.test("a check's verdict and causes stand in the step's summary, without values", async () => {
  await using dir = await workdir();
  await dir.write("summary.md", "# Before\n");
  const env = { GITHUB_STEP_SUMMARY: dir.file("summary.md") };
  assertCode(await dir.run(["validate", "data/*.csv", ...TO], { env }), 2);
  const text = await dir.read("summary.md");
  assertMatch(text, /^# Before\n## data\/a\.csv: no invalid row, for showads\n/);
  assertStringIncludes(text, "\n## data/b.csv: 1 of 2 rows invalid, for showads\n");
  assertMatch(text, /\n\| Banner\\_id \| `[\w-]+` \| 1 \| row 2, line 3 \|\n/);
  assertStringIncludes(text, "\n## data/c.csv: not checked\n");
  assert(!text.includes("9000"));
});

Deno.test("an import's report stands in the step's summary; where that can't be written, it is said", async () => {
  await using dir = await workdir();
  await using api = await standIn("showads");
  const env = { ...api.env, GITHUB_STEP_SUMMARY: dir.file("summary.md") };
  assertCode(await dir.run(["import", "data/b.csv", ...TO, "-q"], { env }), 1);
  const text = await dir.read("summary.md");
  assertMatch(text, /^## .*b\.csv to showads: completed\n/);
  assertStringIncludes(text, "| accepted | 1 |");
  assert(!text.includes("9000"));

  const nowhere = { ...api.env, GITHUB_STEP_SUMMARY: dir.file("no/such/folder.md") };
  const ended = await dir.run(["import", "data/a.csv", ...TO], { env: nowhere });
  assertCode(ended, 0);
  assertEquals(
    ended.stderr,
    "rowferry: Cannot write to GITHUB_STEP_SUMMARY: no such file or folder\n",
  );
});
