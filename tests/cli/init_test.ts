/**
 * The newcomer's way: from a CSV that nobody has seen to a mapping, a clean check and an import.
 *
 * @module
 */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { assertCode, Workdir } from "../support/workdir.ts";

const CSV = `Client ID;E-Mail;Forename;"Signed ""up""";Premium, net;Plan;Größe
0017;ann@example.com;Ann;2024-01-31;12.50;gold;1
0018;bob@example.com;Bob;2024-02-01;7;silver;2
`;

/** What a person does who takes every suggestion: the marks go, the lines stay. */
function takeSuggestions(text: string): string {
  return text.replace(/# CHOOSE: (?=to:|auth:|mparticle:)/g, "").replace(/ # CHOOSE: .*$/gm, "");
}

Deno.test("the file that init writes leads to a clean check and a sandbox import by its marks alone", async () => {
  for (const destination of ["mparticle", "http"]) {
    await using dir = await Workdir.make();
    await dir.write("crm.csv", CSV);
    const init = await dir.run(["init", "crm.csv", "--to", destination, "--output", "crm.yaml"]);
    assertCode(init, 0);
    assertEquals(init.stdout, "");
    await dir.write("crm.yaml", takeSuggestions(await dir.read("crm.yaml")));
    assertCode(await dir.run(["validate", "crm.csv", "--mapping", "crm.yaml"]), 0);
    const args = ["import", "crm.csv", "--mapping", "crm.yaml", "--sandbox"];
    const result = await dir.json(args);
    assertEquals([result.exitCode, result.rows.accepted], [0, 2]);
  }
});

Deno.test("a CSV for ShowAds whose columns have other names takes the same way", async () => {
  await using dir = await Workdir.make();
  await dir.write("leads.csv", "Visitor ID,Banner,Age\nc1,7,30\nc2,8,40\n");
  const args = ["leads.csv", "--to", "showads"];
  assertCode(await dir.run(["init", ...args, "-o", "leads.yaml"]), 0);
  assertCode(await dir.run(["validate", ...args, "--mapping", "leads.yaml"]), 0);
  const result = await dir.json(["import", ...args, "--mapping", "leads.yaml", "--sandbox"]);
  assertEquals(result.rows.accepted, 2);
});

Deno.test("init says what to do next, in commands that work as printed", async () => {
  await using dir = await Workdir.make();
  await dir.write("my crm.csv", CSV);
  const { stderr } = await dir.run([
    ...["init", "my crm.csv", "--to", "http", "-d", "semicolon", "-o", "crm.yaml"],
  ]);
  assertMatch(
    stderr,
    /^Wrote crm\.yaml, and rowferry\.schema\.json for editors to check it by\.$/m,
  );
  assertMatch(stderr, /^Edit its \d+ lines marked CHOOSE:, then check the CSV by it:$/m);
  assertStringIncludes(
    stderr,
    "\n  rowferry validate 'my crm.csv' --mapping crm.yaml --delimiter ';'\n",
  );
  const args = ["validate", "my crm.csv", "--mapping", "crm.yaml", "--delimiter", ";"];
  assertCode(await dir.run(args), 0);
});

Deno.test("without --output the mapping alone goes to standard output", async () => {
  await using dir = await Workdir.make();
  await dir.write("crm.csv", CSV);
  const { stdout, stderr } = await dir.run(["init", "crm.csv", "--to", "mparticle"]);
  assertMatch(stdout, /^# yaml-language-server: \$schema=\.\/rowferry\.schema\.json\n/);
  assertStringIncludes(stderr, "rowferry schema --output rowferry.schema.json");
  assertEquals(await dir.tree(), ["crm.csv"]);
});

Deno.test("the schema that init puts beside the mapping is the one that schema prints", async () => {
  await using dir = await Workdir.make();
  await dir.write("crm.csv", CSV);
  await Deno.mkdir(dir.file("maps"));
  await dir.run(["init", "crm.csv", "--to", "mparticle", "-o", "maps/crm.yaml"]);
  assertEquals(await dir.tree("maps"), ["crm.yaml", "rowferry.schema.json"]);
  const { stdout } = await dir.run(["schema"]);
  assertEquals(await dir.read("maps", "rowferry.schema.json"), stdout);
});

Deno.test("a schema that is there already stays as it is", async () => {
  await using dir = await Workdir.make();
  await dir.write("crm.csv", CSV);
  await dir.write("rowferry.schema.json", "mine");
  const ended = await dir.run(["init", "crm.csv", "--to", "http", "-o", "crm.yaml"]);
  assertCode(ended, 0);
  assertMatch(ended.stderr, /^Wrote crm\.yaml\.$/m);
  assertEquals(await dir.read("rowferry.schema.json"), "mine");
});

Deno.test("an existing file is replaced only with --yes or by consent", async () => {
  await using dir = await Workdir.make();
  await dir.write("crm.csv", CSV);
  await dir.write("crm.yaml", "mine");
  const args = ["init", "crm.csv", "--to", "http", "-o", "crm.yaml"];
  const answering = (answer: boolean | null) => ({
    terminal: true,
    io: {
      prompts: { select: () => Promise.resolve(null), confirm: () => Promise.resolve(answer) },
    },
  });

  const refused = await dir.run(args);
  assertCode(refused, 2);
  assertMatch(refused.stderr, /^rowferry: crm\.yaml is already there: .*--yes\n$/);
  assertCode(await dir.run(args, answering(false)), 130);
  assertCode(await dir.run(args, answering(null)), 130);
  assertEquals(await dir.read("crm.yaml"), "mine");

  assertCode(await dir.run(args, answering(true)), 0);
  assertStringIncludes(await dir.read("crm.yaml"), "destination: http");
  await dir.write("crm.yaml", "a longer text than the mapping ".repeat(1000));
  assertCode(await dir.run([...args, "--yes"]), 0);
  assertEquals((await dir.read("crm.yaml")).includes("a longer text"), false);
});

Deno.test("the CSV itself is never overwritten", async () => {
  await using dir = await Workdir.make();
  await dir.write("crm.csv", CSV);
  const args = ["init", "crm.csv", "--to", "http", "--output", "./crm.csv", "--yes"];
  const ended = await dir.run(args);
  assertCode(ended, 2);
  assertStringIncludes(ended.stderr, "--output ./crm.csv is the file that is read");
  assertEquals(await dir.read("crm.csv"), CSV);
});

Deno.test("standard input can be looked at too", async () => {
  await using dir = await Workdir.make();
  const ended = await dir.run(["init", "-", "--to", "mparticle"], { stdin: CSV });
  assertCode(ended, 0);
  assertStringIncludes(ended.stdout, "# Mapping of standard input to mparticle.");
});

for (
  const [what, args, says] of [
    ["no destination", ["crm.csv"], /--to is missing: name the destination \(mparticle, /],
    ["a misspelt destination", ["crm.csv", "--to", "mpartcle"], /did you mean mparticle\?/],
    ["no such file", ["nowhere.csv", "--to", "http"], /Cannot read nowhere\.csv: no such file/],
    ["a folder for the output", ["crm.csv", "--to", "http", "-o", ".", "-y"], /it is a folder/],
    ["no folder for the output", ["crm.csv", "--to", "http", "-o", "no/x"], /no such file or/],
  ] as const
) {
  Deno.test(`init with ${what} exits 2 with one sentence`, async () => {
    await using dir = await Workdir.make();
    await dir.write("crm.csv", CSV);
    const ended = await dir.run(["init", ...args]);
    assertCode(ended, 2);
    assertMatch(ended.stderr, /^rowferry: .+\n$/);
    assertMatch(ended.stderr, says);
    assertEquals(await dir.tree(), ["crm.csv"]);
  });
}
