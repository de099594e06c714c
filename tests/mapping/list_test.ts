/** Several values in one cell. */

import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { compileMapping, mappingSchema } from "../support/destinations.ts";
import { payloadOf, sinkBy } from "../support/sinks.ts";
import { compile, NOW, rowOf, valuesOf } from "./support.ts";

function listOf(parts: Record<string, unknown>) {
  return compile({ columns: [{ from: "A", to: "tags", type: "list", ...parts }] }, ["A"]);
}

Deno.test("a cell is parted where its separator stands, and each entry checked", () => {
  assertEquals(valuesOf(listOf({ separator: " | " }), ["a | b|c"]), [["a", "b|c"]]);
  assertEquals(valuesOf(listOf({ items: "boolean" }), ["yes,no"]), [[true, false]]);
  assertEquals(valuesOf(listOf({ items: "email" }), ["a@b.cz,x"]), ["invalid-email"]);
  assertEquals(valuesOf(listOf({}), [""]), [undefined]);
});

Deno.test("what is wrong with an entry is said of the entry", () => {
  const mapping = listOf({ items: "integer" });
  const [problem] = mapping.problems(rowOf(["1,x"]));
  assertStringIncludes(problem?.message ?? "", "has an entry that");
});

Deno.test("a list goes into the record as a list, numbers with their own digits", () => {
  const record = (items: string, text: string) => {
    const mapping = listOf({ items });
    return payloadOf(sinkBy(mapping), 1, mapping.check(rowOf([text])) ?? []);
  };
  assertEquals(record("string", 'a,"b"'), '{"tags":["a","\\"b\\""]}');
  assertEquals(record("number", "1.5,2"), '{"tags":[1.5,2]}');
});

Deno.test("mParticle takes lists as user attributes alone", () => {
  const file = (to: string) =>
    mappingSchema.parse({
      destination: "mparticle",
      columns: [{ from: "id", to: "user_identities.customer_id" }, { from: "t", to, type: "list" }],
      mparticle: { event: { name: "Seen" } },
    });
  const mapping = compileMapping(file("user_attributes.t"), ["id", "t"], "a.csv", { now: NOW });
  const payload = payloadOf(sinkBy(mapping), 1, mapping.check(rowOf(["1", "a,b"])) ?? []);
  assertEquals(JSON.parse(payload).user_attributes, { t: ["a", "b"] });
  for (const to of ["event_attributes.t", "user_identities.email", "mpid"]) {
    assertThrows(() => file(to), Error, to);
  }
});
