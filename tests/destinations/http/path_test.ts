import { assertEquals } from "@std/assert";
import { parsePath } from "../../../src/destinations/http/path.ts";

for (
  const [text, expected] of [
    ["email", ["email"]],
    ["properties.email", ["properties", "email"]],
    ["tags[0].name", ["tags", 0, "name"]],
    ["context.ids[0]", ["context", "ids", 0]],
    ['a["b.c d"].e', ["a", "b.c d", "e"]],
    ["['x']", ["x"]],
    ["[2]", [2]],
    ["Policy Status", ["Policy Status"]],
  ] as const
) {
  Deno.test(`the path ${text} leads to ${JSON.stringify(expected)}`, () => {
    assertEquals(parsePath(text), [...expected]);
  });
}

for (
  const text of [
    "",
    ".a",
    "a.",
    "a..b",
    "a[",
    "a[x]",
    "a]b",
    "a[1000]",
    "a.prototype",
    '["__proto__"]',
  ]
) {
  Deno.test(`${JSON.stringify(text)} is no path`, () => {
    assertEquals("error" in parsePath(text), true);
  });
}
