import { assertEquals, assertRejects } from "@std/assert";
import { locate, rawBytes } from "../../src/csv/raw.ts";
import { openReader, type ReaderOptions } from "../../src/csv/reader.ts";
import { UsageError } from "../../src/model/errors.ts";
import { positionAfter } from "../../src/model/positions.ts";
import { blocksOf, blockSource, concat, readAll, told, utf16 } from "./support.ts";

const rowsOf = async (input: string | Uint8Array, options: ReaderOptions = {}) =>
  (await readAll(input, options)).rows.map((row) => row.fault?.code ?? row.fields);

/** Reads a file whole, in small blocks, and from behind each of its rows, which must be the same. */
async function readSurely(input: string | Uint8Array, options: ReaderOptions = {}) {
  const bytes = typeof input === "string" ? new TextEncoder().encode(input) : input;
  const { reader, rows } = await readAll(bytes, options);
  for (const blockBytes of [1, 3, 17]) {
    const small = await readAll(bytes, { ...options, blockBytes });
    assertEquals(small.reader.header, reader.header);
    assertEquals(small.rows.map(told), rows.map(told));
  }
  for (const row of rows) {
    assertEquals(rawBytes(row), bytes.slice(row.start, row.end));
    const position = positionAfter(row);
    const from = { position, header: reader.header };
    const rest = blockSource(blocksOf(bytes.subarray(position.offset), 7));
    const resumed = await openReader(rest, { ...options, from });
    const after = [];
    for (let batch = await resumed.read(); batch; batch = await resumed.read()) {
      after.push(...batch);
    }
    assertEquals(after.map(told), rows.filter(({ start }) => start >= row.end).map(told));
  }
  return { reader, rows, read: rows.map(({ fault, fields }) => fault?.code ?? fields) };
}

const TWO = [["1", "a@b.c"], ["2", "d@e.f"]];

Deno.test("a file whose lines end in CR alone is read, whatever stands in quotes", async () => {
  const text = 'id,email\r1,a@b.c\r"2","d@e.f"\r\r"3","x\ny\r\nz"\r4,"q\rr"\r6,é';
  for (const input of [text, utf16(`\ufeff${text}`, "le"), utf16(`\ufeff${text}`, "be")]) {
    const { reader, rows, read } = await readSurely(input);
    assertEquals(reader.header.newline, "\r");
    assertEquals(read, [...TWO, ["3", "x\ny\r\nz"], ["4", "q\rr"], ["6", "é"]]);
    assertEquals(rows.map(({ line }) => line), [2, 3, 5, 7, 9]);
    assertEquals(rows[4] && locate(rows[4], 1, reader.header), { line: 9, column: 3 });
  }
});

Deno.test("an LF further down a file whose lines end in CR is no text", async () => {
  const { rows } = await readAll(`id,email\r${"1,a@b.c\r".repeat(9000)}2,d\nf\r3,g\r\n4,h\r`);
  const codes = rows.slice(9000).map(({ fault, fields }) => fault?.code ?? fields);
  assertEquals(codes, ["stray-line-end", ["3", "g"], "stray-line-end"]);
});

Deno.test("one LF near the start shows that lines end in LF", async () => {
  assertEquals(await rowsOf("id\n1\r2\r3\r"), ["stray-line-end"]);
  assertEquals(await rowsOf('"a\rb",c\n1,2\n'), [["1", "2"]]);
});

