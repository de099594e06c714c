import { assert, assertEquals } from "@std/assert";
import { keysAt, mappingJsonSchema } from "../../src/mapping/json_schema.ts";
import { definitions, mappingSchema } from "../support/destinations.ts";

/** Destinations that share a section share an alternative; the first of each speaks for it. */
const families = [...Map.groupBy(
  definitions,
  ({ name, mapping }) => mapping.sectionName ?? name,
)].map(([section, [first]]) => ({ section, shape: first?.mapping.section }));

Deno.test("the JSON Schema describes every key of a mapping file", () => {
  const text = JSON.stringify(mappingJsonSchema(mappingSchema));
  for (
    const key of [
      "destination",
      "columns",
      "from",
      "aliases",
      "to",
      "where",
      "envelope",
      "tokenUrl",
    ]
  ) {
    assert(text.includes(`"${key}":`), key);
  }
  assertEquals(mappingJsonSchema(mappingSchema).oneOf?.length, families.length);
});

/** A schema and what stands in it, as far as this test looks. */
interface Described {
  readonly $ref?: string;
  readonly const?: unknown;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Described>>;
}

Deno.test("every word of a mapping file has a sentence of help in the JSON Schema", () => {
  const root = mappingJsonSchema(mappingSchema) as unknown as { $defs: Record<string, Described> };
  const silent: string[] = [];
  const walk = (value: unknown, path: string) => {
    if (typeof value !== "object" || value === null) return;
    for (const [name, word] of Object.entries((value as Described).properties ?? {})) {
      const named = word.$ref ? root.$defs[word.$ref.slice("#/$defs/".length)] : undefined;
      const isTold = word.description ?? named?.description ?? "const" in word;
      if (!isTold) silent.push(`${path}.${name}`);
    }
    for (const [key, part] of Object.entries(value)) {
      walk(part, key === "properties" ? path : `${path}.${key}`);
    }
  };
  walk(root, "");
  assertEquals(silent, []);
});

Deno.test("the JSON Schema lets defaults be left out", () => {
  for (const [at, { section, shape }] of families.entries()) {
    const needsSection = shape?.safeParse(undefined).success === false;
    const required = mappingJsonSchema(mappingSchema).oneOf?.[at]?.required;
    assertEquals(required, ["columns", "destination", ...(needsSection ? [section] : [])]);
  }
});

Deno.test("the keys of a place are those of the alternatives that its data chooses", () => {
  const data = { destination: "http", columns: [{ from: "A" }, { from: "B", type: "integer" }] };
  assert(keysAt(mappingSchema, [], data).includes("http"));
  assert(!keysAt(mappingSchema, [], data).includes("mparticle"));
  assert(keysAt(mappingSchema, ["columns", 0], data).includes("pattern"));
  assert(!keysAt(mappingSchema, ["columns", 0], data).includes("min"));
  assert(keysAt(mappingSchema, ["columns", 1], data).includes("min"));
  assertEquals(keysAt(mappingSchema, ["http", "limits"], data).includes("rowsPerSecond"), true);
  assertEquals(keysAt(mappingSchema, ["nowhere"], data), []);
});
