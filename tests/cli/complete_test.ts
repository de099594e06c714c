/**
 * What the shells' scripts are told: whole words for zsh and fish, quoted ends of words for bash.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { splitLine, typedAs } from "../../src/cli/completion/bash.ts";
import { slotOf } from "../../src/cli/completion/words.ts";
import { commands, flagsOf } from "../../src/cli/commands/commands.ts";
import type { Setting } from "../../src/config/setting.ts";
import { settings } from "../../src/config/settings.ts";
import { destinations } from "../../src/destinations/registry.ts";
import { assertCode, type Surroundings, Workdir } from "../support/workdir.ts";
import { builtinMapping } from "../support/destinations.ts";

const CSV = 'First Name,"a ""b""",It\'s,Größe,$x\n1,2,3,4,5\n';
const COLUMNS = ["First Name", 'a "b"', "It's", "Größe", "$x"];

/** The candidates for the last word, without their help. */
async function words(dir: Workdir, line: string[], surroundings?: Surroundings): Promise<string[]> {
  const ended = await dir.run(["__complete", "zsh", ...line], surroundings);
  assertEquals([ended.code, ended.stderr], [0, ""]);
  return ended.stdout.split("\n").slice(0, -1).map((line) => line.split("\t")[0] ?? "");
}

/** What bash is told to put in place of `text`. */
async function inBash(dir: Workdir, line: string, text: string): Promise<string[]> {
  const { stdout } = await dir.run(["__complete", "bash", line, text]);
  return stdout.split("\n").slice(0, -1);
}

Deno.test("commands are completed, and explained where the shell shows it", async () => {
  await using dir = await Workdir.make();
  assertEquals(await words(dir, ["s"]), ["send", "serve", "status", "schema"]);
  assertEquals(await words(dir, ["help", "im"]), ["import"]);
  assertEquals((await words(dir, [""])).includes("__complete"), false);
  const { stdout } = await dir.run(["__complete", "fish", "imp"]);
  assertEquals(stdout, "import\timport a CSV file\n");
});

Deno.test("each command's flags are completed: all that it has, and no other", () => {
  for (const command of commands) {
    const { wanted } = slotOf([command.name, "-"]);
    if (wanted.kind !== "words") throw new Error(`${wanted.kind} for the flags of ${command.name}`);
    const flags = flagsOf(command).map(([, { flag }]) => `--${flag}`);
    assertEquals(wanted.words.map(({ value }) => value), [...flags, "--help"]);
  }
});

Deno.test("a flag that stands on the line is offered again only if it may be repeated", async () => {
  await using dir = await Workdir.make();
  const line = ["import", "-q", "--to=http", "--where", "a = 1", "--rate", "5", "a.csv", "--"];
  const offered = await words(dir, line);
  for (const flag of ["--quiet", "--to", "--rate"]) assert(!offered.includes(flag), flag);
  for (const flag of ["--where", "--json"]) assert(offered.includes(flag), flag);
});

Deno.test("files are offered as often as a command takes one", () => {
  assertEquals(slotOf(["validate", "a.csv", "b.csv", ""]).wanted, { kind: "files" });
  assertEquals(slotOf(["import", "a.csv", ""]).wanted.kind, "words");
});

Deno.test("values are completed where there are only a few, also behind an equals sign", async () => {
  await using dir = await Workdir.make();
  const names = destinations.map(({ name }) => name);
  assertEquals(await words(dir, ["import", "a.csv", "--to", ""]), names);
  assertEquals(await words(dir, ["import", "a.csv", "-t", "mp"]), ["mparticle"]);
  assertEquals(await words(dir, ["import", "--to=sh"]), ["--to=showads"]);
  assertEquals(await words(dir, ["validate", "--format", "g"]), ["github"]);
  assertEquals(await words(dir, ["completions", ""]), ["bash", "zsh", "fish"]);
  const builtin = names.filter((name) => builtinMapping(name));
  assertEquals(await words(dir, ["mapping", ""]), builtin);
});

Deno.test("every value that is offered is one that the setting takes", () => {
  for (const { words = [], check } of Object.values<Setting>(settings)) {
    for (const word of words) assert(check.safeParse(word).success, word);
  }
});

Deno.test("the shell offers files where rowferry knows nothing better", async () => {
  await using dir = await Workdir.make();
  const lines = [
    ["import", ""],
    ["import", "a.csv", "--mapping", ""],
    ["import", "a.csv", "--mapping="],
    ["import", "--", "--"],
    ["nowhere", ""],
    ["import", "--nowhere=x"],
    ["validate", "no.csv", "--unique", ""],
    ["validate", "-", "--unique", ""],
    ["send", "--set", ""],
    ["resume", ""],
  ];
  for (const line of lines) assertEquals(await words(dir, line), []);
});

Deno.test("--unique offers the columns of the CSV on the line, each once", async () => {
  await using dir = await Workdir.make();
  await dir.write("my data.csv", CSV);
  await dir.write("other.csv", CSV.replaceAll(",", ";"));
  assertEquals(await words(dir, ["validate", "my data.csv", "--unique", ""]), COLUMNS);
  assertEquals(await words(dir, ["validate", "-d", ";", "other.csv", "--unique", ""]), COLUMNS);
  const twice = ["validate", "my data.csv", "--unique", "It's", "--unique", ""];
  assertEquals(await words(dir, twice), COLUMNS.filter((name) => name !== "It's"));
  const home = { env: { HOME: dir.path } };
  assertEquals(await words(dir, ["validate", "~/my data.csv", "--unique", "F"], home), [
    "First Name",
  ]);
});

