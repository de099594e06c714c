import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";

import { openReader } from "../../src/csv/reader.ts";
import { PayloadWriter } from "../../src/model/payload_writer.ts";
import type { Sink } from "../../src/model/destination.ts";
import type { Row } from "../../src/model/row.ts";
import type { Value } from "../../src/model/value.ts";
import { blockSource } from "../csv/support.ts";
import { NOW, rowOf, sinkBy, textOf } from "../support/sinks.ts";
import { codes, mappingOf } from "./support.ts";
import { compileMapping, mappingSchema } from "../support/destinations.ts";

/** Columns of every type, and texts that are near to what they take. */
const COLUMNS: readonly [column: Record<string, unknown>, texts: readonly string[]][] = [
  [{}, ["a", "1", "4.47912E+11", "1E+100", "5E-12", "E+11", "1.2E+1"]],
  [{ required: true, trim: false }, ["a", " b "]],
  [{ clean: ["lower"] }, ["ABC", "abc", "aBc"]],
  [{ clean: [{ nullWords: ["null"] }] }, ["NULL", "x"]],
  [{ maxLength: 9 }, ["4.5E+11", "4.47912E+11", "4.5E-11"]],
  [{ characters: ["letters"] }, ["abc", "AZaz", "a b", "a1", "[", "@"]],
  [{ characters: ["digits", "spaces"], minLength: 2, maxLength: 3 }, ["12", "1 2", "1", "1 23"]],
  [{ minLength: 2, maxLength: 3 }, ["a", "ab", "abc", "abcd", "a  b"]],
  [{ pattern: "^a+$", maxLength: 2 }, ["a", "aa", "aaa", "b"]],
  [{ type: "integer" }, [
    "0",
    "-0",
    "+7",
    "-7",
    "007",
    "00",
    "-01",
    "4.5E+11",
    "1.0",
    "-",
    "+",
    "1e3",
    "0x1",
    "1 2",
    "/",
    ":",
  ]],
  [
    { type: "integer", min: -5, max: 150 },
    ["-5", "-6", "150", "151", "9007199254740993", "1".repeat(400)],
  ],
  [{ type: "integer" }, ["9007199254740991", "9007199254740992", "-9007199254740991"]],
  [{ type: "number" }, ["1.5", "-2", "1e400", ".5"]],
  [{ type: "boolean" }, ["true", "FALSE", "maybe"]],
  [{ type: "date" }, ["2024-02-29", "2023-02-29", "2024-1-2"]],
  [{ type: "email" }, ["a@b.cz", "a@b"]],
  [{ type: "uuid" }, ["89d29050-fb4e-974a-3d07-caf4ad5eb7c5", "89d29050"]],
  [{ type: "enum", values: ["Yes", "no"] }, ["Yes", "yes", "no", "other"]],
  [{ type: "enum", values: ["Yes"], ignoreCase: true }, ["yes", "YES", "Yes"]],
  [{ type: "phone", callingCode: 420 }, ["601 123 456", "+420601123456", "12"]],
];

const blanks = fc.string({
  unit: fc.constantFrom(" ", "\t", "\v", "\f", "\x1f"),
  maxLength: 2,
});
const cells = COLUMNS.map(([, texts]) =>
  fc.oneof(
    fc.constantFrom("", ...texts),
    fc.tuple(blanks, fc.constantFrom("", ...texts), blanks).map((parts) => parts.join("")),
    fc.string({ unit: fc.constantFrom(..."aZ09+-.@ _{`\x01\x1c\x7f"), maxLength: 4 }),
  )
);

Deno.test("a field of ASCII becomes the same as its text does: value, problem and payload", async () => {
  const to = ["user_identities.customer_id", "user_attributes.value"];
  const columns = COLUMNS.map(([column], at) => ({ from: `c${at}`, to, ...column }));
  const header = columns.map(({ from }) => from);
  const connections = columns.map((column) => {
    const file = mappingSchema.parse({ destination: "mparticle", columns: [column] });
    const mapping = compileMapping(file, header, "test.csv", { now: NOW });
    return { mapping, sink: sinkBy(mapping) };
  });
  let valid = 0;
  let invalid = 0;
  await fc.assert(
    fc.asyncProperty(fc.tuple(...cells), async (fields) => {
      fc.pre(fields.some((field) => field.trim() !== "")); // A row of nothing is no record.
      const verbatim = await verbatimRow(header, fields);
      const text = rowOf(1, fields);
      for (const { mapping, sink } of connections) {
        const values = mapping.check(verbatim);
        assertEquals(values, mapping.check(text));
        if (values === null) {
          assertEquals(mapping.problems(verbatim), mapping.problems(text));
          invalid++;
        } else {
          assertEquals(
            payloadOf(sink, verbatim, values),
            payloadOf(sink, text, values),
          );
          valid++;
        }
      }
    }),
    { numRuns: 1_000 },
  );
  assert(valid > 1_000 && invalid > 1_000, `${valid} were valid, ${invalid} were not`);
});

Deno.test("a column that the file lacks is empty, whatever stands in the file's first", async () => {
  const columns = [{ from: "id", to: "id" }, { from: "age", to: "age", optionalColumn: true }];
  const mapping = compileMapping(mappingOf({ columns }), ["id"], "test.csv", { now: NOW });
  assertEquals(mapping.check(await verbatimRow(["id"], ["7"])), ["7", undefined]);
});

Deno.test("a text that isn't sent is checked, and there for the rules that filter on it", async () => {
  const columns = [
    { from: "id", to: "id" },
    { from: "name", required: true, characters: ["letters"] },
  ];
  const decide = async (where: readonly string[], fields: readonly string[]) => {
    const mapping = compileMapping(mappingOf({ columns }), ["id", "name"], "test.csv", {
      now: NOW,
      where,
    });
    const row = await verbatimRow(["id", "name"], fields);
    const values = mapping.check(row);
    return values === null ? codes(mapping, row) : mapping.filter(values, row);
  };
  assertEquals(await decide([], ["1", "Ann"]), null);
  assertEquals(await decide([], ["1", "A1"]), ["invalid-characters"]);
  assertEquals(await decide([], ["1", ""]), ["required"]);
  assertEquals(await decide(['name == "Ann"'], ["1", " Ann "]), null);
  assertEquals(await decide(['name == "Ann"'], ["1", "Ben"]), 'name == "Ann"');
});

function payloadOf(sink: Sink, row: Row, values: readonly Value[]): string {
  const writer = new PayloadWriter();
  writer.begin(row);
  assertEquals(sink.encode(values, row.number, writer), 0);
  return textOf(writer);
}

/** A row as the reader gives it, of fields that need no quotes. */
async function verbatimRow(...lines: readonly (readonly string[])[]): Promise<Row> {
  const text = lines.map((fields) => `${fields.join()}\n`).join("");
  const reader = await openReader(blockSource([new TextEncoder().encode(text)]), {
    delimiter: ",",
  });
  const [row] = await reader.read() ?? [];
  if (!row?.verbatim) throw new Error(`Not plain: ${JSON.stringify(text)}`);
  return row;
}
