import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { locate, rawBytes } from "../../src/csv/raw.ts";
import { positionAfter } from "../../src/model/positions.ts";
import { UsageError } from "../../src/model/errors.ts";
import { concat, readAll, utf16 } from "./support.ts";

const bytes = (...values: number[]) => Uint8Array.from(values);

Deno.test("UTF-8 is read right wherever a block cuts it", async () => {
  const text = "näme,b\n€,😀\nZoë,“x”\n";
  for (let blockBytes = 1; blockBytes < 12; blockBytes++) {
    const { reader, rows } = await readAll(text, { blockBytes });
    assertEquals(reader.header.names, ["näme", "b"]);
    assertEquals(rows.map((row) => row.fields), [["€", "😀"], ["Zoë", "“x”"]]);
  }
});

Deno.test("windows-1252 is read by --encoding", async () => {
  const { rows } = await readAll(concat("a,b\n", bytes(0x80, 0x2c, 0xe9, 0x0a)), {
    encoding: "windows-1252",
  });
  assertEquals(rows[0]?.fields, ["€", "é"]);
});

Deno.test("UTF-8 that another encoding is given for is refused, not garbled", async () => {
  for (const encoding of ["windows-1252", "iso-8859-15", "cp850", "windows-1251"]) {
    for (const text of ["näme,b\n1,2\n", "a,b\n1,Müller\n", "a,b\nИван,“x”\n", "a,b\n1,😀"]) {
      const error = await assertRejects(() => readAll(text, { encoding }), UsageError);
      assertMatch(error.message, /^policies\.csv is UTF-8, but the encoding is given as /);
      assertEquals(error.remedy, { code: "give-setting", setting: "encoding", value: "utf-8" });
    }
  }
});

Deno.test("bytes that are valid UTF-8 by chance are read as they are meant", async () => {
  const cases: [encoding: string, text: string, bytes: Uint8Array][] = [
    ["windows-1252", "NESTLÉ®", concat("NESTL", bytes(0xc9, 0xae))],
    ["gbk", "联通", bytes(0xc1, 0xaa, 0xcd, 0xa8)],
    ["windows-1252", "Müller Ã¼", concat("M", bytes(0xfc), "ller ", bytes(0xc3, 0xbc))],
  ];
  for (const [encoding, text, value] of cases) {
    const { rows } = await readAll(concat("a,b\n1,", value, "\n"), { encoding });
    assertEquals(rows[0]?.fields, ["1", text]);
  }
});

Deno.test("a byte that an encoding doesn't define is invalid, and never a control character", async () => {
  const undefinedBytes: [encoding: string, byte: number][] = [
    ["windows-1252", 0x81],
    ["iso-8859-1", 0x9d],
    ["windows-1253", 0xd2],
    ["windows-1254", 0x8e],
    ["iso-8859-2", 0x84],
    ["shift_jis", 0x80],
  ];
  for (const [encoding, byte] of undefinedBytes) {
    const { rows } = await readAll(concat("a,b\n1,", bytes(byte), "\n2,3\n"), { encoding });
    assertEquals(rows.map((row) => row.fault?.code ?? row.fields), ["invalid-encoding", [
      "2",
      "3",
    ]]);
  }
  const { rows } = await readAll("a,b\n1,\u0085\n"); // UTF-8 has them all.
  assertEquals(rows[0]?.fields, ["1", "\u0085"]);
});

Deno.test("DOS code pages are read by any of their names, and undefined bytes are invalid", async () => {
  const file = concat("name,b\nM", bytes(0x81), "ller,", bytes(0xe1), "\n");
  for (const encoding of ["cp850", "CP437", "ibm850", "850", "DOS-437"]) {
    const { reader, rows } = await readAll(file, { encoding });
    assertEquals(rows[0]?.fields, ["Müller", "ß"]);
    assertEquals(rows[0] && locate(rows[0], 1, reader.header), { line: 2, column: 8 });
  }
  const { rows } = await readAll(concat("a,b\n1,", bytes(0x8d), "\n"), { encoding: "cp857" });
  assertEquals(rows[0]?.fields, ["1", "ı"]);
  const undefinedByte = await readAll(concat("a,b\n1,", bytes(0xd5), "\n"), { encoding: "cp857" });
  assertEquals(undefinedByte.rows[0]?.fault?.code, "invalid-encoding");
});

Deno.test("of bytes that are no UTF-8, the encoding that they fit is proposed", async () => {
  for (const [byte, encoding] of [[0xfc, "windows-1252"], [0x81, "cp850"]] as const) {
    const { rows } = await readAll(concat("a,b\nM", bytes(byte), "ller,1\n"));
    assertMatch(rows[0]?.fault?.message ?? "", new RegExp(`set the encoding to ${encoding} if`));
  }
});

Deno.test("UTF-16 is known by its byte order mark, and spans stay exact to the byte", async () => {
  for (const order of ["le", "be"] as const) {
    const text = '\ufeffa,b\r\nZoë,"x\n😀"\r\n1,2\r\n';
    const file = utf16(text, order);
    for (const blockBytes of [1, 5, 2 ** 16]) {
      const { reader, rows } = await readAll(file, { blockBytes });
      assertEquals(reader.header.encoding, `utf-16${order}`);
      assertEquals(rows.map((row) => row.fields), [["Zoë", "x\n😀"], ["1", "2"]]);
      assertEquals(concat(reader.header.raw, ...rows.map(rawBytes)), file);
      const [first] = rows;
      assertEquals(first && positionAfter(first), { row: 1, offset: rows[1]?.start, line: 4 });
      assertEquals(first && locate(first, 1, reader.header), { line: 2, column: 5 });
    }
  }
});

