import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { repeatedValue, UniqueIndex } from "../../src/report/unique.ts";

Deno.test("a repeated value names the first row that has it, each time", () => {
  const index = new UniqueIndex();
  assertEquals(index.check("a", 1), null);
  assertEquals(index.check("b", 2), null);
  assertEquals(index.check("a", 3), 1);
  assertEquals(index.check("a", 4), 1);
  assertEquals(index.check("b", 5), 2);
});

Deno.test("empty values repeat nothing", () => {
  const index = new UniqueIndex();
  assertEquals(index.check("", 1), null);
  assertEquals(index.check("", 2), null);
});

Deno.test("values that differ in case, length or one bit are different", () => {
  const index = new UniqueIndex();
  const values = ["a", "A", "aa", "aaa", "\0", "\0\0", "ab", "ba", "ü", "u\u0308", "1", "01", "10"];
  values.forEach((value, i) => assertEquals(index.check(value, i + 1), null, value));
});

Deno.test("the index finds what a Map of the values finds", () => {
  fc.assert(fc.property(fc.array(fc.string({ maxLength: 2 }), { maxLength: 200 }), (values) => {
    const index = new UniqueIndex();
    const oracle = new Map<string, number>();
    values.forEach((value, i) => {
      assertEquals(index.check(value, i + 1), oracle.get(value) ?? null);
      if (value !== "" && !oracle.has(value)) oracle.set(value, i + 1);
    });
  }));
});

Deno.test("the index stays right while its tables grow", () => {
  const index = new UniqueIndex();
  const count = 100_000;
  for (let row = 1; row <= count; row++) {
    if (index.check(`POL-${row}`, row) !== null) throw new Error(`POL-${row} was never seen`);
  }
  for (let row = 1; row <= count; row += 997) {
    assertEquals(index.check(`POL-${row}`, count + row), row);
  }
});

Deno.test("the problem of a repeated value names the first row and no value", () => {
  assertEquals(repeatedValue("Policy Number", 11, 17), {
    code: "repeated-value",
    column: "Policy Number",
    field: 11,
    message: "The value is the same as in row 17.",
  });
});
