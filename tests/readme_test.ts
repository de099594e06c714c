/**
 * What the README and the manual promise: tested commands run as written, and names are those of
 * what there is.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import * as z from "zod";
import manifest from "../deno.json" with { type: "json" };
import { settingList } from "../src/config/resolve.ts";
import { commands } from "../src/cli/commands/commands.ts";
import { columnSchema } from "../src/mapping/schema_columns.ts";
import { EXIT } from "../src/cli/exit_code.ts";
import { Workdir } from "./support/workdir.ts";

const ROOT = new URL("../", import.meta.url);

/** Files that pages name without a folder. */
const existsAtRoot = new Set(["deno.json", "main.ts"]);
const README = await Deno.readTextFile(new URL("README.md", ROOT));

/** The README and the manual's pages, by their paths in the repository. */
const pages = new Map([["README.md", README]]);
for await (const { name } of Deno.readDir(new URL("docs/", ROOT))) {
  const path = `docs/${name}`;
  if (name.endsWith(".md")) pages.set(path, await Deno.readTextFile(new URL(path, ROOT)));
}
const everyPage = [...pages.values()].join("\n");

/** Flags and variables of other programs that the pages name. */
const OTHERS = new Set([
  "--filter",
  "ALL_PROXY",
  "DENO_CERT",
  "DENO_TLS_CA_STORE",
  "GITHUB_STEP_SUMMARY",
  "XDG_STATE_HOME",
]);

/** What stands in a page's code, where names are meant: spans, and blocks line by line. */
function codeOf(page: string): string[] {
  const blocks = [...page.matchAll(/^```(.*)\n([\s\S]*?)^```/gm)]
    .flatMap(([, language = "", code = ""]) => language === "" || language === "sh" ? [code] : []);
  const prose = page.replace(/^```[\s\S]*?^```/gm, "");
  const spans = [...prose.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);
  return [...blocks.flatMap((block) => block.split("\n")), ...spans];
}

/** The names that GitHub gives a page's headings. */
function anchorsOf(page: string): string[] {
  return [...page.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-")
  );
}

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

Deno.test("the README names every command and exit code, the manual every flag of import and validate", () => {
  for (const { name } of commands) assertStringIncludes(README, `rowferry ${name}`);
  for (const [, { flag, commands }] of settingList) {
    if (flag === null || !(commands.includes("import") || commands.includes("validate"))) continue;
    assert(everyPage.includes(`--${flag}`), `No page names --${flag}`);
  }
  for (const code of Object.values(EXIT)) {
    assert(new RegExp(`^\\| (\\d+, )*${code}\\b`, "m").test(README), `README: exit code ${code}`);
  }
});

Deno.test("every command, flag and variable that a page names exists", async () => {
  const sample = await Deno.readTextFile(new URL(".env_sample", ROOT));
  const known = {
    commands: new Set(["help", ...commands.map(({ name }) => name)]),
    flags: new Set(["help", "version", "licenses", ...settingList.map(([, { flag }]) => flag)]),
    variables: new Set([...sample.matchAll(/^#?([A-Z_]+)=/gm)].map(([, name]) => name)),
  };
  const unknown: string[] = [];
  for (const [page, text] of pages) {
    for (const code of codeOf(text)) {
      for (const [, name = ""] of code.matchAll(/(?:^|[\s(&])rowferry ([a-z]+)/g)) {
        if (!known.commands.has(name)) unknown.push(`${page}: rowferry ${name}`);
      }
      for (const [, name = ""] of code.matchAll(/(?:^|[\s(])--([a-z][a-z-]*)/g)) {
        if (!known.flags.has(name) && !OTHERS.has(`--${name}`)) unknown.push(`${page}: --${name}`);
      }
      for (const [name] of code.matchAll(/\b[A-Z]+(?:_[A-Z]+)+\b/g)) {
        if (!known.variables.has(name) && !OTHERS.has(name)) unknown.push(`${page}: ${name}`);
      }
    }
  }
  assertEquals(unknown, []);
});

Deno.test("every type that a column can have is told of in the pages about mappings", () => {
  const types = columnSchema.options.map(({ shape }) => shape.type)
    .flatMap((type) => type instanceof z.ZodDefault ? type.unwrap().values : type.values)
    .flatMap((values) => [...values]);
  assert(types.length > 8, types.join());
  const page = pages.get("docs/mapping.md") ?? "";
  assertEquals(types.filter((type) => !page.includes(`\`${type}\``)), []);
});

Deno.test("every page is reached from the README, and every link leads somewhere", async () => {
  const reached = new Set(["README.md"]);
  for (const page of reached) {
    const text = pages.get(page) ?? "";
    for (const [, target = "", anchor] of text.matchAll(/\]\(([^)#:]*)(?:#([^)]*))?\)/g)) {
      const url = new URL(target === "" ? page : target, new URL(page, ROOT));
      const path = target === "" ? page : url.href.slice(ROOT.href.length);
      assert(await Deno.stat(new URL(path, ROOT)).catch(() => null), `${page} links to ${target}`);
      if (pages.has(path)) reached.add(path);
      if (anchor === undefined) continue;
      assert(anchorsOf(pages.get(path) ?? "").includes(anchor), `${page} links to #${anchor}`);
    }
  }
  assertEquals([...pages.keys()].filter((page) => !reached.has(page)), []);
});

Deno.test("the README is read within an hour", () => {
  assert(README.split("\n").length < 250);
});

Deno.test("every file that the pages for contributors name exists", async () => {
  const missing: string[] = [];
  for (const page of ["ARCHITECTURE.md", "CONTRIBUTING.md"]) {
    const text = await Deno.readTextFile(new URL(`.github/${page}`, ROOT));
    const links = [...text.matchAll(/\]\(([^)#:]+)/g)]
      .map(([, target = ""]) => new URL(target, new URL(".github/", ROOT)));
    const named = [...text.matchAll(/`([\w.]+(?:\/[\w.<>]*)+|\w+\.(?:ts|json|md))`/g)]
      .map(([, path = ""]) => path)
      // Files of a folder that the sentence names, and places for names.
      .filter((path) => path.includes("/") ? !path.includes("<") : existsAtRoot.has(path))
      .map((path) => new URL(path, ROOT));
    for (const url of [...links, ...named]) {
      if (!await Deno.stat(url).catch(() => null)) missing.push(`${page}: ${url.pathname}`);
    }
    for (const [, name = ""] of text.matchAll(/deno@2\.9\.6 task (\w+)/g)) {
      if (!(name in manifest.tasks)) missing.push(`${page}: task ${name}`);
    }
  }
  assertEquals(missing, []);
});
