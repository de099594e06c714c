import { assert, assertEquals } from "@std/assert";
import { keysAt, mappingJsonSchema } from "../../src/mapping/json_schema.ts";
import { definitions, mappingSchema } from "../support/destinations.ts";

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
  assertEquals(mappingJsonSchema(mappingSchema).oneOf?.length, definitions.length);
});

Deno.test("the JSON Schema lets defaults be left out", () => {
  for (const [at, { name, mapping }] of definitions.entries()) {
    const needsSection = mapping.section?.safeParse(undefined).success === false;
    const required = mappingJsonSchema(mappingSchema).oneOf?.[at]?.required;
    assertEquals(required, ["columns", "destination", ...(needsSection ? [name] : [])]);
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
