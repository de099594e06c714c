import { assertEquals, assertRejects } from "@std/assert";
import { UsageError } from "../../src/model/errors.ts";
import { readAll, utf16 } from "./support.ts";

const fieldsOf = async (input: string | Uint8Array, options = {}) =>
  (await readAll(input, options)).rows.map((row) => row.fields);

Deno.test("rows end in LF, CRLF, a lone CR at the very end, or nothing", async () => {
  const expected = [["1", "2"], ["3", "4"]];
  for (
    const text of ["a,b\n1,2\n3,4\n", "a,b\r\n1,2\r\n3,4\r\n", "a,b\n1,2\n3,4", "a,b\n1,2\n3,4\r"]
  ) {
    assertEquals(await fieldsOf(text), expected);
  }
});

Deno.test("CRs before an LF belong to the line end", async () => {
  const text = 'a,b\r\r\n1,2\r\r\n\r\r\n"3","4"\r\r\n5,6\r\r';
  const { reader, rows } = await readAll(text);
  assertEquals(reader.header.names, ["a", "b"]);
  assertEquals(rows.map(({ fields, line }) => [...fields, line]), [
    ["1", "2", 2],
    ["3", "4", 4],
    ["5", "6", 5],
  ]);
});

Deno.test("a CR that ends no line is no text, and rejects its row", async () => {
  for (const field of ["1\r2", "\r1", "1\r"]) {
    const { rows } = await readAll(`a,b\n${field},2\n3,4\r\n`);
    assertEquals(rows.map((row) => row.fault?.code ?? row.fields), ["stray-line-end", ["3", "4"]]);
  }
});

Deno.test("quoted fields hold delimiters, doubled quotes and line breaks", async () => {
  assertEquals(await fieldsOf('a,b\n"x, y","say ""hi"""\n"one\ntwo",""\n'), [
    ["x, y", 'say "hi"'],
    ["one\ntwo", ""],
  ]);
});

Deno.test("a line break in quotes keeps its characters, in the header too", async () => {
  const { reader, rows } = await readAll('a,"b\r\nc"\r\n"one\r\ntwo","three\nfour\rfive"\r\n');
  assertEquals(reader.header.names, ["a", "b\r\nc"]);
  assertEquals(rows[0]?.fields, ["one\r\ntwo", "three\nfour\rfive"]);
});

Deno.test("a header without rows is a file of no rows", async () => {
  for (const text of ["a,b", "a,b\n", "a,b\r\n\r\n"]) {
    const { reader, rows } = await readAll(text);
    assertEquals(reader.header.names, ["a", "b"]);
    assertEquals(rows, []);
  }
});

Deno.test("many short broken rows among wide ones leave those their fields", async () => {
  const wide = Array.from({ length: 900 }, (_, n) => `${n}`);
  const lines = [
    wide.map((n) => `c${n}`).join(","),
    ...Array(90).fill("x\n").flat(),
    wide.join(","),
  ];
  const { rows } = await readAll(`${lines.join("\n")}\n${wide.join(",")}\n`);
  const sound = rows.filter(({ fault }) => fault === null);
  assertEquals(rows.length, 92);
  assertEquals(sound.map(({ fields }) => fields), [wide, wide]);
});

Deno.test("spaces stay in their fields", async () => {
  assertEquals(await fieldsOf("a, b \n 1 ,  \n"), [[" 1 ", "  "]]);
});

Deno.test("empty lines are skipped, above the header too", async () => {
  const { rows } = await readAll("\n\r\na,b\n\n1,2\n\r\n\n3,4\n\n");
  assertEquals(rows.map(({ number, line }) => [number, line]), [[1, 5], [2, 8]]);
});

Deno.test("a record without any value is no row, whatever its fields are", async () => {
  const text = 'a,b\n1,\n,\n"",""\n , \t\n\u00a0,\n,,,\n"\n",\n\n,2\n';
  const { rows } = await readAll(text);
  assertEquals(rows.map(({ number, line, fields }) => [number, line, ...fields]), [
    [1, 2, "1", ""],
    [2, 11, "", "2"],
  ]);
  assertEquals(await fieldsOf('a\n1\n\n""\n2\n'), [["1"], ["2"]]);
});

Deno.test("the header once more among the rows is a fault, byte order mark or not", async () => {
  for (
    const again of [
      ...[
        "id,email",
        '"id","email"',
        "\ufeffid,email",
        "ID,Email",
        " id , email",
        '"Id"," EMAIL "',
      ],
      ...["\tid,email ", "\ufeffId, email"],
    ]
  ) {
    const { rows } = await readAll(`id,email\n1,a@b.c\n${again}\nid,c@d.e\n`);
    assertEquals(rows.map((row) => row.fault?.code ?? row.fields), [
      ["1", "a@b.c"],
      "repeated-header",
      ["id", "c@d.e"],
    ]);
  }
});

