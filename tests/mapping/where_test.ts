import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "fast-check";
import { UsageError } from "../../src/model/errors.ts";
import { mappingOf, NOW, rowOf } from "./support.ts";
import { compileMapping } from "../support/destinations.ts";

const HEADER = [
  "Age",
  "Status",
  "Latest Renewal Date",
  "Active",
  "Seen",
  "Extra",
  "Joined",
  "it's",
];
const FILE = mappingOf({
  columns: [
    { from: "Age", type: "integer" },
    { from: "Status", to: "status" },
    { from: "Latest Renewal Date", aliases: ["Renewal"], type: "date" },
    { from: "Active", type: "boolean" },
    { from: "Seen", type: "datetime" },
    { from: "Joined", type: "date", as: "unixMs" },
  ],
});
const ROW = ["42", "Live", "2024-06-01", "yes", "2024-06-14T10:00:00Z", " x1 ", "2024-01-01", "q"];
const EMPTY = HEADER.map(() => "");

/** Whether an expression keeps a row. Today is 2024-06-15. */
function keeps(expression: string, fields: readonly string[] = ROW): boolean {
  const mapping = compileMapping(FILE, HEADER, "a.csv", { now: NOW, where: [expression] });
  const row = rowOf(fields);
  return mapping.filter(mapping.check(row) ?? [], row) === null;
}

const KEPT = [
  "Age = 42",
  "Age == 42.0",
  "Age != 41",
  "Age <> 41",
  "Age >= 42 and Age <= 42",
  "Age > -1",
  "Age < 18 or Status = 'Live'",
  "not Age < 18",
  "NOT (Age < 18 OR Active = FALSE)",
  "Age in (1, 42)",
  "Age not in (1, 2)",
  'Status = "Live"',
  "Status != 'live'",
  "Status in ('Live', 'Lapsed')",
  "Status matches '^L.ve$'",
  "not Status matches 'x'",
  "Active",
  "Active = true",
  "not Active = false",
  "`Latest Renewal Date` = 2024-06-01",
  "[Latest Renewal Date] >= today - 30d",
  "'Latest Renewal Date' < today",
  "[Latest Renewal Date] < today -1w",
  "[Latest Renewal Date] > today - 1m",
  "[Latest Renewal Date] <= '2024-06-01'",
  "Seen < today",
  "Seen >= today - 1d",
  "Seen > 2024-06-14",
  "Joined = 2024-01-01",
  "Joined > today - 1y",
  "Extra = 'x1'",
  "[it's] = 'q'",
  "`it's` != 'it''s'",
  "Age is not empty",
  "Age=42 and(Active)",
];

for (const expression of KEPT) {
  Deno.test(`${expression} keeps the row, and its negation does not`, () => {
    assertEquals(keeps(expression), true);
    assertEquals(keeps(`not (${expression})`), false);
  });
}

Deno.test("an empty value equals only an empty text and has no order", () => {
  for (
    const expression of [
      "Age = 0",
      "Age < 1",
      "Age >= 0",
      "Status != ''",
      "Status not in ('', 'Live')",
      "Active",
      "Status matches '.*'",
      "Age in (0)",
    ]
  ) {
    assertEquals(keeps(expression, EMPTY), false, expression);
  }
  for (
    const expression of [
      "Age != 0",
      "Age not in (0)",
      "Age is empty",
      "Extra is empty",
      "Status = ''",
      "Status in ('')",
    ]
  ) {
    assertEquals(keeps(expression, EMPTY), true, expression);
  }
});

Deno.test("and binds tighter than or, and not tighter than and", () => {
  assertEquals(keeps("Age = 42 or Age = 1 and Age = 2"), true);
  assertEquals(keeps("(Age = 42 or Age = 1) and Age = 2"), false);
  assertEquals(keeps("not Age = 1 and Age = 2"), false);
});

Deno.test("a month or year counted from today ends on the last day of a shorter month", () => {
  const file = mappingOf({ columns: [{ from: "D", to: "D", type: "date" }] });
  const on = (day: string, today: number) => {
    const mapping = compileMapping(file, ["D"], "a.csv", { now: today, where: ["D = today - 1m"] });
    const row = rowOf([day]);
    return mapping.filter(mapping.check(row) ?? [], row) === null;
  };
  assertEquals(on("2024-02-29", Date.UTC(2024, 2, 31)), true);
  assertEquals(on("2023-12-31", Date.UTC(2024, 0, 31)), true);
});

