import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { compiled, payloadOf, sinkFor } from "../../support/sinks.ts";

function idOf(row: number, as?: string, idPrefix = "run"): string {
  const rowId = { to: "meta.id", ...(as && { as }) };
  const file = {
    destination: "http",
    columns: [{ from: "a", to: "a" }],
    http: { url: "https://api.example.com/x", rowId },
  };
  return JSON.parse(payloadOf(sinkFor(file, { idPrefix }), row, ["1"])).meta.id;
}

Deno.test("a row's id is the run's and its number's, whenever it is worded", () => {
  assertEquals(idOf(7), "run-7");
  const uuid = idOf(7, "uuid");
  assertMatch(uuid, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assertEquals(idOf(7, "uuid"), uuid);
  assertEquals(new Set([uuid, idOf(8, "uuid"), idOf(7, "uuid", "other")]).size, 3);
});

Deno.test("a row's id has a place of its own", () => {
  const file = (to: string) => ({
    destination: "http",
    columns: [{ from: "a", to: "a" }],
    http: { url: "https://api.example.com/x", rowId: { to } },
  });
  assertThrows(() => compiled(file("a")), Error, "target of another value already");
  assertThrows(() => compiled(file("a.b")), Error, "clashes");
});