Deno.test("a column whose name can't stand on one line is not offered", async () => {
  await using dir = await Workdir.make();
  await dir.write("a.csv", '"one\ntwo",three\n1,2\n');
  assertEquals(await words(dir, ["validate", "a.csv", "--unique", ""]), ["three"]);
});

Deno.test("--set offers the columns of the mapping that are not set yet", async () => {
  await using dir = await Workdir.make();
  const line = ["send", "--to", "showads", "--set", "Name=Ann", "--set"];
  assertEquals(await words(dir, [...line, ""]), ["Age=", "Cookie=", "Banner_id="]);
  await dir.write(
    "m.yaml",
    "destination: http\nhttp: { url: https://example.com }\ncolumns: [{ from: My Id, to: id }]",
  );
  assertEquals(await words(dir, ["send", "--mapping", "m.yaml", "--set", ""]), ["My Id="]);
  const env = { env: { ROWFERRY_TO: "showads" } };
  assertEquals(await words(dir, ["send", "--set=A"], env), ["--set=Age="]);
});

Deno.test("resume offers unfinished runs: by the CSV's path and by their folders", async () => {
  await using dir = await Workdir.make();
  await dir.write("my customers.csv", "Name,Age,Cookie,Banner_id\nAnn Lee,old,c1,7\n");
  const to = ["--to", "showads", "--sandbox", "--log-dir", "runs"];
  assertCode(await dir.run(["import", "my customers.csv", ...to, "--max-errors", "0"]), 3);
  const [path, folder, ...others] = await words(dir, ["resume", "--log-dir", "runs", ""]);
  assertEquals([path, others], ["my customers.csv", []]);
  assert(folder?.startsWith("runs/my customers.csv.showads/"), folder);
  assertEquals(await words(dir, ["resume", ""], { env: { ROWFERRY_LOG_DIR: "runs" } }), [
    path,
    folder,
  ]);
  assertEquals(await words(dir, ["resume", ""]), []);
});

Deno.test("status and report offer every run, finished ones too", async () => {
  await using dir = await Workdir.make();
  await dir.write("c.csv", "Name,Age,Cookie,Banner_id\nAnn Lee,30,c1,7\n");
  assertCode(await dir.run(["import", "c.csv", "--to", "showads", "--sandbox"]), 0);
  for (const command of ["status", "report"]) {
    const [path, folder] = await words(dir, [command, ""]);
    assertEquals(path, "c.csv");
    assert(folder?.startsWith("log/c.csv.showads/"), folder);
  }
  assertEquals(await words(dir, ["resume", ""]), []);
});

Deno.test("bash gets the end of the word that it replaces, quoted as the word began", async () => {
  await using dir = await Workdir.make();
  await dir.write("my data.csv", CSV);
  const line = "rowferry validate my\\ data.csv --unique";
  const cases: [typed: string, text: string, expected: string[]][] = [
    [" Fi", "Fi", ["First\\ Name"]],
    [" First\\ N", "First\\ N", ["First\\ Name"]],
    [' "First N', "First N", ["First Name"]],
    [" 'First N", "First N", ["First Name"]],
    ["=Fi", "Fi", ["First\\ Name"]],
    ['="Fi', "Fi", ["First Name"]],
    [' Fi"rst N', "rst N", ["rst Name"]],
    [" It", "It", ["It\\'s"]],
    [" 'It", "It", ["It'\\''s"]],
    [' "a', "a", ['a \\"b\\""']],
    [' "$', "$", ["\\$x"]],
    [" Gr", "Gr", ["Größe"]],
  ];
  for (const [typed, text, expected] of cases) {
    assertEquals(await inBash(dir, line + typed, text), expected, typed);
  }
});

Deno.test("whatever a column is called, bash reads the completed word as that name", () => {
  const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 10 })
    .filter((text) => !/\p{Cc}/u.test(text));
  fc.assert(fc.property(name, fc.nat(10), fc.constantFrom("", "'", '"'), (name, length, quote) => {
    const [first = "", rest = ""] = [name.slice(0, length), name.slice(length)];
    if (!first.isWellFormed() || !rest.isWellFormed()) return;
    const typed = splitLine(`rowferry --unique ${quote}`);
    const written = typedAs(name, typed, "") ?? "";
    const closing = written.endsWith(quote) ? "" : quote; // which readline adds
    assertEquals(splitLine(`rowferry --unique ${quote}${written}${closing}`).words, [
      "rowferry",
      "--unique",
      name,
    ]);
    if (quote !== "") return;
    // The same from the middle of the name.
    const middle = splitLine(`rowferry --unique ${typedAs(first, typed, "")}`);
    assertEquals(typedAs(name, middle, middle.raw), written);
  }));
});

Deno.test("completing never fails, whatever stands on the line", async () => {
  await using dir = await Workdir.make();
  await dir.write(".env", "ROWFERRY_NOWHERE=1\nROWFERRY_LOG_DIR=.env\n");
  await dir.write("broken.csv", '"a');
  await dir.write("broken.yaml", "{");
  const lines: string[][] = [
    ["validate", "broken.csv", "--unique", ""],
    ["validate", ".", "--unique", ""],
    ["validate", "broken.csv", "-d", "long", "--encoding", "nowhere", "--unique", ""],
    ["send", "--mapping", "broken.yaml", "--set", ""],
    ["send", "--to", "constructor", "--set", ""],
    ["resume", "--env-file", "nowhere", ""],
    ["resume", ""],
    ["--", ""],
    [],
  ];
  for (const line of lines) await words(dir, line);
  for (const rest of [[], ["bash"], ["bash", "rowferry 'x"], ["bash", "rowferry a", "b"], ["x"]]) {
    const ended = await dir.run(["__complete", ...rest]);
    assertEquals([ended.code, ended.stderr], [0, ""]);
  }
});