Deno.test("the delimiter is the one that stands most often outside the header's quotes", async () => {
  const cases: [string, string][] = [
    ["a,b;c,d\n1,2;3,4\n", ","],
    ["a;b;c,d\n1;2;3\n", ";"],
    ["a\tb\n1\t2\n", "\t"],
    ["a|b\n1|2\n", "|"],
    ['"a,b,c";d\n1;2\n', ";"],
    ["alone\n1\n", ","],
  ];
  for (const [text, delimiter] of cases) {
    assertEquals((await readAll(text)).reader.header.delimiter, delimiter);
  }
});

Deno.test("a delimiter that is asked for is taken", async () => {
  assertEquals(await fieldsOf("a:b,c\n1:2,3\n", { delimiter: ":" }), [["1", "2,3"]]);
  assertEquals(await fieldsOf("a\tb,c,d\n1\t2\n", { delimiter: "\t" }), [["1", "2"]]);
});

Deno.test("the header keeps its bytes, its names as they stood, and where it ends", async () => {
  const { header } = (await readAll('\ufeff"Email Address", Other 2 \r\n1,2\r\n')).reader;
  assertEquals(header.names, ["Email Address", " Other 2 "]);
  assertEquals(
    new TextDecoder("utf-8", { ignoreBOM: true }).decode(header.raw),
    '\ufeff"Email Address", Other 2 \r\n',
  );
  assertEquals(header.end, { row: 0, offset: header.raw.length, line: 2 });
  assertEquals(header.newline, "\r\n");
});

Deno.test("a byte order mark is no part of the first name, and one further down is a character", async () => {
  const { reader, rows } = await readAll("\ufeffa,b\n\ufeff1,2\n");
  assertEquals(reader.header.names, ["a", "b"]);
  assertEquals(rows[0]?.fields, ["\ufeff1", "2"]);
});

function utf32(text: string, littleEndian: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(text.length * 4));
  for (let at = 0; at < text.length; at++) {
    view.setUint32(at * 4, text.charCodeAt(at), littleEndian);
  }
  return new Uint8Array(view.buffer);
}

Deno.test("a header that can't be read is refused with what to do", async () => {
  const cases: [string | Uint8Array, string][] = [
    ["", "policies.csv is empty: it needs a header line that names its columns"],
    ["\n\r\n\n", "policies.csv is empty: it needs a header line that names its columns"],
    ["\ufeff", "policies.csv is empty: it needs a header line that names its columns"],
    ['a,"b\n1,2\n', "policies.csv: the header's column 2 opens a quote that is never closed"],
    [
      'a,"b"c\n1,2\n',
      "policies.csv: the header's column 2 goes on after its closing quote; write a quote inside a " +
      "name twice",
    ],
    [
      'a,b"c\n1,2\n',
      "policies.csv: the header's column 2 holds a quote but is not quoted; quote the whole name " +
      "and write the quote twice",
    ],
    [
      Uint8Array.from([0x61, 0x2c, 0xe9, 0x0a, 0x31, 0x0a]),
      "policies.csv: the header's column 2 is not valid utf-8; if the file is windows-1252, which " +
      "the bytes fit, say so",
    ],
    [
      utf16("a,b\n1,2\n", "le"),
      "policies.csv: the header holds a NUL byte; if the file is UTF-16, say so",
    ],
    [
      utf16("a,b\n1,2\n", "be"),
      "policies.csv: the header holds a NUL byte; if the file is UTF-16, say so",
    ],
    [
      "\u0000\u0001\u0002\u0003,\u0000\n1\n",
      "policies.csv: the header holds NUL bytes, as UTF-32 and files that are no text do, which " +
      "are not read; save the table as CSV in UTF-8",
    ],
    ...["le", "be"].flatMap((order): [Uint8Array, string][] =>
      ["", "\ufeff"].map((mark) => [
        utf32(`${mark}a,b\n1,2\n`, order === "le"),
        "policies.csv: the header holds NUL bytes, as UTF-32 and files that are no text do, which " +
        "are not read; save the table as CSV in UTF-8",
      ])
    ),
    [
      "a,b\r1,2\n3,4\n",
      "policies.csv: the header's column 2 holds a lone CR, while lines below end in LF; save the " +
      "file with one kind of line end",
    ],
  ];
  for (const [input, message] of cases) {
    const error = await assertRejects(() => readAll(input), UsageError);
    assertEquals(error.message, message);
  }
});

Deno.test("a header longer than a record may be is refused", async () => {
  const error = await assertRejects(
    () => readAll(`${"a".repeat(100)},b\n1,2\n`, { maxRecordBytes: 64, blockBytes: 16 }),
    UsageError,
  );
  assertEquals(
    error.message,
    "policies.csv: the header is longer than 64 bytes; check that the file is CSV with lines that " +
      "end in LF, CRLF or CR",
  );
});

Deno.test("every block is seen in order with its offset, before its rows are given", async () => {
  const seen: [string, number][] = [];
  const decoder = new TextDecoder();
  await readAll("a,b\n1,2\n3,4", {
    blockBytes: 5,
    onBytes: (bytes: Uint8Array, offset: number) => seen.push([decoder.decode(bytes), offset]),
  });
  assertEquals(seen, [["a,b\n1", 0], [",2\n3,", 5], ["4", 10]]);
});