Deno.test("a line sep= gives the delimiter and is no header", async () => {
  const cases: [string, string][] = [
    ["sep=;\r\nid;email\r\n1;a@b.c\r\n2;d@e.f\r\n", ";"],
    ["\ufeffSEP=|\nid|email\n1|a@b.c\n2|d@e.f\n", "|"],
    ['"sep=;"\nid;email\n1;a@b.c\n2;d@e.f\n', ";"],
    ["sep=\t\nid\temail\n1\ta@b.c\n2\td@e.f\n", "\t"],
    ["\nsep=:\nid:email\n1:a@b.c\n2:d@e.f\n", ":"],
    ["sep=,\rid,email\r1,a@b.c\r2,d@e.f\r", ","],
  ];
  for (const [text, delimiter] of cases) {
    for (const input of [text, utf16(`\ufeff${text.replace("\ufeff", "")}`, "le")]) {
      const { reader, read } = await readSurely(input);
      assertEquals(reader.header.delimiter, delimiter);
      assertEquals(reader.header.names, ["id", "email"]);
      assertEquals(read, TWO);
    }
  }
});

Deno.test("the delimiter is the one by which rows have as many fields as the header", async () => {
  const cases: [string, string][] = [
    ["Kunde (Nr., alt, neu);E-Mail (privat, sonst Büro)\n1;a\n2;b\n", ";"],
    ["Price, net;Name\n1,5;Anna\n2,5;Ben\n", ";"],
    ["a|b;c|d;e\n1|2|3;4;5\n1;2;3\n", ";"],
    ['"a;b",c;d\n"1",2\n3,4\n', ","],
    ["id,name\n1;2,3;4\n5;6,7\n", ","],
    ["Name, given and family\nAnna Lee\nBen Poe\n", ";"],
    ["a;b,c\n\n,,\n;;\n1;2\n", ";"],
    ["a,b;c\n", ","],
  ];
  for (const [text, delimiter] of cases) {
    const { reader } = await readSurely(text);
    assertEquals(reader.header.delimiter, delimiter, text);
  }
});

Deno.test("a delimiter at the end of all rows, or of the header alone, names no column", async () => {
  assertEquals(await rowsOf("id,email\n1,a@b.c,\n2,d@e.f,\n"), [["1", "a@b.c"], ["2", "d@e.f"]]);
  assertEquals(await rowsOf('id;email\n"1";"a@b.c";;\n2;d@e.f;;\n3;;x;\n'), [
    ["1", "a@b.c", "", ""],
    ["2", "d@e.f"],
    "ragged-row",
  ]);
  const { reader, read } = await readSurely("id,email,,\n1,a@b.c\n2,d@e.f\n3,x,y\n");
  assertEquals(reader.header.names, ["id", "email"]);
  assertEquals(read, [...TWO, "ragged-row"]);
  assertEquals(await rowsOf("id,email\n1,a@b.c\n2,d@e.f,\n"), [["1", "a@b.c"], "ragged-row"]);
});

Deno.test("a header line is no row in a file of trailing delimiters either", async () => {
  const text = "id,email\n1,a@b.c,\nid,email,\n2,d@e.f,\n";
  assertEquals(await rowsOf(text), [["1", "a@b.c"], "repeated-header", ["2", "d@e.f"]]);
});

Deno.test("blanks before quotes are left out where the header and the first row have them", async () => {
  const text = 'id, "email", name\n1, "a@b.c", "Anna, Jr."\n2,  "d@e.f", Ben\n';
  const { reader, read } = await readSurely(text);
  assertEquals(reader.header.names, ["id", "email", " name"]);
  assertEquals(read, [["1", "a@b.c", "Anna, Jr."], ["2", "d@e.f", " Ben"]]);
  const { rows } = await readAll('id,email\n1, "a@b.c"\n');
  assertEquals(
    rows[0]?.fault?.message,
    "A blank stands between the delimiter and the quote: take it out, or have blanks after the " +
      "delimiters in the header line too.",
  );
});

Deno.test("Ctrl-Z at the end is no text", async () => {
  for (const end of ["\r\n\x1a", "\x1a", "\n\x1a\x1a\n", "\r\n\x1a\r\n"]) {
    assertEquals(await rowsOf(`id,email\r\n1,a@b.c\r\n2,d@e.f${end}`), TWO);
  }
  assertEquals((await readSurely(utf16("\ufeffid,email\n1,a@b.c\n2,d@e.f\n\x1a", "le"))).read, TWO);
});

