import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";

import { longerThan, quote } from "../../src/destinations/quote.ts";

Deno.test("a quoted text is the JSON that JSON.stringify writes", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    assertEquals(quote(text), JSON.stringify(text));
  }));
});

Deno.test("a lone surrogate is escaped, since it has no UTF-8 form", () => {
  assertEquals(quote("a\ud800b"), '"a\\ud800b"');
});

Deno.test("length is counted in characters, not in UTF-16 units", () => {
  assert(!longerThan("😀".repeat(10), 10));
  assert(longerThan("😀".repeat(11), 10));
  assert(longerThan("abc", 2));
  assert(!longerThan("ab", 2));
});
