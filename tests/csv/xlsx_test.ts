import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { Buffer } from "node:buffer";
import { openReader } from "../../src/csv/reader.ts";
import { openSource, type SourceOptions } from "../../src/csv/source.ts";
import { kindOf, numberText } from "../../src/csv/xlsx/cell_text.ts";
import { StorageError, UsageError } from "../../src/model/errors.ts";
import type { Io } from "../../src/io.ts";
import { FaultyFiles } from "../support/faulty_files.ts";
import { rowsOf, workbookOf, type WorkbookPlan, zipOf } from "../support/workbook.ts";

function outside(content: Uint8Array): Pick<Io, "files" | "stdin"> {
  const files = new FaultyFiles();
  files.plant("/in.xlsx", content);
  return { files, stdin: { isTerminal: false, readable: new Blob([content.slice()]).stream() } };
}

/** The CSV that a workbook becomes. */
async function csvOf(content: Uint8Array, options: SourceOptions = {}): Promise<string> {
  const source = await openSource(outside(content), "/in.xlsx", options);
  assertEquals([source.kind, source.size], ["workbook", null]);
  const decoder = new TextDecoder();
  let text = "";
  for (let block = await source.read(); block; block = await source.read()) {
    text += decoder.decode(block, { stream: true });
  }
  await source.close();
  return text;
}

const sheet = (rows: string, more: Partial<WorkbookPlan> = {}) =>
  workbookOf({ sheets: { Customers: rows }, ...more });

Deno.test("a workbook is read as rows, and each line is a row of the sheet", async () => {
  const rows = rowsOf([["id", "name", "note"], [1, "Anna", "x"], [2, "Lee, Ben", ""]]);
  const later = '<row r="6"><c r="B6" t="inlineStr"><is><t>Cy</t></is></c></row>';
  const content = sheet(rows + later);
  assertEquals(await csvOf(content), 'id,name,note\n1,Anna,x\n2,"Lee, Ben",\n\n\n,Cy,\n');
  const source = await openSource(outside(content), "/in.xlsx");
  const reader = await openReader(source, source.written);
  assertEquals(reader.header.names, ["id", "name", "note"]);
  const read = await reader.read();
  assertEquals(read?.map(({ line, fields }) => [line, ...fields]), [
    [2, "1", "Anna", "x"],
    [3, "2", "Lee, Ben", ""],
    [6, "", "Cy", ""],
  ]);
  await reader.close();
});

Deno.test("shared texts, rich ones too, are texts; how they are spoken is not", async () => {
  const texts = [
    '<si><t>é &amp; "q"</t></si>',
    '<si><r><t>one</t></r><r><t xml:space="preserve"> two</t></r></si>',
    "<si><t>課</t><rPh sb='0' eb='1'><t>カ</t></rPh></si>",
    "<si><t>a_x000D_\nb</t></si>",
  ];
  const cells = texts.map((_, at) => `<c r="${"ABCD"[at]}1" t="s"><v>${at}</v></c>`).join("");
  const csv = await csvOf(sheet(`<row r="1">${cells}</row>`, { texts }));
  assertEquals(csv, '"é & ""q""",one two,課,"a\r\nb"\n');
});

Deno.test("formulas give the values that Excel kept, and one without a value stops", async () => {
  const kept = '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="str"><f>x</f><v>y</v></c>' +
    '<c r="C1" t="b"><v>1</v></c><c r="D1" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>';
  assertEquals(await csvOf(sheet(kept)), "2,y,TRUE,#DIV/0!\n");
  const lacking = '<row r="1"><c r="B1"><f>1+1</f></c></row>';
  const error = await assertRejects(() => csvOf(sheet(lacking)), StorageError);
  assertMatch(error.message, /formula in column 2 of row 1 has no value\); open it in Excel/);
});

const NUMBERS: readonly [format: string, value: string, text: string][] = [
  ["General", "447911123456", "447911123456"],
  ["General", "0.30000000000000004", "0.3"],
  ["General", "-1.5", "-1.5"],
  ["General", "9007199254740991", "9007199254740991"],
  ["0", "12345678901234567890", "12345678901234567890"],
  ["0".repeat(20), "1234567890123456789", "01234567890123456789"],
  ["0.00%", "0.25", "0.25"],
  ["00000", "1234", "01234"],
  ["#,##0.00", "1234.5", "1234.5"],
  ["yyyy-mm-dd", "45292", "2024-01-01"],
  ["dd/mm/yy", "1", "1900-01-01"],
  ["m/d/yy h:mm", "45292.5", "2024-01-01T12:00:00"],
  ["[$-409]mmmm d, yyyy;@", "45292", "2024-01-01"],
  ['d "day of" mmm', "60", "1900-02-28"],
  ["h:mm AM/PM", "0.75", "18:00:00"],
  ["mm:ss", "0.5", "12:00:00"],
  ["[h]:mm", "1.5", "36:00:00"],
  ['0 "days"', "3", "3"],
  ["[Red]0", "3", "3"],
  ["yyyy", "45292.9999999", "2024-01-02"],
  ["@", "7", "7"],
];

