/**
 * The README's promises: its tested commands run as written, and it names what there is.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { settingList } from "../src/config/resolve.ts";
import { commands } from "../src/cli/commands/commands.ts";
import { EXIT } from "../src/cli/exit_code.ts";
import { Workdir } from "./support/workdir.ts";

const ROOT = new URL("../", import.meta.url);
const README = await Deno.readTextFile(new URL("README.md", ROOT));

/** The shell blocks that are marked as tested under a name, in order. */
function blocks(name: string): string[] {
  const pattern = new RegExp(`<!-- tested: ${name} -->\n+\`\`\`sh\n([\\s\\S]*?)\`\`\``, "g");
  const found = [...README.matchAll(pattern)].map((match) => match[1] ?? "");
  assertEquals(found.length, 2, `The README has lost its commands for ${name}`);
  return found;
}

/** Runs lines in bash, `rowferry` being the program's source; stops at the first that it can't run. */
async function bash(dir: Workdir, script: string) {
  const { pathname } = ROOT;
  const run = `"${Deno.execPath()}" run --quiet --config "${pathname}deno.json" ` +
    `--allow-read --allow-write --allow-env --allow-net "${pathname}main.ts"`;
  const { code, stdout, stderr } = await new Deno.Command("bash", {
    args: ["-c", `rowferry() { ${run} "$@"; }\n${script}`],
    cwd: dir.path,
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

Deno.test("the README's way of mending rejected rows works as written", async () => {
  await using dir = await Workdir.make();
  await Deno.mkdir(dir.file("examples"));
  await dir.write(
    "examples/policies-with-errors.csv",
    await Deno.readTextFile(new URL("examples/policies-with-errors.csv", ROOT)),
  );
  const [first = "", second = ""] = blocks("mend");
  const ended = await bash(dir, `${first}\n${second}`);
  assertStringIncludes(ended.stdout, "9 of 9 rows accepted");
  assertEquals(ended.code, 0, ended.stdout + ended.stderr);
  const result = JSON.parse(await dir.read("result.json"));
  assertEquals(result.exitCode, 1);
  const errors = await dir.read(result.files.errors);
  for (const line of README.match(/^\{"row":.*$/gm) ?? []) assertStringIncludes(errors, line);
});

Deno.test("the README's way from a CSV to a mapping to a rehearsal works as written", async () => {
  await using dir = await Workdir.make();
  await dir.write(
    "crm.csv",
    "Kunden-ID,E-Mail,Vorname,Ort\n1,ann@example.com,Ann,Köln\n2,bo@example.com,Bo,Bonn\n",
  );
  const [init = "", rehearse = ""] = blocks("mapping");
  const made = await bash(dir, init);
  assertEquals(made.code, 0, made.stderr);
  // What a person does: takes the marks away.
  await dir.write("crm.yaml", (await dir.read("crm.yaml")).replaceAll(/# CHOOSE: /g, ""));
  const ended = await bash(dir, `set -e\n${rehearse}`);
  assertEquals(ended.code, 0, ended.stdout + ended.stderr);
  assertStringIncludes(ended.stdout, "2 of 2 rows accepted");
});

Deno.test("the README names every command, every flag of import and validate, every exit code", () => {
  for (const { name } of commands) assertStringIncludes(README, `rowferry ${name}`);
  for (const [, { flag, commands }] of settingList) {
    if (flag === null || !(commands.includes("import") || commands.includes("validate"))) continue;
    assert(README.includes(`--${flag}`), `README does not name --${flag}`);
  }
  for (const code of Object.values(EXIT)) {
    assert(new RegExp(`^\\| (\\d+, )?${code}\\b`, "m").test(README), `README: exit code ${code}`);
  }
});

Deno.test("the README's links to files of the repository lead somewhere", async () => {
  for (const [, target = ""] of README.matchAll(/\]\(([^)#:]+)\)/g)) {
    assert(await Deno.stat(new URL(target, ROOT)), target);
  }
});
