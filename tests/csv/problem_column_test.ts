import { assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import { ProblemColumn, rejectedHead } from "../../src/csv/problem_column.ts";
import { rawBytes } from "../../src/csv/raw.ts";
import type { CsvOptions } from "../../src/csv/options.ts";
import { readAll } from "./support.ts";

async function rejected(bytes: Uint8Array, options: CsvOptions = {}): Promise<Buffer | null> {
  const { reader, rows } = await readAll(bytes, options);
  const head = rejectedHead(reader.header);
  if (head === null) return null;
  const column = new ProblemColumn(reader.header);
  const parts = [head];
  for (const row of rows) {
    const problems = [
      { code: "invalid-date", column: 'Größe, "cm"', message: "It isn't a date,\nor is it?" },
      { code: "ragged-row", column: null, message: "Too short." },
    ];
    const { number, line } = row;
    parts.push(column.row({ row: number, line, stage: "check", problems, raw: rawBytes(row) }));
  }
  return Buffer.concat(parts);
}

const text = (bytes: Buffer | null) => bytes?.toString();

Deno.test("what is wrong with a row stands before it, without a character that the file gives a meaning", async () => {
  assertEquals(
    text(await rejected(Buffer.from('a,b\r\n"x,\r\ny",2\r\n3,4'))),
    "_problem,a,b\r\n" +
      "line 2: Größe; 'cm': It isn't a date; or is it? Too short.,\"x,\r\ny\",2\r\n" +
      "line 4: Größe; 'cm': It isn't a date; or is it? Too short.,3,4",
  );
  assertEquals(
    text(await rejected(Buffer.from("a;b\n'x;y';2\n"), { quote: "'" })),
    "_problem;a;b\nline 2: Größe, `cm`: It isn`t a date, or is it? Too short.;'x;y';2\n",
  );
});

Deno.test("rows that were rejected before lose what was wrong with them then", async () => {
  assertEquals(
    text(await rejected(Buffer.from('_problem,a,b\n"line 9: x, y",1,2\nline 8: z,"3",4\n'))),
    "_problem,a,b\n" +
      "line 2: Größe; 'cm': It isn't a date; or is it? Too short.,1,2\n" +
      "line 3: Größe; 'cm': It isn't a date; or is it? Too short.,\"3\",4\n",
  );
});

Deno.test("it is written in the file's encoding, behind its byte order mark", async () => {
  const utf16 = await rejected(Buffer.from("\ufeffa,b\n1,2\n", "utf16le"));
  assertEquals(
    utf16?.toString("utf16le"),
    "\ufeff_problem,a,b\nline 2: Größe; 'cm': It isn't a date; or is it? Too short.,1,2\n",
  );
  const western = await rejected(Buffer.from("a,b\n\xfc,2\n", "latin1"), {
    encoding: "windows-1252",
  });
  assertEquals(
    western?.toString("latin1"),
    "_problem,a,b\nline 2: Gr??e; 'cm': It isn't a date; or is it? Too short.,\xfc,2\n",
  );
});

Deno.test("lines above the header stay above it", async () => {
  assertEquals(
    text(await rejected(Buffer.from("Report\na,b\n1,2\n"), { skipLines: 1 })),
    "Report\n_problem,a,b\nline 3: Größe; 'cm': It isn't a date; or is it? Too short.,1,2\n",
  );
});

Deno.test("columns without names get none, those with given names a header line with it", async () => {
  assertEquals(await rejected(Buffer.from("1,2\n"), { header: "none" }), null);
  const csv = await rejected(Buffer.from("1,2\n"), { header: ["a", "b"] });
  assertEquals(
    text(csv),
    "_problem,a,b\nline 1: Größe; 'cm': It isn't a date; or is it? Too short.,1,2\n",
  );
  const { reader, rows } = await readAll(csv ?? "", { header: ["a", "b"] });
  assertEquals(reader.header.names, ["_problem", "a", "b"]);
  assertEquals(rows.map(({ fields }) => fields.slice(1)), [["1", "2"]]);
});
