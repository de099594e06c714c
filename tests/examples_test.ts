import { assert, assertEquals } from "@std/assert";
import { parse } from "csv-parse/sync";
import { openReader } from "../src/csv/reader.ts";
import type { Row } from "../src/model/row.ts";
import { blockSource } from "./csv/support.ts";
import { builtinMapping, compileMapping } from "./support/destinations.ts";

/** Reads an example with `csv-parse`, so that nothing hangs on rowferry's own reader. */
async function example(name: string) {
  const text = await Deno.readTextFile(new URL(`../examples/${name}`, import.meta.url));
  const [header = [], ...records] = parse(text) as string[][];
  return { text, header, records };
}

function rowOf(fields: readonly string[], index: number): Row {
  const block = { text: "", offset: 0, unitBytes: 1 as const, bigEndian: false };
  return {
    number: index + 1,
    line: index + 2,
    start: 0,
    end: 0,
    fields,
    fault: null,
    verbatim: null,
    first: 0,
    block,
  };
}

const GOOD = [["policies.csv", "mparticle"], ["customers.csv", "showads"]] as const;

for (const [name, destination] of GOOD) {
  Deno.test(`every row of ${name} passes the built-in mapping and filter`, async () => {
    const { header, records } = await example(name);
    const file = builtinMapping(destination);
    if (file === null) throw new Error(`${destination} has no built-in mapping`);
    const mapping = compileMapping(file, header, name, { now: Date.UTC(2026, 0, 1) });
    assert(records.length > 300);
    records.map(rowOf).forEach((row) => {
      const values = mapping.check(row);
      if (values === null) throw new Error(JSON.stringify([row.number, mapping.problems(row)]));
      assertEquals(mapping.filter(values, row), null);
    });
  });
}

Deno.test("policies-with-errors.csv has nine rows to mend, each in its own way", async () => {
  const bytes = await Deno.readFile(
    new URL("../examples/policies-with-errors.csv", import.meta.url),
  );
  const reader = await openReader(blockSource([bytes]));
  const file = builtinMapping("mparticle");
  if (file === null) throw new Error("mparticle has no built-in mapping");
  const mapping = compileMapping(file, reader.header.names, "it", { now: 0 });
  const found: (string | number)[][] = [];
  let read = 0;
  for (let rows = await reader.read(); rows; rows = await reader.read()) {
    read += rows.length;
    for (const row of rows.filter((row) => mapping.check(row) === null)) {
      found.push([row.number, ...mapping.problems(row).map(({ code }) => code)]);
    }
  }
  await reader.close();
  assertEquals(read, 40);
  assertEquals(found, [
    [4, "invalid-date"],
    [9, "invalid-email"],
    [13, "invalid-boolean"],
    [17, "ragged-row"],
    [21, "invalid-date"],
    [25, "no-identity"],
    [29, "invalid-email", "invalid-boolean"],
    [32, "ragged-row"],
    [37, "unclosed-quote"],
  ]);
});

Deno.test("the examples show what CSV files hold: quotes, line breaks, letters of all kinds", async () => {
  const { text, records } = await example("policies.csv");
  const fields = records.flat();
  const traits: [string, (field: string) => boolean][] = [
    ["a comma", (field) => field.includes(", ")],
    ["a line break", (field) => field.includes("\n")],
    ["a quote", (field) => field.includes('"')],
    ["a letter beyond ASCII", (field) => /\p{L}/u.test(field.replace(/\p{ASCII}/gu, ""))],
    ["a number that a spreadsheet has spoilt", (field) => /^\d+\.0$/.test(field)],
    ["nothing", (field) => field === ""],
  ];
  for (const [trait, holds] of traits) assert(fields.filter(holds).length > 3, trait);
  assert(text.endsWith("\n"));
});

Deno.test("the examples' addresses and numbers are nobody's", async () => {
  for (const name of ["policies.csv", "customers.csv", "policies-with-errors.csv"]) {
    const text = await Deno.readTextFile(new URL(`../examples/${name}`, import.meta.url));
    // RFC 2606 reserves the domains, Ofcom the numbers 07700 900000 to 900999.
    for (const [, domain = ""] of text.matchAll(/@+([\w.-]+)/g)) {
      assert(/^example\.(com|net|org)$/i.test(domain), domain);
    }
    for (const [number] of text.matchAll(/(?<=,)\+?[\d ]{10,}(?:\.0)?(?=,)/g)) {
      assert(/^(\+44 |0)?7700 ?900\d{3}(\.0)?$/.test(number), number);
    }
  }
});
