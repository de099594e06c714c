import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { gzipSync } from "node:zlib";
import { gunzip } from "../../src/csv/gzip.ts";
import { openReader } from "../../src/csv/reader.ts";
import { type ByteSource, fileSource } from "../../src/csv/blocks.ts";
import { openSource, type SourceOptions } from "../../src/csv/source.ts";
import { StorageError, UsageError } from "../../src/model/errors.ts";
import type { FileHandle, Io } from "../../src/io.ts";
import { systemIo } from "../../src/system_io.ts";
import { blocksOf, blockSource, concat } from "./support.ts";

const io = systemIo();
const TEXT = "a,b\n1,2\n3,4\n";

async function drain(source: ByteSource): Promise<Uint8Array> {
  const blocks: Uint8Array[] = [];
  for (let block = await source.read(); block; block = await source.read()) {
    blocks.push(block.slice());
  }
  await source.close();
  return concat(...blocks);
}

async function withFile(content: Uint8Array | string, use: (path: string) => Promise<void>) {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeFile(`${folder}/policies.csv`, concat(content));
    await use(`${folder}/policies.csv`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function stdin(...blocks: Uint8Array[]): Pick<Io, "files" | "stdin"> {
  return { files: io.files, stdin: { isTerminal: false, readable: ReadableStream.from(blocks) } };
}

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** Opens, drains, and says what was given and what was skipped. */
async function read(from: Pick<Io, "files" | "stdin">, path: string, options: SourceOptions = {}) {
  const skipped: Uint8Array[] = [];
  const source = await openSource(from, path, {
    ...options,
    onSkipped: (bytes) => skipped.push(bytes),
  });
  const { kind, size } = source;
  return { kind, size, given: text(await drain(source)), skipped: text(concat(...skipped)) };
}

Deno.test("a plain file is read whole, or a part of it without reading what is before", async () => {
  await withFile(TEXT, async (path) => {
    const whole = { kind: "file", size: TEXT.length, given: TEXT, skipped: "" };
    assertEquals(await read(io, path), whole);
    assertEquals(await read(io, path, { offset: 4 }), { ...whole, given: TEXT.slice(4) });
    assertEquals(await read(io, path, { offset: 4, end: 8 }), { ...whole, given: "1,2\n" });
    assertEquals(await read(io, path, { end: 4 }), { ...whole, given: "a,b\n" });
    assertEquals(await read(io, path, { offset: 99 }), { ...whole, given: "" });
  });
});

Deno.test("a file that became shorter while it was read is no end of it", async () => {
  await withFile("a,b\n" + "1,2\n".repeat(200_000), async (path) => {
    const source = await openSource(io, path);
    assert(await source.read());
    await Deno.truncate(path, 600_000);
    await assertRejects(() => drain(source), StorageError, "became shorter while it was read");
    await source.close();
    const appended = await openSource(io, path);
    assert(await appended.read());
    await Deno.writeTextFile(path, "3,4\n", { append: true });
    assertEquals((await drain(appended)).length, 600_004 - 65_536);
    await appended.close();
  });
});

Deno.test("a file that is closed while it is read just ends", async () => {
  const handle = { read: () => new Promise<never>(() => {}), close: () => {} };
  const source = fileSource(handle as Partial<FileHandle> as FileHandle, "policies.csv", 100);
  const reading = source.read();
  await source.close();
  assertEquals([await reading, await source.read()], [null, null]);
});

Deno.test("a large file comes in blocks of at most 64 KiB", async () => {
  const large = new Uint8Array(700_001).map((_, i) => i % 251);
  await withFile(large, async (path) => {
    const source = await openSource(io, path);
    const read: Uint8Array[] = [];
    for (let block = await source.read(); block; block = await source.read()) {
      assert(block.length > 0 && block.length <= 65_536);
      read.push(block.slice());
    }
    await source.close();
    assertEquals(concat(...read), large);
  });
});

Deno.test("gzip is known by its first bytes, in a file and on standard input, members joined", async () => {
  const members = concat(gzipSync("a,b\n1,"), gzipSync(""), gzipSync("2\n3,4\n"));
  const whole = { kind: "gzip", size: null, given: TEXT, skipped: "" };
  await withFile(members, async (path) => {
    assertEquals(await read(io, path), whole);
    assertEquals(await read(io, path, { offset: 6, end: 8 }), {
      ...whole,
      given: "2\n",
      skipped: TEXT.slice(0, 6),
    });
  });
  assertEquals(await read(stdin(...blocksOf(members, 1)), "-"), whole);
});

Deno.test("standard input is skipped up to an offset, and what is skipped is seen", async () => {
  const blocks = [...blocksOf(concat(TEXT), 5)];
  assertEquals(await read(stdin(...blocks), "-", { offset: 8 }), {
    kind: "stream",
    size: null,
    given: "3,4\n",
    skipped: TEXT.slice(0, 8),
  });
});

Deno.test("an empty file and empty standard input are sources without bytes", async () => {
  await withFile("", async (path) => assertEquals((await read(io, path)).given, ""));
  assertEquals((await read(stdin(), "-")).given, "");
});

Deno.test("what can't be opened is refused by name", async () => {
  await withFile(TEXT, async (path) => {
    const missing = path.replace("policies", "polices");
    const error = await assertRejects(() => openSource(io, missing), UsageError);
    assertEquals(error.message, `Cannot read ${missing}: no such file or folder`);
    const folder = path.replace("/policies.csv", "");
    const other = await assertRejects(() => openSource(io, folder), UsageError);
    assertEquals(other.message, `Cannot read ${folder}: it is a folder; name a CSV file`);
  });
});

Deno.test("damaged and cut off gzip stops the reading, and names the file", async () => {
  const rows = `a,b\n${
    Array.from({ length: 50_000 }, (_, i) => `${i},${i * 7919 % 10007}\n`).join("")
  }`;
  const whole = gzipSync(rows);
  const damaged = Uint8Array.from(whole);
  damaged.fill(0xff, whole.length >> 1, (whole.length >> 1) + 64);
  for (const content of [whole.subarray(0, whole.length - 100), damaged]) {
    const source = gunzip(blockSource(blocksOf(content, 1000)), "policies.csv.gz");
    const error = await assertRejects(() => drain(source), StorageError);
    assertStringIncludes(
      error.message,
      "Cannot read on in policies.csv.gz: its gzip data is damaged or cut off after ",
    );
    await source.close();
  }
});

Deno.test("what only starts like gzip is refused as a wrong file", async () => {
  const source = gunzip(blockSource([Uint8Array.of(0x1f, 0x8b, 1, 2, 3)]), "policies.csv");
  await assertRejects(() => openReader(source, { name: "policies.csv" }), UsageError, "damaged");
  await source.close();
});

Deno.test("a gzip bomb is given up once it has grown beyond its bounds", async () => {
  const bomb = gzipSync("a,b\n".repeat(500_000));
  const source = gunzip(blockSource(blocksOf(bomb, 1000)), "bomb.csv.gz", {
    maxExpansion: 200,
    graceBytes: 2 ** 20,
  });
  const error = await assertRejects(() => drain(source), StorageError);
  assertEquals(
    error.message,
    "Cannot read on in bomb.csv.gz: it decompresses to more than 1 MiB and 200 times its size; " +
      "decompress it first if that is right",
  );
  await source.close();
});

Deno.test("a gzipped file can be closed before its end", async () => {
  await withFile(gzipSync(TEXT.repeat(100_000)), async (path) => {
    const reader = await openReader(await openSource(io, path));
    await reader.read();
    await reader.close();
  });
});

Deno.test("a file can be closed before its end", async () => {
  await withFile(TEXT.repeat(100_000), async (path) => {
    const reader = await openReader(await openSource(io, path));
    await reader.read();
    await reader.close();
  });
});
