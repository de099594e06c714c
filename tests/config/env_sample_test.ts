import { assert, assertEquals } from "@std/assert";
import { settingList } from "../../src/config/resolve.ts";
import { olderVariables, variableOfFlag } from "../../src/config/setting.ts";
import { builtinMapping, definitions } from "../support/destinations.ts";

const SAMPLE = new URL("../../.env_sample", import.meta.url);
const AS_EVERYWHERE = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "NO_COLOR"];

interface Entry {
  readonly name: string;
  readonly value: string;
  readonly comment: string;
}

async function entries(): Promise<Entry[]> {
  const lines = (await Deno.readTextFile(SAMPLE)).split("\n");
  return lines.flatMap((line, index) => {
    const [, name = "", value = ""] = /^#?([A-Z_]+)=(.*)$/.exec(line) ?? [];
    return name === "" ? [] : [{ name, value, comment: lines[index - 1] ?? "" }];
  });
}

/** Every variable that the program reads. */
function known(): string[] {
  const names = new Set(AS_EVERYWHERE);
  for (const [, setting] of settingList) {
    for (const name of olderVariables(setting)) names.add(name);
    // Where the file itself is can't stand in the file.
    const { flag } = setting;
    if (flag !== null && flag !== "env-file") names.add(variableOfFlag(flag));
  }
  for (const kind of definitions) {
    const mapping = builtinMapping(kind.name);
    if (mapping) { for (const { name } of kind.variables(mapping)) names.add(name); }
  }
  return [...names].sort();
}

Deno.test(".env_sample names every variable that the program reads, once, and no other", async () => {
  assertEquals((await entries()).map(({ name }) => name).sort(), known());
});

Deno.test("each variable of .env_sample has a comment of its own", async () => {
  for (const { name, comment } of await entries()) {
    assert(/^# \S.*\.$/.test(comment), `${name} has no comment above it`);
  }
});

Deno.test("what .env_sample gives as a destination's default is that", async () => {
  const values = new Map((await entries()).map(({ name, value }) => [name, value]));
  let defaults = 0;
  for (const kind of definitions) {
    const mapping = builtinMapping(kind.name);
    for (const { name, default: value } of mapping ? kind.variables(mapping) : []) {
      if (value === undefined) continue;
      assertEquals(values.get(name), value);
      defaults++;
    }
  }
  assert(defaults > 0);
});

Deno.test("what .env_sample suggests is what the settings take", async () => {
  const checks = new Map(
    settingList.flatMap(([, setting]) =>
      olderVariables(setting).map((name) => [name, setting.check])
    ),
  );
  for (const { name, value } of await entries()) {
    const check = checks.get(name);
    if (value !== "" && check) assert(check.safeParse(value).success, `${name}=${value}`);
  }
});