Deno.test("UTF-16 with a lone surrogate, or cut off inside a unit, is invalid and keeps its bytes", async () => {
  for (const order of ["le", "be"] as const) {
    const file = concat(utf16("\ufeffa,b\n\ud800,1\n2,3\n4,5", order), bytes(0x0a));
    const { reader, rows } = await readAll(file, { blockBytes: 3 });
    assertEquals(rows.map((row) => row.fault?.code ?? row.fields), [
      "invalid-encoding",
      ["2", "3"],
      "invalid-encoding",
    ]);
    assertEquals(rows.at(-1)?.end, file.length);
    assertEquals(concat(reader.header.raw, ...rows.map(rawBytes)), file);
  }
});

Deno.test("UTF-16 without a byte order mark is read by --encoding", async () => {
  const { rows } = await readAll(utf16("a;b\n1;2\n", "be"), { encoding: "utf-16be" });
  assertEquals(rows[0]?.fields, ["1", "2"]);
});

Deno.test("an encoding that contradicts the byte order mark is refused", async () => {
  const file = "\ufeffa,b\n1,2\n";
  const error = await assertRejects(
    () => readAll(file, { encoding: "windows-1252" }),
    UsageError,
  );
  assertEquals(
    error.message,
    "policies.csv starts with the byte order mark of utf-8, but the encoding is given as " +
      "windows-1252: name the file's own",
  );
  assertEquals(error.remedy, { code: "give-setting", setting: "encoding", value: "utf-8" });
  assertEquals((await readAll(file, { encoding: "UTF8" })).rows[0]?.fields, ["1", "2"]);
  const big = utf16(file, "be");
  assertEquals((await readAll(big, { encoding: "utf-16" })).rows[0]?.fields, ["1", "2"]);
});

Deno.test("an unknown encoding is refused", async () => {
  await assertRejects(
    () => readAll("a,b\n1,2\n", { encoding: "utf-9" }),
    UsageError,
    'Unknown encoding "utf-9"',
  );
});

/** Characters whose second byte is an ASCII one that a reader could take for structure. */
const LOOKALIKES: readonly [encoding: string, delimiter: string, file: Uint8Array, text: string][] =
  [
    ["shift_jis", "|", concat("a|b\n", bytes(0x83, 0x7c), "|1\n"), "ポ"], // 0x7c is |
    ["big5", "|", concat("a|b\n", bytes(0xa4, 0x7c), "|1\n"), "弋"],
    ["gbk", "|", concat("a|b\n", bytes(0x81, 0x7c), "|1\n"), "亅"],
    ["gb18030", "0", concat("a0b\n", bytes(0x81, 0x30, 0x81, 0x30), "01\n"), "\x80"],
    ["euc-kr", "A", concat("aAb\n", bytes(0x81, 0x41), "A1\n"), "갂"],
    ["euc-jp", ",", concat("a,b\n", bytes(0xa4, 0xa2), ",1\n"), "あ"],
    ["iso-2022-jp", ",", concat("a,b\n\x1b$B", bytes(0x24, 0x22), "\x1b(B,1\n"), "あ"], // 0x22 is "
    ["iso-2022-jp", ",", concat('a,b\n"\x1b$B', bytes(0x22, 0x22), '\x1b(B""",1\n'), '□"'],
  ];

for (const [encoding, delimiter, file, text] of LOOKALIKES) {
  Deno.test(`${encoding}: bytes of a character that look like structure are none (${text})`, async () => {
    for (const blockBytes of [1, 2, 2 ** 16]) {
      const { reader, rows } = await readAll(file, { encoding, delimiter, blockBytes });
      assertEquals(rows.map((row) => row.fault ?? row.fields), [[text, "1"]]);
      assertEquals(concat(reader.header.raw, ...rows.map(rawBytes)), file);
    }
  });
}

Deno.test("a broken multi-byte character eats neither delimiter nor line end", async () => {
  const file = concat("a,b\n", bytes(0x83), ",1\n2,", bytes(0x83), "\n3,4\n");
  const { rows } = await readAll(file, { encoding: "shift_jis" });
  assertEquals(rows.map((row) => row.fault?.field ?? row.fields), [0, 1, ["3", "4"]]);
});

Deno.test("an ISO-2022-JP line that forgets to return to ASCII spoils only itself", async () => {
  const file = concat("a,b\n\x1b$B", bytes(0x24, 0x22), ",1\n2,3\n");
  const { rows } = await readAll(file, { encoding: "iso-2022-jp" });
  assertEquals(rows.map((row) => row.fault !== null), [true, false]);
});

Deno.test("columns are counted in characters, not bytes", async () => {
  const { reader, rows } = await readAll("a,b\n😀é,x\n");
  const [row] = rows;
  assertEquals(row && locate(row, 1, reader.header), { line: 2, column: 4 });
});
