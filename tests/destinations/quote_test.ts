import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";

import { longerThan, quote, writeValue } from "../../src/destinations/quote.ts";
import { PayloadWriter } from "../../src/model/payload_writer.ts";
import type { JsonValue } from "../../src/model/value.ts";
import { textOf } from "../support/sinks.ts";

Deno.test("a quoted text is the JSON that JSON.stringify writes", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    assertEquals(quote(text), JSON.stringify(text));
  }));
});

Deno.test("every character below 0x80 goes through a quoted text and back, alone and among others", () => {
  for (let code = 0; code < 0x80; code++) {
    const character = String.fromCharCode(code);
    for (const text of [character, `a${character}`, `${character}\\`, `"${character}é`]) {
      assertEquals(JSON.parse(quote(text)), text);
      assertEquals(quote(text), JSON.stringify(text));
    }
  }
});

Deno.test("a lone surrogate is escaped, since it has no UTF-8 form", () => {
  assertEquals(quote("a\ud800b"), '"a\\ud800b"');
});

Deno.test("a value of any kind is written as the JSON that JSON.stringify writes", () => {
  const values = fc.oneof(
    fc.constantFrom(true, false, null),
    fc.string({ unit: "binary" }),
    fc.maxSafeInteger(),
    fc.double(),
    fc.jsonValue().map((value) => value as JsonValue),
  );
  fc.assert(fc.property(values, (value) => {
    const writer = new PayloadWriter();
    writeValue(writer, value, 0);
    assertEquals(textOf(writer), JSON.stringify(value));
  }));
});

Deno.test("length is counted in characters, not in UTF-16 units", () => {
  assert(!longerThan("😀".repeat(10), 10));
  assert(longerThan("😀".repeat(11), 10));
  assert(longerThan("abc", 2));
  assert(!longerThan("ab", 2));
});
