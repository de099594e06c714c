import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { INVALID } from "../../src/mapping/check.ts";
import {
  loadPatterns,
  matcher,
  patternFault,
  replacementFault,
  replacer,
} from "../../src/mapping/pattern.ts";

await loadPatterns("pattern");

/** What V8 would take hours for. */
const EXPLOSIVE = [
  "(a+)+$",
  "((ab)+)+$",
  "^(a|ab)*$",
  "^(a|a){26}$",
  "(a{1,20}){1,20}$",
  "^((a|b)?)*$",
  "(?:(?:a|b)c){9}$",
  "\\w+\\w+\\w+$",
  "^(\\w+\\s?)*$",
];

for (const pattern of EXPLOSIVE) {
  Deno.test(`the pattern ${pattern} is taken, and done with a value of 1 MiB`, () => {
    assertEquals(patternFault(pattern), null);
    assertEquals(matcher(pattern)("a".repeat(1 << 20) + "!"), false);
  });
}

const LACKING: readonly [pattern: string, fault: string][] = [
  ["a(?=b)", "a pattern without look-around, as at character 2"],
  ["(?!b)", "a pattern without look-around, as at character 1"],
  ["ab(?<=b)", "a pattern without look-around, as at character 3"],
  ["ab(?<!b)", "a pattern without look-around, as at character 3"],
  ["(a)\\1", "a pattern without back references, as at character 4"],
  ["(?<n>a)\\k<n>", "a pattern without back references, as at character 8"],
  ["a{1001}", "a pattern without more than 1000 repetitions, as at character 2"],
  ["(a{100}){100}", "a pattern that RE2 can run (invalid repeat count: `{100}`)"],
  ["(", "(Unterminated group)"],
  ["\\A", "(Invalid escape)"],
];

for (const [pattern, fault] of LACKING) {
  Deno.test(`the pattern ${pattern} is refused: ${fault}`, () => {
    assertStringIncludes(patternFault(pattern) ?? "", fault);
  });
}

const SAME = [
  "^a.b$",
  "a.",
  "(a)(b)",
  "\\s+",
  "[\\s,]+",
  "\\S",
  "[^\\S]",
  "[a\\S]",
  "[[]",
  "[]",
  "[^]",
  "[(?=x)\\].{2}]",
  "[\\b\\-]",
  "\\bab\\b",
  "\\cJ\\0?",
  "\\x41|\\u0042|\\u{43}|\\u{1F600}|\\uD83D\\uDE00",
  "^[😀-😎]$",
  "^.$",
  "\\p{L}+\\P{L}",
  "\\p{Letter}|[\\P{Script=Greek}]",
  "[^\\p{sc=Cyrl}\\d]",
  "\\p{Lu}\\p{ASCII}",
  "(?:a|b)*?(?<last>c)",
  "\\/\\.\\$\\{",
  "(?i:straße|K)",
  "^(19|20)\\d{2}$",
  "a{2,}|b{0}|c{1,3}?",
  "\\W\\D|\\w\\B",
  "$",
];

for (const pattern of SAME) {
  Deno.test(`the pattern ${pattern} matches and replaces what JavaScript's does`, () => {
    assertEquals(patternFault(pattern), null);
    const expected = new RegExp(pattern, "gu");
    const matches = matcher(pattern);
    const replace = replacer(pattern, "<$&>");
    const near = fc.constantFrom(
      ..."aAbBcCßkK\u212a 0129_-.,/$ {}[](?=)\\\b\n\r\u2028\u00a0\ufeff\u200bλΣж😀😎\u0300",
    );
    fc.assert(
      // Which characters there are is Unicode's to say, of which the engines have different versions.
      fc.property(
        fc.oneof(fc.string({ unit: near }), fc.string({ unit: "binary" })).filter((text) =>
          !/\p{Cn}/u.test(text)
        ),
        (text) => {
          expected.lastIndex = 0;
          assertEquals(matches(text), expected.test(text));
          assertEquals(replace(text), text.replace(expected, "<$&>"));
        },
      ),
      { numRuns: 300, examples: [["A"], ["ab"], ["\n"], ["\u2028"], ["\u{10ffff}"], ["straSSe"]] },
    );
  });
}

const REPLACED: readonly [pattern: string, replacement: string, text: string, result: string][] = [
  ["(\\d\\d)$", "20$1", "3/14/20", "3/14/2020"],
  ["(?<d>\\d+)\\.(?<m>\\d+)", "$<m>/$<d>", "14.3", "3/14"],
  ["\\d+", "[$&]", "a1b22", "a[1]b[22]"],
  ["€", "$$", "5€", "5$"],
  ["(a)(b)?", "$2$1", "a", "a"],
  ["(a)", "$10$01", "a", "a0a"],
];

for (const [pattern, replacement, text, result] of REPLACED) {
  Deno.test(`${pattern} replaced by ${replacement} makes ${text} ${result}`, () => {
    assertEquals(replacementFault(pattern, replacement), null);
    assertEquals(replacer(pattern, replacement)(text), result);
  });
}

const UNSOUND: readonly [pattern: string, replacement: string, fault: string][] = [
  ["\\d", "$", "instead of $ at character 1"],
  ["(a)(?<n>b)", "x$3", "or $1, $2, $<n> for a group, instead of $3 at character 2"],
  ["(a)", "$<n>", "or $1 for a group, instead of $<n> at character 1"],
  ["(a)", "$$$0", "instead of $0 at character 3"],
  ["(a)", "$`", "$$ for a dollar sign"],
];

for (const [pattern, replacement, fault] of UNSOUND) {
  Deno.test(`${replacement} in place of ${pattern} is refused: ${fault}`, () => {
    assertStringIncludes(replacementFault(pattern, replacement) ?? "", fault);
  });
}

Deno.test("a pattern is not replaced in a text so long that it could take seconds", () => {
  const replace = replacer("a.*z|a", "b");
  assertEquals(replace("a".repeat(100)), "b".repeat(100));
  assert(replace("a".repeat(10_001)) === INVALID);
});

Deno.test("the engine is loaded for mappings and rules with a pattern only", async () => {
  const script = `
    import { loadPatterns, matcher } from ${JSON.stringify(PATTERN)};
    const isLoaded = () => { try { matcher("a+"); return true; } catch { return false; } };
    await loadPatterns('{"columns":[{"from":"A"}]}');
    const before = isLoaded();
    await loadPatterns("A MATCHES 'a'");
    console.log(before, isLoaded());`;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--config", CONFIG, script],
    env: { NO_COLOR: "1" },
  }).output();
  assertEquals(new TextDecoder().decode(stdout), "false true\n");
});

const PATTERN = import.meta.resolve("../../src/mapping/pattern.ts");
const CONFIG = new URL("../../deno.json", import.meta.url).pathname;
