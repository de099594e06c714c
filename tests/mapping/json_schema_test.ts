import { assert, assertEquals } from "@std/assert";
import { keysAt, mappingJsonSchema } from "../../src/mapping/json_schema.ts";

Deno.test("the JSON Schema describes every key of a mapping file", () => {
  const text = JSON.stringify(mappingJsonSchema());
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
  assertEquals(mappingJsonSchema().oneOf?.length ?? mappingJsonSchema().anyOf?.length, 3);
});

Deno.test("the JSON Schema lets defaults be left out", () => {
  const required = mappingJsonSchema().oneOf?.map((each) => each.required);
  assertEquals(required, [
    ["columns", "destination"],
    ["columns", "destination"],
    ["columns", "destination", "http"],
  ]);
});

Deno.test("the keys of a place are those of the alternatives that its data chooses", () => {
  const data = { destination: "http", columns: [{ from: "A" }, { from: "B", type: "integer" }] };
  assert(keysAt([], data).includes("http"));
  assert(!keysAt([], data).includes("mparticle"));
  assert(keysAt(["columns", 0], data).includes("pattern"));
  assert(!keysAt(["columns", 0], data).includes("min"));
  assert(keysAt(["columns", 1], data).includes("min"));
  assertEquals(keysAt(["http", "limits"], data).includes("rowsPerSecond"), true);
  assertEquals(keysAt(["nowhere"], data), []);
});
