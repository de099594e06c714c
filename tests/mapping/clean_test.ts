import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { capitalized } from "../../src/mapping/clean.ts";
import { compile, valuesOf } from "./support.ts";

/** What becomes of a text in a column with these cleaning steps. */
function cleaned(clean: unknown[], text: string, parts: Record<string, unknown> = {}): unknown {
  const mapping = compile({ columns: [{ from: "A", to: "a", clean, ...parts }] }, ["A"]);
  return valuesOf(mapping, [text])[0];
}

const STEPS: readonly [steps: unknown[], text: string, expected: string | undefined][] = [
  [[], "  a b\t", "a b"],
  [[], "\u00a0a\u3000", "a"],
  [[], " \r\n ", undefined],
  [["lower"], "ÄB", "äb"],
  [["upper"], "äb", "ÄB"],
  [["digits"], "+44 (0)20-7946", "440207946"],
  [["digits"], "none", undefined],
  [[{ replace: { text: ".", with: "" } }], "a.b.c", "abc"],
  [[{ replace: { text: "a", with: "$&$1" } }], "ba", "b$&$1"],
  [[{ replace: { pattern: "\\.0$", with: "" } }], "1.0.0", "1.0"],
  [[{ replace: { pattern: "(\\d\\d)$", with: "20$1" } }], "3/14/20", "3/14/2020"],
  [[{ replace: { pattern: "[aeiou]", with: "-" } }], "banana", "b-n-n-"],
  [[{ nullWords: ["N/A", "-"] }], "n/a", undefined],
  [[{ nullWords: ["N/A", "-"] }], "n/a x", "n/a x"],
  [[{ default: "none" }], "", "none"],
  [[{ default: "none" }], "some", "some"],
  [[{ nullWords: ["-"] }, { default: "none" }], "-", "none"],
  [[{ default: "-" }, { nullWords: ["-"] }], "", undefined],
  [[{ replace: { text: "x", with: " " } }, "trim"], "xax", "a"],
  [["unpad"], "007", "7"],
  [["unpad"], "-000", "-0"],
  [["unpad"], "0", "0"],
  [["unpad"], "0.5", "0.5"],
  [["unpad"], "00A", "00A"],
  [["unquote"], '="01234"', "01234"],
  [["unquote"], '="a ""b"""', 'a "b"'],
  [["unquote"], '=""', undefined],
  [["unquote"], '="a"&"b"', '="a"&"b"'],
  [["unquote"], '="', '="'],
  [["unquote"], "'01234", "01234"],
  [["unquote"], "'+44 7911", "+44 7911"],
  [["unquote"], "'t Hooft", "'t Hooft"],
  [["unseen"], "\u200ba\u00adb\ufeff", "ab"],
  [["unseen"], "a\u00a0b", "a\u00a0b"],
];

for (const [steps, text, expected] of STEPS) {
  Deno.test(`${JSON.stringify(text)} cleaned by ${JSON.stringify(steps)} is ${JSON.stringify(expected)}`, () => {
    assertEquals(cleaned(steps, text), expected);
  });
}

Deno.test("white space stays where a column says so", () => {
  assertEquals(cleaned([], " a ", { trim: false }), " a ");
});

Deno.test("trimming gives what String.trim gives", () => {
  const mapping = compile({ columns: [{ from: "A", to: "a" }] }, ["A"]);
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    assertEquals(valuesOf(mapping, [text])[0], text.trim() === "" ? undefined : text.trim());
  }));
});

for (
  const [name, expected] of [
    ["ann", "Ann"],
    ["Ann", "Ann"],
    ["ANN", "Ann"],
    ["mary-jane o'neil", "Mary-Jane O'Neil"],
    ["MARY-JANE O'NEIL", "Mary-Jane O'Neil"],
    ["DeShawn", "DeShawn"],
    ["mcKay", "McKay"],
    ["zoë", "Zoë"],
    ["élodie d’arc", "Élodie D’Arc"],
    ["mary's", "Mary's"],
    ["", ""],
  ] as const
) {
  Deno.test(`${JSON.stringify(name)} is capitalized as ${JSON.stringify(expected)}`, () => {
    assertEquals(capitalized(name), expected);
  });
}
