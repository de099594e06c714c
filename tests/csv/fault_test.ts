/** Each kind of bad input with its exact report, and the rows around it read right. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { locate, rawBytes } from "../../src/csv/raw.ts";
import { openReader, type ReaderOptions } from "../../src/csv/reader.ts";
import { StoppedError, UsageError } from "../../src/model/errors.ts";
import type { Problem } from "../../src/model/problem.ts";
import { blocksOf, blockSource, concat, readAll } from "./support.ts";

interface Case {
  readonly what: string;
  readonly text: string | Uint8Array;
  /** For each row: its fields, or its problem, raw text, and the line and column of the trouble. */
  readonly rows: readonly (readonly string[] | Bad)[];
  readonly options?: ReaderOptions;
}

interface Bad extends Problem {
  readonly raw: string;
  readonly at: string;
}

const UNCLOSED = "The quote that opens this field is never closed: close it, or write a literal " +
  "quote twice inside a quoted field.";
const BARE =
  "A quote stands inside an unquoted field: quote the whole field and write the quote twice.";
const AFTER =
  "Text follows the quote that closes this field: write a quote inside a quoted field twice.";
const INVALID =
  "The field is not valid utf-8: mend it, or set the encoding to windows-1252 if the file " +
  "is of that encoding, which the bytes fit.";

const CASES: readonly Case[] = [
  {
    what: "text for a spreadsheet, whose quotes quote nothing",
    text: 'a,b\n="01",="0 7"\r\n="1"x,2\n',
    rows: [['="01"', '="0 7"'], {
      code: "bare-quote",
      column: "a",
      message: BARE,
      field: 0,
      raw: '="1"x,2\n',
      at: "3:1",
    }],
  },
  {
    what: "too few fields",
    text: "a,b,c\n1,2\n3,4,5\n",
    rows: [{
      code: "ragged-row",
      column: null,
      message: "The row has 2 fields, the header has 3.",
      field: 2,
      raw: "1,2\n",
      at: "2:4",
    }, ["3", "4", "5"]],
  },
  {
    what: "a row that is quoted as a whole",
    text: 'a,b\n"1,""x, y"""\n"4;5"\n',
    rows: [{
      code: "ragged-row",
      column: null,
      message: "The row has 1 field, the header has 2: it is quoted as a whole; take the quotes " +
        "around it away, and write those doubled inside once.",
      field: 1,
      raw: '"1,""x, y"""\n',
      at: "2:13",
    }, {
      code: "ragged-row",
      column: null,
      message: "The row has 1 field, the header has 2.",
      field: 1,
      raw: '"4;5"\n',
      at: "3:6",
    }],
  },
  {
    what: "too many fields",
    text: "a,b\n1,2,3\n4,5\n",
    rows: [{
      code: "ragged-row",
      column: null,
      message: "The row has 3 fields, the header has 2.",
      field: 2,
      raw: "1,2,3\n",
      at: "2:5",
    }, ["4", "5"]],
  },
  {
    what: "too many fields in a row with quotes",
    text: 'a,b\n"1",2,"3"\n4,5\n',
    rows: [{
      code: "ragged-row",
      column: null,
      message: "The row has 3 fields, the header has 2.",
      field: 2,
      raw: '"1",2,"3"\n',
      at: "2:7",
    }, ["4", "5"]],
  },
  {
    what: "a quote inside an unquoted field",
    text: 'a,b\nx,5" pipe\n1,2\n',
    rows: [{
      code: "bare-quote",
      column: "b",
      message: BARE,
      field: 1,
      raw: 'x,5" pipe\n',
      at: "2:3",
    }, ["1", "2"]],
  },
  {
    what: "text after a closing quote",
    text: 'a,b\n"x"y,1\r\n2,3\n',
    rows: [{
      code: "text-after-quote",
      column: "a",
      message: AFTER,
      field: 0,
      raw: '"x"y,1\r\n',
      at: "2:1",
    }, ["2", "3"]],
  },
  {
    what: "a quote that is never closed",
    text: 'a,b\n1,"x\n2,3\n4,5\n',
    rows: [
      {
        code: "unclosed-quote",
        column: "b",
        message: UNCLOSED,
        field: 1,
        raw: '1,"x\n',
        at: "2:3",
      },
      ["2", "3"],
      ["4", "5"],
    ],
  },
  {
    what: "an unclosed quote that the next quoted field seems to close",
    text: 'a,b\n1,"x\n2,3\n"4",5\n',
    rows: [
      {
        code: "unclosed-quote",
        column: "b",
        message: UNCLOSED,
        field: 1,
        raw: '1,"x\n',
        at: "2:3",
      },
      ["2", "3"],
      ["4", "5"],
    ],
  },
  {
    what: "an unclosed quote below the row's first line",
    text: 'a,b\n"one\ntwo","x\n2,3\n',
    rows: [{
      code: "unclosed-quote",
      column: "b",
      message: UNCLOSED,
      line: 3,
      field: 1,
      raw: '"one\ntwo","x\n',
      at: "3:6",
    }, ["2", "3"]],
  },
  {
    what: "an unclosed quote on the last line",
    text: 'a,b\n1,2\n3,"',
    rows: [["1", "2"], {
      code: "unclosed-quote",
      column: "b",
      message: UNCLOSED,
      field: 1,
      raw: '3,"',
      at: "3:3",
    }],
  },
  {
    what: "invalid UTF-8",
    text: concat("a,b\né1,x", Uint8Array.of(0xff), "\nZoë,2\n"),
    rows: [{
      code: "invalid-encoding",
      column: "b",
      message: INVALID,
      field: 1,
      raw: "é1,x\ufffd\n",
      at: "2:4",
    }, ["Zoë", "2"]],
  },
  {
    what: "a NUL byte",
    text: "a,b\n1,\0\n2,3\n",
    rows: [{
      code: "nul-byte",
      column: "b",
      message: "The row holds a NUL byte.",
      field: 1,
      raw: "1,\0\n",
      at: "2:3",
    }, ["2", "3"]],
  },
  {
    what: "a field that is too long",
    text: `a,b\n1,${"x".repeat(21)}\n2,${"x".repeat(20)}\n`,
    options: { maxFieldBytes: 20 },
    rows: [{
      code: "field-too-long",
      column: "b",
      message: "The field is longer than 20 bytes.",
      field: 1,
      raw: `1,${"x".repeat(21)}\n`,
      at: "2:3",
    }, ["2", "x".repeat(20)]],
  },
  {
    what: "a quoted field over several lines that is too long",
    text: `a,b\n1,"${"line\n".repeat(5)}"\n2,3\n`,
    options: { maxFieldBytes: 20 },
    rows: [{
      code: "field-too-long",
      column: "b",
      message: "The field is longer than 20 bytes.",
      field: 1,
      raw: `1,"${"line\n".repeat(5)}"\n`,
      at: "2:3",
    }, ["2", "3"]],
  },
  {
    what: "a record that is too long",
    text: `a,b\n${"x".repeat(12)},${"y".repeat(12)}\n2,3\n`,
    options: { maxRecordBytes: 20 },
    rows: [{
      code: "record-too-long",
      column: null,
      message: "The row is longer than 20 bytes.",
      raw: `${"x".repeat(12)},${"y".repeat(12)}\n`,
      at: "",
    }, ["2", "3"]],
  },
  {
    what: "an unclosed quote with more below it than is held",
    text: `a,b\n1,"x\n${"2,3\n".repeat(100)}`,
    options: { maxRecordBytes: 20 },
    rows: [{
      code: "unclosed-quote",
      column: "b",
      message: UNCLOSED,
      field: 1,
      raw: '1,"x\n',
      at: "2:3",
    }, ...Array.from({ length: 100 }, () => ["2", "3"])],
  },
];

