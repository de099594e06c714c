/** What a payload writer makes of the fields of rows that a reader read. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";

import { openReader, type ReaderOptions } from "../../src/csv/reader.ts";
import type { CompiledMapping } from "../../src/mapping/compile.ts";
import { PayloadWriter } from "../../src/model/payload_writer.ts";
import type { Sink } from "../../src/model/destination.ts";
import type { Row } from "../../src/model/row.ts";
import { blocksOf, blockSource, utf16 } from "../csv/support.ts";
import { NOW, sinkBy, textOf } from "../support/sinks.ts";
import { compileMapping, mappingSchema } from "../support/destinations.ts";

/** A CSV as bytes. */
interface Source {
  readonly bytes: Uint8Array;
  readonly options?: ReaderOptions;
  readonly blockBytes?: number;
}

/** Shows every row while its bytes are good, as the run does. */
async function eachRow(source: Source, see: (row: Row) => void): Promise<void> {
  const { bytes, options, blockBytes = 2 ** 16 } = source;
  const reader = await openReader(blockSource(blocksOf(bytes, blockBytes)), options);
  for (let rows = await reader.read(); rows; rows = await reader.read()) rows.forEach(see);
  await reader.close();
}

/** What the columns of `HEADER` do to their values: nothing, or each something else. */
const COLUMNS = [
  { from: "id", to: "user_identities.customer_id" },
  { from: "raw", to: "user_attributes.raw", trim: false },
  { from: "trimmed", to: "user_attributes.trimmed" },
  { from: "lower", to: ["user_attributes.lower", "event_attributes.twice"], clean: ["lower"] },
  {
    from: "replaced",
    to: "event_attributes.replaced",
    clean: [{ replace: { text: "a", with: '"' } }],
  },
  {
    from: "absent",
    to: "event_attributes.absent",
    optionalColumn: true,
    clean: [{ default: "b" }],
  },
];
const HEADER = COLUMNS.map(({ from }) => from).filter((name) => name !== "absent");

/** A mapping of every column to mParticle, and the encoder of the rows. */
function connectToAll(): { mapping: CompiledMapping; sink: Sink } {
  const file = mappingSchema.parse({
    destination: "mparticle",
    columns: COLUMNS,
    mparticle: { event: { name: "Seen" } },
  });
  const mapping = compileMapping(file, HEADER, "test.csv", { now: NOW });
  return { mapping, sink: sinkBy(mapping) };
}

/** The payload of a row by the mapping above, as `JSON.stringify` words it. */
function payloadOf(number: number, values: readonly unknown[]): string {
  const [customer_id, raw, trimmed, lower, replaced, absent] = values;
  const attributes = { raw, trimmed, lower };
  const isEmpty = Object.values(attributes).every((value) => value === undefined);
  return JSON.stringify({
    environment: "development",
    user_identities: { customer_id },
    user_attributes: isEmpty ? undefined : attributes,
    events: [{
      event_type: "custom_event",
      data: {
        event_name: "Seen",
        custom_event_type: "other",
        custom_attributes: { twice: lower, replaced, absent },
      },
    }],
    source_request_id: `run-${number}`,
  });
}

/** Checks what is written of a row: of every field by itself, and by a destination's encoder. */
function rowChecker(): (row: Row) => void {
  const { mapping, sink } = connectToAll();
  const writer = new PayloadWriter();
  return (row) => {
    assertEquals(row.fault, null);
    writer.begin(row);
    const wanted: string[] = [];
    for (const [field, text] of row.fields.entries()) {
      writer.field(text, field);
      writer.field(text.trim(), field);
      wanted.push(JSON.stringify(text), JSON.stringify(text.trim()));
    }
    assertEquals(textOf(writer), wanted.join(""));
    const values = mapping.check(row);
    if (values === null) throw new Error(JSON.stringify(mapping.problems(row)));
    writer.begin(row);
    assertEquals(sink.encode(values, row.number, writer), 0);
    assertEquals(textOf(writer), payloadOf(row.number, values));
  };
}