for (const [format, value, text] of NUMBERS) {
  Deno.test(`${value} in the format ${format} is ${text}`, () => {
    assertEquals(numberText(value, kindOf(format), false), text);
  });
}

Deno.test("dates go by the style of their cell, and by the year that the workbook counts from", async () => {
  const row = '<row r="1"><c r="A1" s="1"><v>0</v></c><c r="B1" s="0"><v>0</v></c></row>';
  const plan = { formats: ["General", "yyyy-mm-dd"] };
  assertEquals(await csvOf(sheet(row, { ...plan, date1904: true })), "1904-01-01,0\n");
});

Deno.test("the first sheet that is shown is read, or the one that is named", async () => {
  const content = workbookOf({
    sheets: { Notes: rowsOf([["x"]]), One: rowsOf([["a"]]), Two: rowsOf([["b"]]) },
    hidden: ["Notes"],
  });
  assertEquals(await csvOf(content), "a\n");
  assertEquals(await csvOf(content, { sheet: "two" }), "b\n");
  const error = await assertRejects(() => csvOf(content, { sheet: "Three" }), UsageError);
  assertEquals(error.message, '/in.xlsx has no sheet "Three", but "Notes", "One", "Two"');
});

Deno.test("reading goes on behind any byte: a workbook is the same each time", async () => {
  const rows = Array.from({ length: 500 }, (_, at) => [at, `name ${at}`]);
  const content = sheet(rowsOf([["id", "name"], ...rows]));
  const whole = await csvOf(content);
  for (const offset of [1, 777, whole.length - 3, whole.length]) {
    let skipped = "";
    const onSkipped = (bytes: Uint8Array) => skipped += new TextDecoder().decode(bytes);
    assertEquals(await csvOf(content, { offset, onSkipped }), whole.slice(offset));
    assertEquals(skipped, whole.slice(0, offset));
  }
});

Deno.test("what is a ZIP archive and no workbook is called by its name", async () => {
  const cases: [Record<string, string>, RegExp][] = [
    [{ "customers.csv": "id\n1\n" }, /ZIP archive, not CSV: unpack it/],
    [{ mimetype: "x", "content.xml": "<a/>" }, /an OpenDocument file; save it as \.xlsx or CSV/],
    [{ "xl/workbook.bin": "" }, /binary Excel workbook/],
    [{ "word/document.xml": "<a/>" }, /a Word document/],
    [
      { "xl/workbook.xml": '<workbook><sheets><sheet name="A"/></sheets></workbook>' },
      /"A" is missing/,
    ],
    [{ "xl/workbook.xml": "<workbook><sheets>" }, /Excel workbook it is damaged/],
  ];
  for (const [parts, says] of cases) {
    const error = await assertRejects(() => csvOf(zipOf(parts)), UsageError);
    assertMatch(error.message, says);
  }
  const cut = sheet(rowsOf([["a"]])).slice(0, 300);
  assertMatch((await assertRejects(() => csvOf(cut), UsageError)).message, /damaged/);
  const piped = openSource(outside(zipOf({ a: "b" })), "-");
  assertMatch(
    (await assertRejects(() => piped, UsageError)).message,
    /name a workbook as a file/,
  );
});

Deno.test("a sheet that is out of order, refers to nothing or defines entities is damaged", async () => {
  for (
    const rows of [
      '<row r="2"/><row r="1"/>',
      '<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row>',
      '<row r="1"><c r="ZZZ1"><v>1</v></c></row>',
      '<row r="9999999"/>',
      '<row r="1"><c r="A1" t="s"><v>7</v></c></row>',
      '<row r="1"><c r="A1" t="inlineStr"><is><t>&bomb;</t></is></c></row>',
      "<row>",
    ]
  ) {
    await assertRejects(() => csvOf(sheet(rows)), StorageError, "damaged");
  }
});

Deno.test("a text that would fill the memory is refused while it is read", async () => {
  const cell = `<c r="A2" t="inlineStr"><is><t>${"a".repeat(17 * 2 ** 20)}</t></is></c>`;
  const tooLong = await assertRejects(() => csvOf(sheet(`<row r="2">${cell}</row>`)), StorageError);
  assertMatch(tooLong.message, /a cell of row 2 holds more than 16 MiB/);
});

Deno.test("a part that would fill the memory is refused before it is read", async () => {
  const content = Buffer.from(sheet(""));
  // The directory, which stands behind the parts, says how long each is.
  const entry = content.lastIndexOf("xl/sharedStrings.xml") - 46;
  content.writeUInt32LE(2 ** 30, entry + 24);
  const error = await assertRejects(() => csvOf(content), UsageError);
  assertMatch(error.message, /sharedStrings\.xml would take 1024 MiB/);
});
