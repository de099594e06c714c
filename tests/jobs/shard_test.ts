import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { gzipSync } from "node:zlib";
import { rawBytes } from "../../src/csv/raw.ts";
import { type CsvReader, openReader, type ReaderOptions } from "../../src/csv/reader.ts";
import { openSource } from "../../src/csv/source.ts";
import { UsageError } from "../../src/model/errors.ts";
import type { Io } from "../../src/io.ts";
import { cutShard, type ShardCut } from "../../src/jobs/shard.ts";
import { told } from "../csv/support.ts";
import { FaultyFiles } from "../support/faulty_files.ts";

const PATH = "/policies.csv";
const SOURCE = { given: PATH, path: PATH, name: "policies.csv" };

function outside(content: string | Uint8Array): Pick<Io, "files" | "stdin"> {
  const files = new FaultyFiles();
  files.plant(PATH, content);
  return { files, stdin: { isTerminal: false, readable: new Blob([]).stream() } };
}

function cut(
  io: Pick<Io, "files" | "stdin">,
  index: number,
  count: number,
  reading: ReaderOptions = {},
  stop = new AbortController().signal,
): Promise<ShardCut> {
  return cutShard(io, SOURCE, { index, count }, reading, stop);
}

/** All that there is to know of the rows, without the numbers that are relative to the shard. */
async function rowsOf(reader: CsvReader) {
  const rows = [];
  for (let batch = await reader.read(); batch; batch = await reader.read()) rows.push(...batch);
  await reader.close();
  assertEquals(rows.map(({ number }) => number), rows.map((_, index) => index + 1));
  return rows.map((row) => {
    const { number: _, ...rest } = told(row);
    return { ...rest, raw: rawBytes(row) };
  });
}

async function rowsOfShard(
  io: Pick<Io, "files" | "stdin">,
  { facts, header }: ShardCut,
  reading: ReaderOptions,
) {
  const source = await openSource(io, PATH, { offset: facts.start.offset, end: facts.end });
  const options = { ...reading, from: { position: facts.start, header } };
  return await rowsOf(await openReader(source, options));
}

/** Rows of two columns with all that can go wrong in them, and some of which nothing does. */
const body = fc.array(
  fc.oneof(
    fc.constantFrom("a,b\n", "a,b\r\n", '"a","b"\n', '"a\n""b""\n",c\n', '"a\r\n,b",c\r\n', "\n"),
    fc.constantFrom('"a,b\n', 'a"b,c\n', '"a"b,c\n', 'a,"b\n', "a,b,c\n", "a\n", "é,ü\n", "\0,a\n"),
    fc.string({ unit: fc.constantFrom("a", ",", '"', "\n", "\r\n", "\r", "é"), maxLength: 12 }),
    fc.constantFrom(`${"x".repeat(50)},"${"y\n".repeat(40)}"\n`, `"${"z".repeat(90)}\n`),
  ),
  { minLength: 1, maxLength: 30 },
).map((rows) => rows.join(""));

async function assertSameRows(
  content: string | Uint8Array,
  count: number,
  reading: ReaderOptions = {},
): Promise<void> {
  const io = outside(content);
  const source = await openSource(io, PATH);
  const whole = await rowsOf(await openReader(source, reading));
  const shards = [];
  let end = -1;
  for (let index = 1; index <= count; index++) {
    const shard = await cut(io, index, count, reading);
    assert(shard.facts.start.offset >= end);
    ({ end } = shard.facts);
    shards.push(await rowsOfShard(io, shard, reading));
  }
  assertEquals(shards.flat(), whole);
}

Deno.test("the rows of all shards are those of the file, each once, in order, whatever is in it", async () => {
  await fc.assert(
    fc.asyncProperty(body, fc.integer({ min: 1, max: 9 }), async (body, count) => {
      await assertSameRows(`h1,h2\na,b\n${body}`, count);
    }),
    { numRuns: 300 },
  );
});

Deno.test("so they are where records are too long and quotes are given up", async () => {
  const settings = { maxFieldBytes: 8, maxRecordBytes: 20 };
  await fc.assert(
    fc.asyncProperty(body, fc.integer({ min: 2, max: 7 }), async (body, count) => {
      await assertSameRows(`h1,h2\na,b\n${body}`, count, settings);
    }),
    { numRuns: 200 },
  );
});

Deno.test("so they are in a file of many blocks, and in UTF-16", async () => {
  const lines = Array.from(
    { length: 30_000 },
    (_, i) => i % 7 === 0 ? `"${i}\n""x""",b\r\n` : i % 1001 === 0 ? `"${i},b\n` : `${i},b\n`,
  );
  await assertSameRows(`\ufeffh1,h2\n${lines.join("")}`, 7);
  const text = `\ufeffh1,h2\n${lines.slice(0, 500).join("")}`;
  await assertSameRows(new Uint8Array(Uint16Array.from(text, (c) => c.charCodeAt(0)).buffer), 4);
});

Deno.test("shards have about as many bytes each", async () => {
  const io = outside(`h1,h2\n${"0123456,89\n".repeat(1000)}`);
  const sizes = [];
  for (let index = 1; index <= 4; index++) {
    const { start, end } = (await cut(io, index, 4)).facts;
    sizes.push((end - start.offset) / 11);
  }
  assertEquals(sizes, [250, 250, 250, 250]);
});

Deno.test("of more shards than rows some are empty", async () => {
  const io = outside("h1,h2\na,b\nc,d\n");
  const rows = [];
  for (let index = 1; index <= 9; index++) {
    rows.push(await rowsOfShard(io, await cut(io, index, 9), {}));
  }
  assertEquals(rows.filter(({ length }) => length > 0).length, 2);
  assertEquals(rows.flat().map(({ line }) => line), [2, 3]);
});

Deno.test("the digest tells whether a shard is as it was, and nothing of the others", async () => {
  const text = `h1,h2\n${"0123456,89\n".repeat(9)}`;
  const second = async (content: string) => (await cut(outside(content), 2, 3)).facts.digest;
  const before = await second(text);
  assertEquals(await second(text.replace("0", "x")), before);
  const at = text.length / 2;
  assert(await second(`${text.slice(0, at)}x${text.slice(at + 1)}`) !== before);
});

Deno.test("what can't be read from the middle can't be cut", async () => {
  await assertRejects(
    () => cut(outside(gzipSync("h1,h2\na,b\n")), 1, 2),
    UsageError,
    "decompress it first",
  );
  await assertRejects(
    () =>
      cutShard(
        outside(""),
        { given: "-", path: "-", name: "standard input" },
        { index: 1, count: 2 },
        {},
        new AbortController().signal,
      ),
    UsageError,
    "standard input is none: save it as a file first",
  );
});

Deno.test("the shards of a file without rows are empty", async () => {
  const io = outside("h1,h2\n");
  for (const index of [1, 2]) assertEquals(await rowsOfShard(io, await cut(io, index, 2), {}), []);
});