for (const { what, text, rows, options } of CASES) {
  for (const blockBytes of [1, 7, 2 ** 16]) {
    Deno.test(`${what}, in blocks of ${blockBytes}: reported, and the other rows are read`, async () => {
      const all = await readAll(text, { ...options, blockBytes });
      const found = all.rows.map((row) => {
        if (!row.fault) return row.fields;
        assertEquals(row.fields, []);
        const { field } = row.fault;
        const at = field === undefined ? null : locate(row, field, all.reader.header);
        return {
          ...row.fault,
          raw: new TextDecoder().decode(rawBytes(row)),
          at: at ? `${at.line}:${at.column}` : "",
        };
      });
      assertEquals(found, rows);
    });
  }
}

Deno.test("a line that doesn't end within sixteen records stops the reader with its number", async () => {
  for (const blockBytes of [1, 100, 2 ** 16]) {
    const text = `a,b\n${"1,2\n".repeat(300)}3,${"x".repeat(400)}\n`;
    const error = await assertRejects(
      () => readAll(text, { maxRecordBytes: 20, blockBytes }),
      StoppedError,
    );
    assertEquals(
      error.message,
      "Cannot read on in policies.csv: the record on line 302 runs on for more than 320 bytes; check " +
        "that the file is CSV, or mend the line",
    );
  }
});

Deno.test("a field of several MiB is rejected by the default limits, and the next row is read", async () => {
  const long = "x".repeat(3 * 2 ** 20);
  const { rows } = await readAll(`a,b\n1,${long}\n2,"${long}"\n3,4\n`);
  assertEquals(rows.map((row) => row.fault?.message ?? row.fields), [
    "The field is longer than 1 MiB.",
    "The field is longer than 1 MiB.",
    ["3", "4"],
  ]);
  assertEquals(rows.map((row) => rawBytes(row).length), [long.length + 3, long.length + 5, 4]);
});

Deno.test("rows below an unclosed quote come in batches of the usual size, however far it was looked for", async () => {
  const row = `2,${"x".repeat(60)}\n`;
  const source = blockSource(blocksOf(concat(`a,b\n1,"x\n${row.repeat(50_000)}`), 2 ** 16));
  const reader = await openReader(source);
  let count = 0;
  let largest = 0;
  for (let rows = await reader.read(); rows; rows = await reader.read()) {
    count += rows.length;
    largest = Math.max(largest, rows.length);
  }
  assertEquals(count, 50_001);
  assert(largest * row.length < 2 ** 18);
});

Deno.test("a first row that doesn't end is a wrong file: nothing was read of it", async () => {
  await assertRejects(
    () => readAll(`a,b\n1,${"x".repeat(400)}`, { maxRecordBytes: 20 }),
    UsageError,
    "the record on line 2 runs on",
  );
});
