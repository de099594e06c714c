import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { commands, flagsOf } from "../../src/cli/commands/commands.ts";
import type { Setting } from "../../src/config/setting.ts";
import { settings } from "../../src/config/settings.ts";
import { Workdir } from "../support/workdir.ts";
import { builtinMapping, definitions } from "../support/destinations.ts";

async function help(...args: string[]): Promise<string> {
  await using dir = await Workdir.make();
  return (await dir.run([...args, "--help"])).stdout;
}

Deno.test("help fits 80 columns, whatever it is about", async () => {
  for (const args of [[], ...commands.map(({ name }) => [name])]) {
    const wide = (await help(...args)).split("\n").filter((line) => line.length > 80);
    assertEquals(wide, []);
  }
});

Deno.test("each command's help has a summary of what it does, its flags and examples", async () => {
  for (const command of commands) {
    const text = await help(command.name);
    const prose = text.replaceAll(/\s+/g, " ");
    assertStringIncludes(prose, command.description);
    for (const [, { flag }] of flagsOf(command)) assertStringIncludes(text, `--${flag}`);
    assertMatch(text, /\nExamples?:\n {2}\S/);
  }
});

Deno.test("examples use flags that their commands have", () => {
  for (const { examples } of commands) {
    for (const [, name, rest = ""] of examples.join("\n").matchAll(/rowferry (\w+)(.*)/g)) {
      const command = commands.find((command) => command.name === name);
      if (!command) throw new Error(`There is no command ${name}`);
      const known = flagsOf(command).map(([, { flag }]) => `--${flag}`);
      for (const [flag] of rest.matchAll(/--[a-z-]+/g)) assert(known.includes(flag), flag);
    }
  }
});

Deno.test("a flag with a value says its default, unless it has none to speak of", () => {
  const without = [
    "to",
    "where",
    "set",
    "shard",
    "dump",
    "prune",
    "since",
    "output",
    "rejected",
    "unique",
  ];
  for (const setting of Object.values<Setting>(settings)) {
    const { flag, placeholder, help } = setting;
    if (flag === null || placeholder === undefined) continue;
    assert(!help.includes("default:"), `--${flag}: the default has a member of its own`);
    const says = setting.default !== undefined || setting.otherwise !== undefined;
    assertEquals(says, !without.includes(flag), `--${flag}`);
  }
});

Deno.test("variables of the older systems stand beside the flags that they set", async () => {
  const text = await help("import");
  for (const { variables = [], commands } of Object.values<Setting>(settings)) {
    if (!commands.includes("import")) continue;
    for (const name of variables) assertStringIncludes(text, name);
  }
});

Deno.test("help for resume doesn't promise defaults where the run's own settings count", async () => {
  const text = await help("resume");
  assert(!text.includes("built-in"));
  assert(!text.includes("MIN_AGE"));
  assertMatch(text, /--mapping <file> +mapping file \(default: as it was started\)/);
});

Deno.test("the program's help names the credentials of each destination", async () => {
  const text = await help();
  for (const kind of definitions) {
    assertStringIncludes(text, `\n  ${kind.name} `);
    const mapping = builtinMapping(kind.name);
    const secrets = mapping ? kind.variables(mapping).filter(({ secret }) => secret) : [];
    for (const { name } of secrets) assertStringIncludes(text, name);
  }
});

Deno.test("a flag that would do nothing is refused", async () => {
  await using dir = await Workdir.make();
  for (const args of [["schema", "--json"], ["completions", "bash", "--quiet"], ["status", "-v"]]) {
    const ended = await dir.run(args);
    assertEquals(ended.code, 2);
    assertMatch(ended.stderr, /^rowferry: unknown option/);
  }
});
