import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { printable } from "../../src/text/printable.ts";
import {
  alignColumns,
  endSentence,
  formatBytes,
  formatDuration,
  formatPercent,
  formatRate,
  shellWord,
  wrap,
} from "../../src/report/format.ts";
import { formatCount, plural } from "../../src/text/words.ts";

const CASES: Record<string, [actual: string, expected: string][]> = {
  "counts have thousands separators": [
    [formatCount(0), "0"],
    [formatCount(999), "999"],
    [formatCount(1_234_567), "1,234,567"],
  ],
  "a noun is in the singular for one only": [
    [plural(0, "row"), "0 rows"],
    [plural(1, "row"), "1 row"],
    [plural(2000, "entry", "entries"), "2,000 entries"],
  ],
  "sizes are in powers of ten": [
    [formatBytes(0), "0 B"],
    [formatBytes(999), "999 B"],
    [formatBytes(812_345), "812 kB"],
    [formatBytes(1_500_000), "1.5 MB"],
  ],
  "durations have the two units that matter": [
    [formatDuration(0), "0 ms"],
    [formatDuration(999), "999 ms"],
    [formatDuration(999.7), "1.0 s"],
    [formatDuration(3210), "3.2 s"],
    [formatDuration(59_960), "1 m"],
    [formatDuration(310_000), "5 m 10 s"],
    [formatDuration(3_600_000), "1 h"],
    [formatDuration(3_599_600), "1 h"],
    [formatDuration(7_500_000), "2 h 5 m"],
    [formatDuration(90_000_000), "1 d 1 h"],
  ],
  "rates have a decimal only where it tells something": [
    [formatRate(2.345), "2.3 rows/s"],
    [formatRate(308.4), "308 rows/s"],
    [formatRate(1_500_000.2), "1,500,000 rows/s"],
    [formatRate(Infinity), "0 rows/s"],
    [formatRate(NaN), "0 rows/s"],
  ],
  "only all of it is 100 %": [
    [formatPercent(0, 10), "0 %"],
    [formatPercent(9999, 10_000), "99 %"],
    [formatPercent(10, 10), "100 %"],
    [formatPercent(0, 0), "100 %"],
  ],
  "control characters are shown, not obeyed": [
    [printable("a\nb\r\tc"), "a\\nb\\r\\tc"],
    [printable("\x1b[2J\x00\x9b"), "\\u001b[2J\\u0000\\u009b"],
    [printable("\u202etxt.exe"), "\\u202etxt.exe"],
    [printable("Žofie 🚀"), "Žofie 🚀"],
  ],
  "long text is cut between characters": [
    [printable("abcdef", 6), "abcdef"],
    [printable("abcdefg", 6), "abcdef…"],
    [printable("🚀🚀🚀", 2), "🚀🚀…"],
  ],
  "a reason ends with one full stop": [
    [endSentence("stopped by SIGINT"), "stopped by SIGINT."],
    [endSentence("It is full."), "It is full."],
  ],
  "words of a command are quoted where a shell needs it": [
    [shellWord("log/a-b.csv"), "log/a-b.csv"],
    [shellWord("my file.csv"), "'my file.csv'"],
    [shellWord("it's"), "'it'\\''s'"],
    [shellWord(""), "''"],
    [shellWord("\u202egnp.csv"), "$'\\342\\200\\256gnp.csv'"],
    [shellWord("a\nb's \\ \u001b[31m.csv"), "$'a\\012b\\'s \\\\ \\033[31m.csv'"],
  ],
  "text breaks between words": [
    [wrap("aa bb cc", 5), "aa bb\ncc"],
    [wrap("aaaaaaaa b", 5), "aaaaaaaa\nb"],
    [wrap("", 5), ""],
  ],
  "a table's columns line up, the last one without spaces at its end": [
    [
      alignColumns([["a", "1", "x"], ["bbb", "1,000", ""]], [1]).join("\n"),
      "a        1  x\nbbb  1,000",
    ],
  ],
};

for (const [name, cases] of Object.entries(CASES)) {
  Deno.test(name, () => {
    for (const [actual, expected] of cases) assertEquals(actual, expected);
  });
}

Deno.test("printable text never holds a control character", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    // deno-lint-ignore no-control-regex -- finding them is the point
    assert(!/[\u0000-\u001f\u007f-\u009f]/.test(printable(text)));
  }));
});