/** Texts of Latin letters and `€` as bytes. */
function windows1252(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => {
    const byte = letter === "€" ? 0x80 : letter.charCodeAt(0);
    assert(byte <= 0xff, letter);
    return byte;
  });
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Fields as they stand in a CSV, what they are, and whether their bytes can be copied. */
const ROWS: readonly [string, string[], string[], boolean][] = [
  ["plain", ["C1", "abc", "two words", "ABC", "a-b"], [], true],
  ["empty", ["C1", "", "", "", ""], [], true],
  [
    "longer",
    ["C1", "x".repeat(255), "y".repeat(256), "Z".repeat(257), "a".repeat(1_030)],
    [],
    true,
  ],
  ["blanks to trim", ["C1", " a ", "  b c  ", " D", "e "], [], true],
  ["backslashes", ["C\\1", "\\", "a\\b", "ABC\\", "\\\\\\\\\\\\"], [], true],
  ["control characters", ["C1", "\x01", "a\x01b", "ABC\x1f", "abcd\x0babcdefg"], [], true],
  ["a tab", ["C1", "\t", "a\tb", "ABCD\t", "a\t"], [], true],
  ["DEL", ["C1", "\x7f", "a\x7fb", "ABC\x7f", "~\x7f"], [], true],
  [
    "quotes",
    ["C1", '"abc"', '"a ""b"" c"', '"A,B;C"', '"a\r\nb"'],
    ["C1", "abc", 'a "b" c', "A,B;C", "a\r\nb"],
    false,
  ],
  ["quotes around one field", ["C1", "abc", "d", "E", '"a"'], ["C1", "abc", "d", "E", "a"], false],
  ["letters beyond ASCII", ["C1", "é", "a€b", "É", "€€€€"], [], false],
  ["one letter beyond ASCII", ["C1", "abc", "d", "E", "é"], [], false],
];

for (const encoding of ["utf-8", "windows-1252"]) {
  const bytesOf = encoding === "utf-8" ? utf8 : windows1252;
  for (const delimiter of [",", ";", "\t"]) {
    for (const newline of ["\n", "\r\n"]) {
      const shape = `${encoding}, ${JSON.stringify(delimiter)} and ${JSON.stringify(newline)}`;
      Deno.test(`fields of every kind are written as they were read, with ${shape}`, async () => {
        const rows = ROWS.filter(([name]) => name !== "a tab" || delimiter !== "\t");
        const lines = [HEADER, ...rows.map(([, fields]) => fields)];
        const text = lines.map((fields) => fields.join(delimiter) + newline).join("");
        const bytes = bytesOf(text);
        const check = rowChecker();
        const found: [string, readonly string[], boolean][] = [];
        await eachRow({ bytes, options: { encoding, delimiter } }, (row) => {
          check(row);
          const [name = ""] = rows[found.length] ?? [];
          found.push([name, row.fields, row.verbatim !== null]);
        });
        assertEquals(
          found,
          rows.map(([name, fields, values, isVerbatim]) => [
            name,
            values.length > 0 ? values : fields,
            isVerbatim,
          ]),
        );
      });
    }
  }
}

Deno.test("a field is escaped wherever in it something stands that JSON escapes", async () => {
  for (const special of ["\\", "\x01", "\x1f", "\t", "\x7f", "[", "]", "!", "#", " "]) {
    const lines = [HEADER.join()];
    for (let length = 0; length < 13; length++) {
      for (let at = 0; at <= length; at++) {
        const field = "X".repeat(at) + special + "z".repeat(length - at);
        // The fields in front move it along the words that are looked at.
        lines.push(["C".repeat(length % 4 + 1), field, field, field, `${field}.`].join());
      }
    }
    const check = rowChecker();
    let rows = 0;
    await eachRow({ bytes: utf8(`${lines.join("\n")}\n`) }, (row) => {
      check(row);
      assert(row.verbatim !== null);
      rows++;
    });
    assertEquals(rows, lines.length - 1);
  }
});

Deno.test("a writer grows by a field's bytes wherever its room ends, and keeps what it holds", async () => {
  for (let length = 0; length < 20; length++) {
    const field = "abcdefghijklmnopqrstuvwxyz".slice(0, length);
    await eachRow({ bytes: utf8(`a,b\n1,${field}\n`) }, (row) => {
      assert(row.verbatim !== null);
      for (let before = 0; before < 8; before++) {
        const writer = new PayloadWriter();
        writer.begin(row);
        writer.copy(new Uint8Array(before).fill(0x2d));
        let count = 0;
        // Beyond the room that a writer has at first, and beyond twice that.
        for (; writer.length < 2_500; count++) writer.field(field, 1);
        assertEquals(textOf(writer), "-".repeat(before) + `"${field}"`.repeat(count));
      }
    });
  }
});

const FOREIGN: readonly [string, Uint8Array, ReaderOptions, string[][]][] = [
  [
    "UTF-16",
    utf16(`${HEADER.join()}\nC1,a\\b,\x01,É,€\nC2,abc,d,E,f\n`, "le"),
    { encoding: "utf-16le" },
    [["C1", "a\\b", "\x01", "É", "€"], ["C2", "abc", "d", "E", "f"]],
  ],
  [
    // In this encoding a backslash is the second byte of some letters, too.
    "Shift_JIS",
    Uint8Array.from([
      ...utf8(`${HEADER.join()}\nC1,a\\b,`),
      ...[0x83, 0x5c],
      ...utf8(",E\\,f\nC2,\\,d,"),
      ...[0x95, 0x5c, 0x5c],
      ...utf8(",f\nC3,a\\b,c,D,\\\n"),
    ]),
    { encoding: "shift_jis" },
    [
      ["C1", "a\\b", "ソ", "E\\", "f"],
      ["C2", "\\", "d", "表\\", "f"],
      ["C3", "a\\b", "c", "D", "\\"],
    ],
  ],
];