Deno.test("lines above the header are skipped as asked, and kept for files of some rows", async () => {
  const text = 'A "report\nof, today\n\nid,email\n1,a@b.c\n2,d@e.f\n';
  const { reader, rows, read } = await readSurely(text, { skipLines: 3 });
  assertEquals(read, TWO);
  assertEquals(rows[0]?.line, 5);
  assertEquals(new TextDecoder().decode(reader.header.raw), text.slice(0, text.indexOf("1,a")));
  await assertRejects(() => readAll("a\nb\n", { skipLines: 5 }), UsageError, "is empty");
});

Deno.test("comment lines are no records, above the header and below", async () => {
  const text = '# made today\nid,email\n1,a@b.c\n#2,"x\n2,d@e.f\n# end';
  const { rows, read } = await readSurely(text, { comment: "#" });
  assertEquals(read, TWO);
  assertEquals(rows.map(({ number, line }) => [number, line]), [[1, 3], [2, 5]]);
  assertEquals(await rowsOf('id,n\n"#1",a\n//x\n', { comment: "//" }), [["#1", "a"]]);
  assertEquals((await readSurely(utf16("\ufeffid,n\n#\n1,a\n", "be"), { comment: "#" })).read, [
    ["1", "a"],
  ]);
});

Deno.test("single quotes quote, and double ones are characters", async () => {
  const text = `id,'na,me'\n1,'it''s "x",\ny'\n2,5" pipe\n`;
  const { reader, read } = await readSurely(text, { quote: "'" });
  assertEquals(reader.header.names, ["id", "na,me"]);
  assertEquals(read, [["1", `it's "x",\ny`], ["2", '5" pipe']]);
});

Deno.test("where nothing quotes, a quote is a character", async () => {
  const text = 'id\tname\n1\t"Anna\n2\tB "x"\n"\tq"\n';
  const { read } = await readSurely(text, { quote: "none" });
  assertEquals(read, [["1", '"Anna'], ["2", 'B "x"'], ['"', 'q"']]);
});

Deno.test("backslashes escape where that is said", async () => {
  const text = 'id,name\n1,"Anna \\"Ann\\" Lee"\n2,C:\\new\n3,a\\,b\n4,"x\\\\"\n5,"é\\"\ny"\n' +
    '6,"q""r"\n7,two\\\nlines\n8,\\N\n';
  const { reader, rows, read } = await readSurely(text, { escape: "\\" });
  assertEquals(read, [
    ["1", 'Anna "Ann" Lee'],
    ["2", "C:\\new"],
    ["3", "a,b"],
    ["4", "x\\"],
    ["5", 'é"\ny'],
    ["6", 'q"r'],
    ["7", "two\nlines"],
    ["8", "\\N"],
  ]);
  assertEquals(rows.map(({ line }) => line), [2, 3, 4, 5, 6, 8, 9, 11]);
  assertEquals(reader.header.dialect.escape, "\\");
  const { rows: plain } = await readAll(text);
  assertEquals(
    plain[0]?.fault?.message,
    "A backslash stands before a quote, where CSV writes the quote twice: if the file escapes by " +
      "backslashes, set escape to a backslash.",
  );
});

Deno.test("a file without a header line takes names, or numbers", async () => {
  const named = await readSurely("1,a@b.c\n2,d@e.f\n", { header: ["id", "email"] });
  assertEquals(named.reader.header.names, ["id", "email"]);
  assertEquals(named.reader.header.end, { row: 0, offset: 0, line: 1 });
  assertEquals(new TextDecoder().decode(named.reader.header.raw), "id,email\n");
  assertEquals(named.read, TWO);
  const numbered = await readSurely("\ufeff1;a@b.c\r\n2;d@e.f\r\n", { header: "none" });
  assertEquals(numbered.reader.header.names, ["1", "2"]);
  assertEquals(numbered.reader.header.raw, concat("\ufeff"));
  assertEquals(numbered.read, TWO);
});

