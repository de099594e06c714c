/** The columns that a mapping does not name, and sends all the same. */

import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { UsageError } from "../../src/model/errors.ts";
import { compileMapping, mappingSchema } from "../support/destinations.ts";
import { payloadOf, sinkBy } from "../support/sinks.ts";
import { Workdir } from "../support/workdir.ts";
import { NOW, rowOf } from "./support.ts";

const HTTP = { destination: "http", http: { url: "https://api.example.com/items" } };
const ID = { from: "id", to: "id" };

function compiled(rest: unknown, header: readonly string[], more: Record<string, unknown> = {}) {
  const file = mappingSchema.parse({ ...HTTP, columns: [ID], rest, ...more });
  return compileMapping(file, header, "a.csv", { now: NOW });
}

function recordOf(rest: unknown, header: readonly string[], fields: readonly string[]): unknown {
  const mapping = compiled(rest, header);
  const values = mapping.check(rowOf(fields));
  if (values === null) throw new Error(JSON.stringify(mapping.problems(rowOf(fields))));
  return JSON.parse(payloadOf(sinkBy(mapping), 1, values));
}

Deno.test("all other columns go into an object, as texts under their own names", () => {
  assertEquals(
    recordOf({ to: "traits" }, ["id", "First Name", 'a"b', "x.y"], ["1", "Ann ", "2", ""]),
    {
      id: "1",
      traits: { "First Name": "Ann", 'a"b': "2" },
    },
  );
});

Deno.test("without a place of their own they go into the record; names can be in snake_case", () => {
  const rest = { names: "snake", except: ["secret"], whenEmpty: null };
  const header = ["First Name", "id", "secret", "Größe"];
  assertEquals(recordOf(rest, header, ["Ann", "1", "x", ""]), {
    id: "1",
    first_name: "Ann",
    grosse: null,
  });
});

Deno.test("a file without other columns is no error", () => {
  assertEquals(recordOf({ to: "traits" }, ["id"], ["1"]), { id: "1" });
});

const CLASHES: [what: string, rest: unknown, header: string[], more: Record<string, unknown>][] = [
  ["two columns of one name in snake_case", { names: "snake" }, ["id", "A b", "a-b"], {}],
  ["a column named in the mapping", {}, ["Key", "id"], { columns: [{ from: "Key", to: "id" }] }],
  ["a constant", {}, ["id", "by"], { constants: [{ to: "by", value: "x" }] }],
  ["a name that reaches into prototypes", {}, ["id", "__proto__"], {}],
  ["a name that no path can say", {}, ["id", `a"'b`], {}],
];

for (const [what, rest, header, more] of CLASHES) {
  Deno.test(`${what} is refused before anything is sent`, () => {
    const { message } = assertThrows(() => compiled(rest, header, more), UsageError);
    assertStringIncludes(message, "rest.except");
  });
}

Deno.test("mParticle takes them as attributes, ShowAds has no place for them", () => {
  const columns = [{ from: "id", to: "user_identities.customer_id" }];
  const file = (rest: unknown) => mappingSchema.parse({ destination: "mparticle", columns, rest });
  const header = ["id", "Plan"];
  const mapping = compileMapping(file({ to: "user_attributes" }), header, "a.csv", { now: NOW });
  const values = mapping.check(rowOf(["1", "gold"])) ?? [];
  assertEquals(JSON.parse(payloadOf(sinkBy(mapping), 1, values)).user_attributes, { Plan: "gold" });
  assertThrows(() => file({ to: "user_identities" }), Error, "user_identities");
  assertThrows(() => file({ to: "event_attributes" }), Error, "needs an event");
  assertThrows(() => file({}), Error, "say with to");
  const showads = [{ from: "c", to: "VisitorCookie" }, { from: "b", to: "BannerId" }];
  const rest = { to: "more" };
  assertThrows(() => mappingSchema.parse({ destination: "showads", columns: showads, rest }));
});

Deno.test("columns can't be sent and refused at once", () => {
  assertThrows(
    () => mappingSchema.parse({ ...HTTP, columns: [ID], rest: {}, unknownColumns: "refuse" }),
    Error,
    "refused as well",
  );
});

Deno.test("send takes any column where the rest is sent", async () => {
  await using dir = await Workdir.make();
  await dir.write("map.json", JSON.stringify({ ...HTTP, columns: [ID], rest: { to: "traits" } }));
  const args = ["send", "--mapping", "map.json", "--set", "id=1", "--set", "Plan=gold"];
  const result = await dir.json([...args, "--dry-run", "--dump", "dump.json"]);
  assertEquals(result.exitCode, 0);
  assertStringIncludes(await dir.read("dump.json"), '{"id":"1","traits":{"Plan":"gold"}}');
});