for (const [name, bytes, options, records] of FOREIGN) {
  Deno.test(`fields of ${name} are written as they were read`, async () => {
    const check = rowChecker();
    const found: (readonly string[])[] = [];
    await eachRow({ bytes, options }, (row) => {
      check(row);
      found.push(row.fields);
    });
    assertEquals(found, records);
  });
}

Deno.test("a last line without a line end is written as it was read", async () => {
  const check = rowChecker();
  let rows = 0;
  await eachRow({ bytes: utf8(`${HEADER.join()}\nC1,a,b,C,d\nC2,a\\,b,C,d`) }, (row) => {
    check(row);
    rows++;
  });
  assertEquals(rows, 2);
});

const plainLetters = fc.constantFrom(..."abcXYZ019 .-/'\\\x01\x1f\x7f\t,;");
const anyLetters = fc.constantFrom(..."abcXYZ019 \\\x01\x7f\t,;é€", '"', "\n", "\r\n");

/** A cell, and whether it is quoted though it need not be. */
function cellsOf(letters: fc.Arbitrary<string>, quoted: fc.Arbitrary<boolean>) {
  const cell = fc.tuple(fc.string({ unit: letters, maxLength: 12 }), quoted);
  return fc.array(cell, { minLength: HEADER.length - 1, maxLength: HEADER.length - 1 });
}

const tables = fc.record({
  delimiter: fc.constantFrom(",", ";", "\t"),
  newline: fc.constantFrom("\n", "\r\n"),
  encoding: fc.constantFrom("utf-8", "windows-1252"),
  lastLineEnds: fc.boolean(),
  blockBytes: fc.integer({ min: 1, max: 200 }),
  rows: fc.array(
    fc.oneof(
      { arbitrary: cellsOf(plainLetters, fc.constant(false)), weight: 2 },
      { arbitrary: cellsOf(anyLetters, fc.boolean()), weight: 1 },
    ),
    { minLength: 1, maxLength: 12 },
  ),
});

Deno.test("every field of every table is written as it was read, or as the mapping made it", async () => {
  const check = rowChecker();
  let copied = 0;
  let others = 0;
  await fc.assert(
    fc.asyncProperty(tables, async (table) => {
      const { delimiter, newline, encoding, lastLineEnds, blockBytes } = table;
      const cell = (text: string, quoted: boolean) =>
        quoted || text.includes(delimiter) || /["\r\n]/.test(text)
          ? `"${text.replaceAll('"', '""')}"`
          : text;
      const lines = table.rows.map((cells, index) =>
        [`C${index}`, ...cells.map(([text, quoted]) => cell(text, quoted))].join(delimiter)
      );
      const text = [HEADER.join(delimiter), ...lines].join(newline) + (lastLineEnds ? newline : "");
      const bytes = encoding === "utf-8" ? utf8(text) : windows1252(text);
      let rows = 0;
      await eachRow({ bytes, options: { delimiter, encoding }, blockBytes }, (row) => {
        check(row);
        rows++;
        if (row.verbatim === null) others++;
        else copied++;
      });
      assertEquals(rows, table.rows.length);
    }),
    { numRuns: 300 },
  );
  assert(copied > 300 && others > 300, `${copied} rows were copied from, ${others} were not`);
});

Deno.test("rows of a long file are written as they were read, though its bytes are moved about", async () => {
  const lines = [HEADER.join()];
  // Several times what is held of a file, with records that part it at other places each time.
  for (let number = 1; number <= 20_000; number++) {
    const name = `name ${number * 7_919}`.padEnd(number % 61, "-");
    lines.push(`C${number},${name},${number % 11 === 0 ? '"q"' : name},${name},${number % 97}\\`);
  }
  const bytes = utf8(`${lines.join("\n")}\n`);
  assert(bytes.length > 2 ** 20);
  const { mapping, sink } = connectToAll();
  const writer = new PayloadWriter();
  let rows = 0;
  let wrong = 0;
  await eachRow({ bytes }, (row) => {
    rows++;
    const values = mapping.check(row);
    if (values === null) throw new Error(JSON.stringify(mapping.problems(row)));
    writer.begin(row);
    sink.encode(values, row.number, writer);
    if (textOf(writer) !== payloadOf(row.number, values)) wrong++;
  });
  assertEquals([rows, wrong], [20_000, 0]);
});
