/** What goes out in another form than it was checked in, and what that form is refused for. */

import { assertEquals, assertThrows } from "@std/assert";
import type { Value } from "../../src/model/value.ts";
import { codes, compile, mappingOf, rowOf } from "./support.ts";

/** What a row of one column, or several, goes out as. */
function sent(parts: Record<string, unknown>, ...fields: string[]): readonly Value[] {
  const header = fields.map((_, at) => `C${at + 1}`);
  const mapping = compile({ columns: [{ from: "C1", to: "a", ...parts }] }, header);
  const row = rowOf(fields);
  const values = mapping.check(row);
  if (values === null) return codes(mapping, row);
  mapping.convert?.(values);
  return values;
}

const SHA_ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

Deno.test("a digest is taken of what is cleaned and checked, and of nothing else", () => {
  assertEquals(sent({ hash: "sha256", clean: ["lower"] }, " ABC "), [SHA_ABC]);
  assertEquals(sent({ hash: "sha256" }, ""), [undefined]);
  assertEquals(sent({ hash: "sha256", type: "email" }, "abc"), ["invalid-email"]);
  assertEquals(sent({ hash: "md5", hashAs: "base64url" }, "žlutý"), ["3eKl1e-LsL8nbWk3jQXIZw"]);
  assertEquals(sent({ hash: "md5", type: "integer" }, "5"), ["e4da3b7fbbce2345d7772b0674a318d5"]);
});

Deno.test("a digest is of a date as the API writes it", () => {
  const column = { type: "date", as: "YYYYMMDD", hash: "md5" };
  assertEquals(sent(column, "1990-04-03"), sent({ hash: "md5" }, "19900403"));
});

Deno.test("filters see values as they were before they went out", () => {
  const mapping = compile({
    columns: [
      { from: "Day", type: "date", as: "MM/DD", to: "day" },
      { from: "Mail", hash: "md5", to: "mail" },
      { from: "Age", type: "integer", as: "text", to: "age" },
    ],
    where: ["Day >= 2000-01-01 and Mail = 'a' and Age > 9"],
  }, ["Day", "Mail", "Age"]);
  const row = rowOf(["2001-02-03", "a", "10"]);
  const values = mapping.check(row) ?? [];
  assertEquals(mapping.filter(values, row), null);
  mapping.convert?.(values);
  assertEquals(values, ["02/03", "0cc175b9c0f1b6a831c399e269772661", "10"]);
});

Deno.test("mappings that change nothing on the way out cost nothing there", () => {
  assertEquals(compile({ columns: [{ from: "A", to: "a", type: "date" }] }, ["A"]).convert, null);
});

Deno.test("columns are joined, each trimmed, and empty ones are left out", () => {
  const join = { columns: ["C2", "C3"], with: ", " };
  assertEquals(sent({ join }, " Ann ", "", " Lee"), ["Ann, Lee"]);
  assertEquals(sent({ join }, "", "", ""), [undefined]);
  assertEquals(sent({ join, required: true }, "", "", ""), ["required"]);
  assertEquals(sent({ join, clean: ["upper"], maxBytes: 6 }, "Ann", "", "Lee"), ["too-long"]);
});

Deno.test("a column that is joined is known by all names that the mapping has for it", () => {
  const columns = [
    { from: "First", to: "name", join: { columns: ["Last", "Title"] } },
    { from: "Last", aliases: ["Surname"], to: "last" },
    { from: "Title", optionalColumn: true, to: "title" },
  ];
  const mapping = compile({ columns, unknownColumns: "refuse" }, ["Surname", "First"]);
  assertEquals(mapping.check(rowOf(["Lee", "Ann"])), ["Ann Lee", "Lee", undefined]);
});

Deno.test("a column that is joined must be in the file, and is none of the rest", () => {
  const columns = [{ from: "A", to: "a", join: { columns: ["Nmae"] } }];
  const error = assertThrows(() => compile({ columns }, ["A", "Name"]), Error, '"Nmae"');
  assertEquals(error.message.includes('nearest: "Name"'), true);
  const parts = { columns: [{ from: "A", to: "a", join: { columns: ["B"] } }], rest: {} };
  assertEquals(compile(parts, ["A", "B", "C"]).outputs.map(({ to }) => to[0]), ["a", '["C"]']);
});

Deno.test("bytes are counted in UTF-8, of other columns too", () => {
  assertEquals(sent({ maxBytes: 5 }, "žlu"), ["žlu"]);
  assertEquals(sent({ maxBytes: 3 }, "žlu"), ["too-long"]);
  assertEquals(sent({ maxBytes: 3, type: "email" }, "x"), ["invalid-email"]);
  assertEquals(sent({ maxBytes: 9, type: "list" }, "a,b"), [["a", "b"]]);
  assertEquals(sent({ maxBytes: 8, type: "list" }, "a,b"), ["too-long"]);
  const mapping = compile({ columns: [{ from: "A", to: "a" }], rest: { maxBytes: 3 } }, ["A", "B"]);
  assertEquals(codes(mapping, rowOf(["long enough", "žlu"])), ["too-long"]);
});

const WRONG: [what: string, column: Record<string, unknown>, message: string][] = [
  ["a form of a date with letters of its own", { type: "date", as: "on DD" }, "brackets"],
  ["a form of a date that says nothing", { type: "date", as: "--" }, "expected iso, unix, unixMs"],
  ["how a digest is written, without one", { hashAs: "hex" }, "say with hash which"],
  ["a digest of JSON", { type: "json", hash: "md5" }, "no one text"],
  ["an unknown digest", { hash: "sha1" }, "sha256"],
];

for (const [what, column, message] of WRONG) {
  Deno.test(`${what} is refused`, () => {
    const parts = { columns: [{ from: "A", to: "a", ...column }] };
    assertThrows(() => mappingOf(parts), Error, message);
  });
}