const ERRORS: readonly [expression: string, character: number, message: string][] = [
  ["Agee > 3", 1, 'there is no column "Agee" (nearest: "Age")'],
  [
    "Age > ",
    7,
    "expected a number, a date, true, false, today or a text in quotes instead of the end",
  ],
  ["Age > > 3", 7, "instead of >"],
  ["Age 3", 5, 'expected "and" or "or" instead of 3'],
  ["(Age > 3", 9, 'expected "and", "or" or ")" instead of the end'],
  ["Status = 'Live", 10, "the ' is not closed"],
  ["Status ~ 'x'", 8, "~ has no meaning here"],
  ["Age > 'x'", 7, '"Age" holds numbers'],
  ["Status > 'a'", 1, '"Status" holds text'],
  ["Extra > 3", 1, "give it a type in the mapping file"],
  ["Active > true", 1, '"Active" holds true or false'],
  ["Age", 1, '"Age" holds numbers'],
  ["Status in 'x'", 11, 'expected "("'],
  ["Status in ('x'", 15, 'expected "," or ")"'],
  ["Status matches x", 16, "expected a pattern in quotes"],
  ["Status matches '(a)\\1'", 16, "expected a pattern without back references, as at character 4"],
  ["Status is null", 11, 'expected "empty"'],
  ["Seen > today - 3", 16, "expected a span such as 30d"],
  ["Seen > 2024-02-30", 8, "2024-02-30 is not a real date"],
  ["Seen > 'soon'", 8, '"Seen" holds dates'],
  ["", 1, "expected a column instead of the end"],
  ["and", 1, 'there is no column "and"'],
  ["(".repeat(200), 101, "nested too deeply"],
];

Deno.test("a time counts to its last digit", () => {
  const seen = (text: string) => ROW.with(4, text);
  for (const expression of ["Seen >= 2024-06-14", "Seen > 2024-06-14", "Seen != 2024-06-14"]) {
    assertEquals(keeps(expression, seen("2024-06-14T00:00:00.000001Z")), true, expression);
  }
  assertEquals(keeps("Seen <= 2024-06-14", seen("2024-06-14T00:00:00.000001Z")), false);
  assertEquals(keeps("Seen = 2024-06-14", seen("2024-06-14T00:00:00.000000Z")), true);
});

for (const [expression, character, message] of ERRORS) {
  Deno.test(`${expression.slice(0, 30) || "an empty rule"} is refused with its position`, () => {
    const error = assertThrows(() => keeps(expression), UsageError);
    assertStringIncludes(error.message, `"${expression}", character ${character}: `);
    assertEquals(error.remedy, { code: "setting", setting: "where" });
    assertStringIncludes(error.message, message);
  });
}

Deno.test("no expression makes the parser fail in another way than with its own error", () => {
  const piece = fc.constantFrom(
    "Age",
    "Status",
    "and",
    "or",
    "not",
    "(",
    ")",
    "in",
    "=",
    "<",
    "'x'",
    "3",
    "today",
    "-",
    "30d",
    "is",
    "empty",
    "matches",
    ",",
    "[",
    "`",
  );
  fc.assert(fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
    try {
      keeps(pieces.join(" "));
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
    }
  }));
});

Deno.test("all rules must hold, and a row is counted under the first that does not", () => {
  const file = mappingOf({
    columns: [{ from: "A", to: "A", type: "integer" }],
    where: [{ name: "small", rule: "A < 10" }, "A != 5"],
  });
  const mapping = compileMapping(file, ["A"], "a.csv", { now: NOW, where: ["A > 2"] });
  const rule = (value: string) => {
    const row = rowOf([value]);
    return mapping.filter(mapping.check(row) ?? [], row);
  };
  assertEquals([rule("11"), rule("5"), rule("1"), rule("3")], ["small", "A != 5", "A > 2", null]);
});

Deno.test("a column may be named as the mapping or as the file names it", () => {
  const header = ["Renewal", ...HEADER.filter((name) => name !== "Latest Renewal Date")];
  for (const name of ["Renewal", "[Latest Renewal Date]"]) {
    const where = [`${name} is empty`];
    compileMapping(FILE, header, "a.csv", { now: NOW, where });
  }
});

Deno.test("a rule about a header that stands twice is refused, unless nothing asks for it", () => {
  const file = mappingOf({ columns: [{ from: "A", to: "a" }] });
  const header = ["A", "X", "X"];
  compileMapping(file, header, "a.csv", { now: NOW, where: ["A = 'x'"] });
  assertThrows(
    () => compileMapping(file, header, "a.csv", { now: NOW, where: ["X = 'x'"] }),
    UsageError,
    '"X" is in the header more than once',
  );
});
