import { assert, assertEquals } from "@std/assert";
import { keysAt, mappingJsonSchema } from "../../src/mapping/json_schema.ts";
import { mappingSchema } from "../support/destinations.ts";

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
  assertEquals(
    mappingJsonSchema(mappingSchema).oneOf?.length ??
      mappingJsonSchema(mappingSchema).anyOf?.length,
    3,
  );
});

Deno.test("the JSON Schema lets defaults be left out", () => {
  const required = mappingJsonSchema(mappingSchema).oneOf?.map((each) => each.required);
  assertEquals(required, [
    ["columns", "destination"],
    ["columns", "destination"],
    ["columns", "destination", "http"],
  ]);
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
