import { assertEquals } from "@std/assert";
import { rawBytes } from "../../src/csv/raw.ts";
import { readAll, utf16 } from "./support.ts";

const MIB = 2 ** 20;

/** What each row is read as: its fields' lengths, or the code of its fault. */
async function lengths(input: string | Uint8Array, options: Parameters<typeof readAll>[1] = {}) {
  const { rows } = await readAll(input, options);
  return rows.map(({ fields, fault }) => fault?.code ?? fields.map((field) => field.length));
}

for (const blockBytes of [1, 5, 2 ** 16]) {
  Deno.test(`a field of exactly the limit is read, one byte more is not, in blocks of ${blockBytes}`, async () => {
    const options = { maxFieldBytes: 8, blockBytes };
    const text = (bytes: number) => `a,b\n1,${"x".repeat(bytes)}\n1,"${"x".repeat(bytes)}"\n2,3\n`;
    assertEquals(await lengths(text(8), options), [[1, 8], [1, 8], [1, 1]]);
    assertEquals(await lengths(text(9), options), ["field-too-long", "field-too-long", [1, 1]]);
    // Bytes count, not characters.
    assertEquals(await lengths(`a,b\n1,${"é".repeat(4)}\n`, options), [[1, 4]]);
    assertEquals(await lengths(`a,b\n1,${"é".repeat(4)}x\n`, options), ["field-too-long"]);
  });

  Deno.test(`a record of exactly the limit is read, one byte more is not, in blocks of ${blockBytes}`, async () => {
    const options = { maxRecordBytes: 10, blockBytes };
    for (const end of ["\n", "\r\n", ""]) {
      const text = (bytes: number) => `a,b\n2,3\n1,${"x".repeat(bytes - 2)}${end}`;
      assertEquals(await lengths(text(10), options), [[1, 1], [1, 8]], JSON.stringify(end));
      assertEquals(await lengths(text(11), options), [[1, 1], "record-too-long"]);
      const quoted = (bytes: number) => `a,b\n2,3\n1,"${"x".repeat(bytes - 4)}"${end}`;
      assertEquals(await lengths(quoted(10), options), [[1, 1], [1, 6]], JSON.stringify(end));
      assertEquals(await lengths(quoted(11), options), [[1, 1], "record-too-long"]);
    }
  });
}

Deno.test("the usual limit is 1 MiB to the byte, for a field and for a record", async () => {
  const record = (bytes: number) => `a\n${"x".repeat(bytes)}\nx\n`;
  assertEquals(await lengths(record(MIB)), [[MIB], [1]]);
  assertEquals(await lengths(record(MIB + 1)), ["field-too-long", [1]]);
  const half = (MIB - 1) / 2;
  const halves = (more: number) =>
    `a,b\n${"x".repeat(Math.floor(half))},${"y".repeat(Math.ceil(half) + more)}\nx,y\n`;
  assertEquals(await lengths(halves(0)), [[Math.floor(half), Math.ceil(half)], [1, 1]]);
  assertEquals(await lengths(halves(1)), ["record-too-long", [1, 1]]);
});

for (const order of ["le", "be"] as const) {
  for (const blockBytes of [1, 2, 3, 2 ** 16]) {
    Deno.test(`a UTF-16${order} row ends in a line end, and not in a letter that holds its byte, in blocks of ${blockBytes}`, async () => {
      // U+010A and U+0A0A hold the byte of a line feed, U+2C22 those of a comma and of a quote.
      const rows = [["1", "AĊ"], ["Ċ", "\u0a0a"], ["\u2c22", "Ċ"], ["\u0d0a", "\u0a0d"]];
      const text = `a,b\n${rows.map((row) => `${row.join(",")}\n`).join("")}`;
      const all = await readAll(utf16(text, order), { encoding: `utf-16${order}`, blockBytes });
      assertEquals(all.rows.map(({ fields, fault }) => fault ?? fields), rows);
      const bytes = all.rows.map((row) => rawBytes(row).length);
      assertEquals(bytes, rows.map((row) => 2 * `${row.join(",")}\n`.length));
      // The last row without a line end.
      const last = utf16("a,b\n1,AĊ", order);
      const { rows: [row] } = await readAll(last, { encoding: `utf-16${order}`, blockBytes });
      assertEquals(row?.fault ?? row?.fields, ["1", "AĊ"]);
    });
  }
}
