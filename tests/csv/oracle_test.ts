/** `csv-parse` is the oracle: what it accepts is read the same, what it refuses is a fault. */

import { assert, assertEquals } from "@std/assert";
import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { rawBytes } from "../../src/csv/raw.ts";
import { positionAfter } from "../../src/model/positions.ts";
import { openReader } from "../../src/csv/reader.ts";
import type { Row } from "../../src/model/row.ts";
import { blocksOf, blockSource, concat, type ReadAll, readAll, told, utf16 } from "./support.ts";

const DELIMITERS = [",", ";", "\t", "|"] as const;
const QUOTE_FAULTS = ["bare-quote", "text-after-quote", "unclosed-quote"];

const value = fc.string({
  unit: fc.constantFrom("a", "b", " ", ",", ";", "\t", "|", '"', "\n", "\r\n", "é", "\ufeff", "😀"),
  maxLength: 6,
});

/** A well-formed CSV text: header and rows of one width, quoted where they must be and elsewhere. */
const table = fc.record({
  delimiter: fc.constantFrom(...DELIMITERS),
  newline: fc.constantFrom("\n", "\r\n"),
  bom: fc.boolean(),
  lastLineEnds: fc.boolean(),
  width: fc.integer({ min: 1, max: 4 }),
}).chain((shape) =>
  fc.array(
    fc.tuple(
      fc.array(fc.tuple(value, fc.boolean()), { minLength: shape.width, maxLength: shape.width }),
      fc.boolean(),
    ),
    { minLength: 1, maxLength: 6 },
  ).map((rows) => {
    const header = Array.from({ length: shape.width }, (_, i) => `h${i}`).join(shape.delimiter);
    const lines = rows.flatMap(([cells, emptyLineBelow]) => {
      const line = cells.map(([text, quoted]) => cell(text, quoted)).join(shape.delimiter);
      return emptyLineBelow ? [line, ""] : [line];
    });
    const text = [header, ...lines].join(shape.newline);
    return {
      ...shape,
      text: (shape.bom ? "\ufeff" : "") + text + (shape.lastLineEnds ? shape.newline : ""),
    };
  })
);

/** Anything made of the characters that matter. */
const soup = fc.string({
  unit: fc.constantFrom("a", ",", '"', '""', "\n", "\r\n", "\r", "é", '"a"', "a,a\n"),
  maxLength: 30,
});

/**
 * The rows after the header, as `csv-parse` reads them, with LF for line ends. Any CRs before an LF or
 * the end of the file belong to the line end, which it doesn't know, and a record without any value is
 * no row.
 */
function oracle(text: string, delimiter = ","): string[][] {
  const options = { bom: true, record_delimiter: "\n", skip_empty_lines: true };
  const plain = withLineFeeds(text).replace(/\r+$/, "\n");
  const records = parse(plain, { ...options, delimiter, relax_column_count: true }).slice(1);
  return records.filter((fields) => fields.some((field) => field.trim() !== ""));
}

function withLineFeeds(text: string): string {
  return text.replace(/\r+\n/g, "\n");
}

