/**
 * Nothing in a field stalls the program: each type and each cleaning step takes texts of 256 KiB, made
 * to be gone over again and again, in no more time than a test may take. What is quadratic takes minutes.
 *
 * @module
 */

import { assert } from "@std/assert";
import { ColumnProfile } from "../../src/mapping/column_profile.ts";
import { guessType } from "../../src/mapping/guess_type.ts";
import { compile, rowOf } from "./support.ts";

const LENGTH = 262_144;

/** A text of 256 KiB: a beginning, what is repeated, an end. */
function long(start: string, unit: string, end: string): string {
  const count = Math.floor((LENGTH - start.length - end.length) / unit.length);
  return start + unit.repeat(count) + end;
}

/** Each is near to what some type or step takes, and wrong or done only at its end. */
const TEXTS: readonly string[] = [
  long("9999999999999999.", "0", "1"),
  long("", "9", "."),
  long("", "0", "x"),
  long("", "0", "1"),
  long("0.", "0", "1e5"),
  long("1", ".000", ",5x"),
  long("1", ",000", "x"),
  long("1e", "0", "x"),
  long("+", "1 ", "x"),
  long("", " ", "x"),
  long("x", " ", ""),
  long("x", "\u00a0", "x"),
  long("", "\u200b", "x"),
  long("", "a.", "@"),
  long("a@", "a.", ""),
  long("a@", "a-", "."),
  long("", "ä.", "@b.cz"),
  long("", "@", "b.cz"),
  long("", "2024-01-01", ""),
  long("2024-01-01 10:00:00.", "0", "Z"),
  long("", "Jan ", "2024"),
  long("", "[", "]"),
  long("[", "[],", "[]]"),
  long('"', "\\\\", '"'),
  long('{"a":', '{"a":', "1"),
  long("[", " ", "1]"),
  long("", "''", ""),
  long('="', '""', '"'),
  long("", "a'", "b"),
  long("", "o'a-", "b"),
  long("", "-", "a"),
  long("", "A", "b"),
  long("", "Ǆ", ""),
  long("", "x", "y"),
  long("", "(0)", ""),
  long("+", "0", ""),
];

const TYPES: readonly Record<string, unknown>[] = [
  {},
  { to: "id" },
  { to: "user_id", characters: ["letters", "digits"], minLength: 1, maxLength: 9_999_999 },
  { characters: ["letters", "spaces"] },
  { pattern: "^(?:a+)+b$" },
  { type: "email" },
  { type: "uuid" },
  { type: "integer" },
  { type: "number" },
  { type: "number", decimal: "," },
  { type: "number", decimal: "." },
  { type: "boolean" },
  { type: "date" },
  { type: "date", formats: ["D MMMM YYYY", "MMM D, YY"] },
  { type: "datetime", timeZone: "Europe/Berlin" },
  { type: "datetime", formats: ["ddd, D MMM YYYY h:mm:ss A Z", "X", "x", "YYYY-MM-DD HH:mm:ss.S"] },
  { type: "phone", callingCode: 49 },
  { type: "enum", values: ["x"], ignoreCase: true },
  { type: "json" },
];

const STEPS: readonly unknown[] = [
  ...["trim", "lower", "upper", "capitalize", "digits", "unpad", "unquote", "unseen"],
  { replace: { text: "a", with: "bb" } },
  { replace: { pattern: "(?:a+)+b", with: "$&" } },
  { nullWords: ["x"] },
  { default: "x" },
];

const COLUMNS = [...TYPES, ...STEPS.map((step) => ({ clean: [step] }))];

for (const parts of COLUMNS) {
  Deno.test(`a column ${JSON.stringify(parts)} is done with a long text of any kind`, () => {
    const mapping = compile({ columns: [{ from: "A", to: "a", ...parts }] }, ["A"]);
    for (const text of TEXTS) {
      const row = rowOf([text]);
      if (mapping.check(row) === null) assert(mapping.problems(row).length > 0);
    }
  });
}

Deno.test("init is done with a long text of any kind", () => {
  for (const text of TEXTS) {
    const profile = new ColumnProfile();
    for (const line of [2, 3]) profile.add(text, line);
    guessType("A", profile, null);
  }
});
