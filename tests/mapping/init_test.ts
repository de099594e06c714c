import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { UsageError } from "../../src/model/errors.ts";
import { guessType } from "../../src/mapping/guess_type.ts";
import { type Sample, suggestMapping } from "../../src/mapping/init.ts";
import type { MappingFile } from "../../src/mapping/schema.ts";
import { NOW } from "./support.ts";
import { compileMapping, definitionOf, parseMapping } from "../support/destinations.ts";

const HEADER = [
  "Client ID",
  "E-Mail",
  "Forename",
  "Policy Status",
  "Signed up",
  "Due",
  "Premium",
  "Age",
  "Opted in",
];
const ROWS = [
  ["0017", "ann@example.com", "Ann", "Live", "2024-01-31", "31/12/2024", "12.50", "44", "yes"],
  ["0018", "bob@example.com", "Bob", "Lapsed", "2024-02-01", "01/02/2025", "7", "", "no"],
];

function suggest(parts: Partial<Sample>): string {
  const { destination = "mparticle" } = parts;
  return suggestMapping({
    source: "new.csv",
    header: HEADER,
    rows: ROWS,
    destination,
    words: definitionOf(destination).mapping.init,
    schema: "./rowferry.schema.json",
    ...parts,
  });
}

/** What a person does who accepts every suggestion. */
function accepted(text: string): string {
  return text.replace(/# CHOOSE: (?=to:|auth:|mparticle:)/g, "");
}

function column(file: MappingFile, from: string) {
  return file.columns.find((column) => column.from === from);
}

Deno.test("init places the columns it knows and guesses types from the values", async () => {
  const file = await parseMapping(suggest({}), "new.yaml");
  const summary = HEADER.map((name) => {
    const found = column(file, name);
    return [name, found?.to, found?.type];
  });
  assertEquals(summary, [
    ["Client ID", "user_identities.customer_id", "string"],
    ["E-Mail", "user_identities.email", "email"],
    ["Forename", "user_attributes.$firstname", "string"],
    ["Policy Status", undefined, "string"],
    ["Signed up", undefined, "date"],
    ["Due", undefined, "date"],
    ["Premium", undefined, "number"],
    ["Age", "user_attributes.$age", "integer"],
    ["Opted in", undefined, "boolean"],
  ]);
});

Deno.test("the first line points editors to the schema", () => {
  const [first] = suggest({}).split("\n");
  assertEquals(first, "# yaml-language-server: $schema=./rowferry.schema.json");
});

Deno.test("what init can't place is a marked line that is valid without its mark", async () => {
  const text = suggest({});
  assertStringIncludes(text, "    # CHOOSE: to: user_attributes.Policy Status\n");
  const file = await parseMapping(accepted(text), "new.yaml");
  assertEquals(column(file, "Policy Status")?.to, "user_attributes.Policy Status");
  assert(file.destination === "mparticle");
});

Deno.test("the age column can be filtered on", async () => {
  const file = await parseMapping(suggest({}), "new.yaml");
  compileMapping(file, HEADER, "new.csv", { now: NOW, minAge: 18 });
});

Deno.test("a mapping for a JSON API is valid as it is, and with every suggestion taken", async () => {
  const text = suggest({ destination: "http" });
  const file = await parseMapping(text, "new.yaml");
  assertEquals(column(file, "E-Mail")?.to, "email");
  const all = await parseMapping(accepted(text), "new.yaml");
  assertEquals(column(all, "Policy Status")?.to, "policy_status");
});

Deno.test("a mapping for ShowAds is valid when both of its fields are found", async () => {
  const text = suggest({
    destination: "showads",
    header: ["Name", "Age", "Cookie", "Banner"],
    rows: [["Ann", "20", "abc", "7"]],
  });
  const file = await parseMapping(text, "new.yaml");
  assertEquals(file.columns.map(({ to }) => to), [
    undefined,
    undefined,
    "VisitorCookie",
    "BannerId",
  ]);
});

Deno.test("init says which targets the destination needs and no column fits", async () => {
  const header = ["A", "B"];
  assertStringIncludes(
    suggest({ header, rows: [] }),
    "# CHOOSE: one column at least must go to user_identities",
  );
  const showads = suggest({ header, rows: [], destination: "showads" });
  assertStringIncludes(showads, '# CHOOSE: which columns go to "VisitorCookie" and "BannerId"');
  assertStringIncludes(showads, "    # CHOOSE: to: VisitorCookie\n");
  await assertRejects(() => parseMapping(showads, "new.yaml"), UsageError, "VisitorCookie");
});

Deno.test("no target is given to two columns", async () => {
  const header = ["Email", "E-Mail", "Mail", "id"];
  const file = await parseMapping(suggest({ header, rows: [] }), "new.yaml");
  assertEquals(file.columns.filter(({ to }) => to === "user_identities.email").length, 1);
});

Deno.test("no value of the sample gets into the file", () => {
  const rows = [HEADER.map((_, at) => `sesame${at}`)];
  assertEquals(suggest({ rows }).includes("sesame"), false);
});

Deno.test("a header that is there twice is told, and empty ones are passed over", () => {
  const text = suggest({ header: ["id", "", "A", "A", ""], rows: [] });
  assertStringIncludes(text, '# CHOOSE: the CSV has "A" more than once');
  assertEquals(text.match(/- from:/g)?.length, 2);
});

Deno.test("whatever the header, the file can be read and fits the CSV", async () => {
  const name = fc.oneof(
    fc.string({ unit: "binary", minLength: 1, maxLength: 12 }),
    fc.constantFrom(
      "true",
      "null",
      "no",
      "- a",
      "a: b",
      "a #b",
      "1",
      "__proto__",
      "constructor",
      '"',
      "{x}",
      "a\nb",
    ),
  ).filter((text) => text.isWellFormed());
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(name, { maxLength: 6 }), async (names) => {
      const header = ["id", ...names.filter((each) => each.toLowerCase() !== "id")];
      for (const destination of ["mparticle", "http"] as const) {
        const file = await parseMapping(suggest({ header, rows: [], destination }), "new.yaml");
        assertEquals(file.columns.map(({ from }) => from), header);
        compileMapping(file, header, "new.csv", { now: NOW });
      }
    }),
    { numRuns: 50 },
  );
});

