/**
 * What each destination of the registry must have: whoever adds one learns here what is missing.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { DestinationDefinition } from "../../src/destinations/definition.ts";
import { destinations, galleryEntries } from "../../src/destinations/registry.ts";
import { commands } from "../../src/cli/commands/commands.ts";
import { ENVIRONMENT_REFERENCE } from "../../src/mapping/mod.ts";
import { builtin, builtinMapping, definitions, parseMapping } from "../support/destinations.ts";
import { assertCode, Workdir } from "../support/workdir.ts";

const ROOT = new URL("../../", import.meta.url);

/** A CSV whose columns have one of the names that `init` knows for each target. */
function csvFor({ mapping }: DestinationDefinition): string {
  const headers = mapping.init.synonyms.map(([, [header]]) => header ?? "");
  const values = headers.map((header) => header.includes("mail") ? "ann@example.com" : "1");
  return `${headers.join()}\n${values.join()}\n`;
}

/** The mapping that `init` writes for that CSV, as it stands. */
async function initialMapping(dir: Workdir, definition: DestinationDefinition): Promise<string> {
  await dir.write("rows.csv", csvFor(definition));
  const args = ["init", "rows.csv", "--to", definition.name, "--output", "rows.yaml"];
  assertCode(await dir.run(args), 0);
  return await dir.read("rows.yaml");
}

/** The variables that a destination reads by itself, not because a mapping names them. */
async function ownVariables(definition: DestinationDefinition): Promise<string[]> {
  await using dir = await Workdir.make();
  const text = await initialMapping(dir, definition);
  const named = [...text.matchAll(ENVIRONMENT_REFERENCE)].map(([, name]) => name);
  const mapping = builtinMapping(definition.name) ?? await parseMapping(text, "rows.yaml");
  return definition.variables(mapping).map(({ name }) => name)
    .filter((name) => !named.includes(name));
}

Deno.test("each folder of a destination has its line in the registry, under its name", async () => {
  const folders: string[] = [];
  for await (const entry of Deno.readDir(new URL("src/destinations/", ROOT))) {
    if (entry.isDirectory && entry.name !== "gallery") folders.push(entry.name);
  }
  const names = destinations.map(({ name }) => name).filter((name) => !galleryEntries.has(name));
  assertEquals(names.toSorted(), folders.toSorted());
  assertEquals(definitions.map(({ name }) => name), destinations.map(({ name }) => name));
});

for (const definition of definitions) {
  const { name, title, needs, mapping } = definition;

  // tests/gallery has rows that an entry's API takes.
  if (!galleryEntries.has(name)) {
    Deno.test(`init for ${name} writes a mapping that validate and import --sandbox take`, async () => {
      await using dir = await Workdir.make();
      await initialMapping(dir, definition);
      assertCode(await dir.run(["validate", "rows.csv", "--mapping", "rows.yaml"]), 0);
      const result = await dir.json(["import", "rows.csv", "--mapping", "rows.yaml", "--sandbox"]);
      assertEquals([result.exitCode, result.rows.accepted, result.destination], [0, 1, name]);
    });
  }

  Deno.test(`init for ${name} says what is missing where the CSV has no column for it`, async () => {
    await using dir = await Workdir.make();
    await dir.write("other.csv", "Colour\nred\n");
    const init = await dir.run(["init", "other.csv", "--to", name, "--output", "other.yaml"]);
    assertCode(init, 0);
    const validated = await dir.run(["validate", "other.csv", "--mapping", "other.yaml"]);
    assertCode(validated, 2);
    assert(/# CHOOSE: |# One column at least must go to/.test(await dir.read("other.yaml")));
  });

  Deno.test(`the variables of ${name} stand in .env_sample, and help tells those it needs`, async () => {
    const sample = await Deno.readTextFile(new URL(".env_sample", ROOT));
    const variables = galleryEntries.has(name)
      ? definition.variables(builtin(name)).map((variable) => variable.name)
      : await ownVariables(definition);
    for (const variable of [...variables, ...Object.values(definition.olderVariables)]) {
      assert(new RegExp(`^#?${variable}=`, "m").test(sample), `.env_sample lacks ${variable}`);
    }
    for (const variable of needs) {
      assert(variables.includes(variable), `${name} needs ${variable}, and does not read it`);
    }
  });

  Deno.test(`help and completions know ${name}`, async () => {
    await using dir = await Workdir.make();
    assertStringIncludes((await dir.run(["help"])).stdout, `\n  ${name}`);
    const { stdout } = await dir.run(["help", "import"]);
    assertStringIncludes(stdout.replace(/\s+/g, " "), name);
    const mappingWords = commands.find((command) => command.name === "mapping")?.arguments[0]
      ?.words;
    assertEquals(mappingWords?.includes(name), definition.builtinMapping !== null);
    assert(title !== "" && mapping.init.synonyms.length > 0);
  });
}