Deno.test("names that the first line has already are that line's: a file of rejected rows", async () => {
  const { reader, read } = await readSurely("id,email\n1,a@b.c\n2,d@e.f\n", {
    header: ["id", "email"],
  });
  assertEquals(reader.header.end.line, 2);
  assertEquals(read, TWO);
  assertEquals(await rowsOf("1,x\nid,email\n", { header: ["id", "email"] }), [
    ["1", "x"],
    "repeated-header",
  ]);
  assertEquals(await rowsOf("1,2\n1,2\n", { header: "none" }), [["1", "2"], ["1", "2"]]);
});

Deno.test("more or fewer names than the first row has fields are refused", async () => {
  const error = await assertRejects(
    () => readAll("1;a;b\n2;c;d\n", { header: ["id", "email"] }),
    UsageError,
  );
  assertEquals(
    error.message,
    'policies.csv: 2 columns are named, but the first row has 3 fields with the delimiter ";"',
  );
});

const isFooter = (line: string) => /^(?:Total|"?Report)/.test(line);

Deno.test("a footer is left out, and what only looks like one is a row", async () => {
  const text = 'id,n\n1,a\nTotal,b\n2,"x"\nTotal,2\n\n"Report of ""today"""\nReport';
  const { rows } = await readAll(text, { isFooter });
  assertEquals(rows.map(({ number, fields }) => [number, ...fields]), [
    [1, "1", "a"],
    [2, "Total", "b"],
    [3, "2", "x"],
  ]);
  const many = `id,n\n${"Total,a\n".repeat(150)}1,a\n${"Total,b\n".repeat(3)}`;
  for (const blockBytes of [7, 2 ** 16]) {
    assertEquals((await readAll(many, { isFooter, blockBytes })).rows.length, 151);
  }
  assertEquals((await readAll(many, { isFooter, endsFile: false })).rows.length, 154);
});

Deno.test("what is no row is counted, and a last row without line end is told", async () => {
  const text = 'id,n\n#x\n1,a\n,\n"",""\n#y\n2,b\nTotal\nTotal,2';
  const { reader } = await readAll(text, { isFooter, comment: "#" });
  assertEquals(reader.leftOut(), {
    emptyRows: 2,
    commentLines: 2,
    footerLines: 2,
    lastLineIsOpen: true,
  });
  for (const end of ["\n", "\r\n", "\r", "\n\x1a", "\x1a"]) {
    const { reader } = await readAll(`id,n\n1,a${end}`);
    assertEquals(reader.leftOut().lastLineIsOpen, false);
  }
});

Deno.test("the lines of a text with broken quotes belong to one record", async () => {
  const cases: [string, (string | readonly string[])[]][] = [
    ['1,"She said "hi"\n9,x\nbye"\n2,b\n', ["text-after-quote", ["2", "b"]]],
    ['1,"text\n9,x\nsaid "hi" bye"\n2,b\n', ["unclosed-quote", ["2", "b"]]],
    ['1,"one "x"\r\n\r\n9,y\r\nend",z\r\n2,b\r\n', ["text-after-quote", ["2", "b"]]],
    ['1,"x"y\n2,b\n3,4"\n', ["text-after-quote", ["2", "b"], "bare-quote"]],
    ['1,"x\n2,b\n"3",c\n', ["unclosed-quote", ["2", "b"], ["3", "c"]]],
    ['1,5" pipe\n2,b\n3,7"\n', ["bare-quote", ["2", "b"], "bare-quote"]],
    ['1,"She said "hi"\n2,b\nbye"', ["text-after-quote"]],
  ];
  for (const [text, expected] of cases) {
    assertEquals((await readSurely(`id,n\n${text}`)).read, expected, text);
  }
});