for (
  const [header, sample, expected] of [
    ["A", ["1", "", "-2"], { type: "integer", doubtful: false }],
    ["A", ["1", "2.5"], { type: "number", doubtful: false }],
    ["A", ["01", "02"], { type: "string", doubtful: false }],
    ["Policy Number", ["1", "2"], { type: "string", doubtful: false }],
    ["A", ["Yes", "no"], { type: "boolean", doubtful: false }],
    ["A", ["2024-01-01"], { type: "date", doubtful: false }],
    ["A", ["2024-01-01 10:00"], { type: "datetime", doubtful: true }],
    ["A", ["2024-01-01 10:00Z"], { type: "datetime", doubtful: false }],
    ["A", ["123456789012345678"], { type: "string", doubtful: false }],
    ["A", ["+491234567890", "491234567891"], { type: "string", doubtful: false }],
    ["A", ["31/12/2024"], { type: "date", formats: ["DD/MM/YYYY"], doubtful: false }],
    ["A", ["12/31/2024"], { type: "date", formats: ["MM/DD/YYYY"], doubtful: false }],
    ["A", ["01/02/2024"], { type: "date", formats: ["DD/MM/YYYY"], doubtful: true }],
    ["A", ["a@example.com"], { type: "email", doubtful: false }],
    ["A", ["0190163d-8694-739b-aea5-966c26f8ad91"], { type: "uuid", doubtful: false }],
    ["A", ["1", "x"], { type: "string", doubtful: false }],
    ["A", ["", " "], { type: "string", doubtful: false }],
  ] as const
) {
  Deno.test(`a column ${header} with ${JSON.stringify(sample)} is guessed to be ${JSON.stringify(expected)}`, () => {
    assertEquals(guessType(header, sample), expected);
  });
}
