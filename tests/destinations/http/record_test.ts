/**
 * The record of a row: what becomes of values that are empty, and of what stands beside them.
 *
 * @module
 */

import { assertEquals, assertThrows } from "@std/assert";
import type { Value } from "../../../src/model/value.ts";
import { compiled, encode, payloadOf, sinkFor } from "../../support/sinks.ts";

type Parts = readonly Record<string, unknown>[];

function mappingOf(columns: Parts, constants: Parts = [], http: Record<string, unknown> = {}) {
  return {
    destination: "http",
    http: { url: "https://api.example.com/items", ...http },
    columns: columns.map((column, at) => ({ from: `c${at}`, ...column })),
    constants,
  };
}

/** The record of a row, or the codes and columns of its problems. */
function recordOf(columns: Parts, values: readonly Value[], constants: Parts = []): unknown {
  const sink = sinkFor(mappingOf(columns, constants));
  const encoded = encode(sink, 1, values);
  if (typeof encoded === "object") return encoded.map(({ code, column }) => `${code} ${column}`);
  return JSON.parse(payloadOf(sink, 1, values));
}

const LOCATION = [{ to: "loc[0]" }, { to: "loc[1]" }];

Deno.test("positions in a list hold: a row that would shift them is rejected", () => {
  assertEquals(recordOf(LOCATION, [1, 2]), { loc: [1, 2] });
  assertEquals(recordOf(LOCATION, [undefined, 2]), ["empty-position c0"]);
  assertEquals(recordOf(LOCATION, [1, undefined]), { loc: [1] });
  assertEquals(recordOf(LOCATION, [undefined, undefined]), {});
});

Deno.test("positions of objects hold, too", () => {
  const columns = [{ to: "phones[0].number" }, { to: "phones[1].number" }];
  assertEquals(recordOf(columns, [undefined, "1"]), ["empty-position c0"]);
});

Deno.test("whenEmpty says what stands in the place of an empty value", () => {
  const first = (whenEmpty: unknown) => [{ to: "loc[0]", whenEmpty }, { to: "loc[1]" }];
  assertEquals(recordOf(first(null), [undefined, 2]), { loc: [null, 2] });
  assertEquals(recordOf(first(""), [undefined, 2]), { loc: ["", 2] });
  assertEquals(recordOf(first("omit"), [undefined, 2]), { loc: [2] });
  assertEquals(recordOf([{ to: "a.b", whenEmpty: null }], [undefined]), { a: { b: null } });
  assertEquals(recordOf([{ to: "a" }, { to: "b", whenEmpty: "" }], [1, undefined]), {
    a: 1,
    b: "",
  });
});

Deno.test("a list whose positions no value fills is refused", () => {
  const file = mappingOf([{ to: "loc[0]" }, { to: "loc[2]" }]);
  assertThrows(() => compiled(file), Error, 'no column or constant goes to \\"loc[1]\\"');
});

const IDENTIFIER = { to: "identifiers[0].type", value: "email" };

Deno.test("a constant in a list's element goes with the columns beside it", () => {
  const columns = [{ to: "id" }, { to: "identifiers[0].value" }];
  assertEquals(recordOf(columns, ["1", "a@b.cz"], [IDENTIFIER]), {
    id: "1",
    identifiers: [{ value: "a@b.cz", type: "email" }],
  });
  assertEquals(recordOf(columns, ["1", undefined], [IDENTIFIER]), { id: "1" });
});

Deno.test("a constant elsewhere stays, unless it is to need a sibling", () => {
  const columns = [{ to: "id" }, { to: "alias.name" }];
  const label = { to: "alias.label", value: "crm" };
  assertEquals(recordOf(columns, ["1", undefined], [label]), { id: "1", alias: { label: "crm" } });
  assertEquals(recordOf(columns, ["1", undefined], [{ ...label, needsSibling: true }]), {
    id: "1",
  });
  assertEquals(recordOf(columns, ["1", "x"], [{ ...label, needsSibling: true }]), {
    id: "1",
    alias: { name: "x", label: "crm" },
  });
});

Deno.test("a constant that is a list's element, or beside no column, is in every row", () => {
  const columns = [{ to: "id" }, { to: "tags[0]", whenEmpty: "omit" }];
  const constants = [{ to: "tags[1]", value: "import" }, { to: "lists[0].id", value: 7 }];
  const record = { tags: ["import"], lists: [{ id: 7 }] };
  assertEquals(recordOf(columns, ["1", undefined], constants), { id: "1", ...record });
  assertEquals(recordOf(columns, [undefined, undefined], constants), record);
});

const REFUSED: [what: string, column: Record<string, unknown>, message: string][] = [
  ["required as well", { required: true, to: "a" }, "required"],
  ["of a column that is not sent", {}, "to"],
];

for (const [what, column, message] of REFUSED) {
  Deno.test(`whenEmpty ${what} is refused`, () => {
    const file = mappingOf([{ to: "id" }, { ...column, whenEmpty: null }]);
    assertThrows(() => compiled(file), Error, message);
  });
}

Deno.test("whenEmpty is refused where the destination can't send it", () => {
  const column = { from: "a", to: "user_attributes.a", whenEmpty: null };
  const columns = [{ from: "id", to: "user_identities.customer_id" }, column];
  assertThrows(() => compiled({ destination: "mparticle", columns }), Error, "whenEmpty");
});

Deno.test("a placeholder in a URL that would be sent as it stands is refused", () => {
  for (const url of ["https://api.example.com/items/{id}", "https://x.test/{{id}}"]) {
    assertThrows(() => compiled(mappingOf([{ to: "id" }], [], { url })), Error, "{id}");
  }
  compiled(mappingOf([{ to: "id" }], [], { url: "https://api.example.com/${ID}" }));
});