function cell(text: string, quoted: boolean): string {
  return quoted || /[",;\t|\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

Deno.test("well-formed tables read as csv-parse reads them, whatever the block size", async () => {
  await fc.assert(
    fc.asyncProperty(table, fc.integer({ min: 1, max: 40 }), async (shape, blockBytes) => {
      const expected = oracle(shape.text, shape.delimiter);
      if (expected.length === 0) return;
      const { rows } = await readAll(shape.text, { delimiter: shape.delimiter, blockBytes });
      assertEquals(rows.map(({ fields, fault }) => fault ?? fields.map(withLineFeeds)), expected);
    }),
    { numRuns: 300 },
  );
});

Deno.test("any text reads as csv-parse reads it, or has a fault where csv-parse gives up", async () => {
  await fc.assert(
    fc.asyncProperty(soup, fc.integer({ min: 1, max: 20 }), async (text, blockBytes) => {
      // A row of the header's width shows that no row has a delimiter too many on purpose.
      const body = `h1,h2\na,b\n${text}`;
      let expected: string[][] | null = null;
      try {
        expected = oracle(body);
      } catch {
        // Broken quotes.
      }
      const { rows } = await readAll(body, { blockBytes });
      const isStray = ({ fault }: Row) => fault?.code === "stray-line-end";
      if (rows.some(isStray)) {
        assert(/\r(?![\r\n])/.test(text));
        return;
      }
      const isBroken = rows.some(({ fault }) => fault && QUOTE_FAULTS.includes(fault.code));
      assertEquals(isBroken, expected === null);
      expected?.forEach((fields, index) => {
        const row = rows[index];
        if (fields.length === 2) assertEquals(row?.fields.map(withLineFeeds), fields);
        else assertEquals(row?.fault?.code, "ragged-row");
      });
      if (expected) assertEquals(rows.length, expected.length);
    }),
    { numRuns: 500 },
  );
});

Deno.test("blocks of any size give the same rows, faults, lines and offsets", async () => {
  await fc.assert(
    fc.asyncProperty(soup, fc.integer({ min: 1, max: 20 }), async (text, blockBytes) => {
      const body = `h1,h2\na,\n${text}`;
      const summary = async (size: number) =>
        (await readAll(body, { blockBytes: size })).rows.map(told);
      assertEquals(await summary(blockBytes), await summary(2 ** 16));
    }),
    { numRuns: 300 },
  );
});

Deno.test("a text gives the same rows, faults and lines in UTF-16 as in UTF-8", async () => {
  await fc.assert(
    fc.asyncProperty(soup, async (text) => {
      const body = `h1,h2\na,\n\n${text}`;
      const [utf8, le, be] = await Promise.all([
        readAll(body),
        readAll(utf16(body, "le"), { encoding: "utf-16le" }),
        readAll(utf16(body, "be"), { encoding: "utf-16be" }),
      ]);
      const facts = ({ rows }: ReadAll) =>
        rows.map(({ number, line, fields, fault }) => ({ number, line, fields, fault }));
      assertEquals(facts(le), facts(utf8));
      assertEquals(facts(be), facts(utf8));
    }),
    { numRuns: 300 },
  );
});

Deno.test("the bytes of header, rows and empty records add up to the file", async () => {
  await fc.assert(
    fc.asyncProperty(soup, fc.uint8Array({ maxLength: 4 }), async (text, junk) => {
      const bytes = concat("h1,h2\na,\n", text, junk, text);
      const { reader, rows } = await readAll(bytes, { blockBytes: 9 });
      let at = reader.header.raw.length;
      for (const row of rows) {
        assert(/^[\s,"]*$/.test(new TextDecoder().decode(bytes.subarray(at, row.start))));
        assertEquals(rawBytes(row), bytes.slice(row.start, row.end));
        at = row.end;
      }
      // deno-lint-ignore no-control-regex -- Ctrl-Z, which ends a text
      assert(/^[\s,"]*[\x1a\r\n]*$/.test(new TextDecoder().decode(bytes.subarray(at))));
    }),
    { numRuns: 300 },
  );
});

Deno.test("reading goes on from behind any row as if it had never stopped", async () => {
  await fc.assert(
    fc.asyncProperty(table, soup, async ({ text, delimiter }, tail) => {
      const bytes = concat(text, "\n", tail, "\na\n");
      const { reader, rows } = await readAll(bytes, { delimiter, blockBytes: 11 });
      const whole = rows.map(told);
      for (const row of rows) {
        const from = positionAfter(row);
        const resumed = await openReader(blockSource(blocksOf(bytes.subarray(from.offset), 7)), {
          from: { position: from, header: reader.header },
        });
        const rest = [];
        for (let batch = await resumed.read(); batch; batch = await resumed.read()) {
          rest.push(...batch.map(told));
        }
        assertEquals(rest, whole.slice(row.number));
      }
    }),
    { numRuns: 100 },
  );
});
