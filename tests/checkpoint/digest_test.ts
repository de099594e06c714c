import { assertEquals, assertThrows } from "@std/assert";
import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import fc from "fast-check";
import { PrefixDigest, verifyFilePrefix, verifyPrefix } from "../../src/checkpoint/digest.ts";
import { systemIo } from "../../src/system_io.ts";

/** The digest as its description says, in one go. */
function digestOf(bytes: Uint8Array): string {
  const crcs: number[] = [];
  for (let at = 0; at < bytes.length; at += 65_536) {
    crcs.push(crc32(bytes.subarray(at, at + 65_536)));
  }
  return createHash("sha256").update(new Uint8Array(new Uint32Array(crcs).buffer)).digest("hex");
}

/** Hands out a source in blocks, always in the same buffer, as a reader of files would. */
function sourceOf(bytes: Uint8Array, blockBytes: number) {
  const buffer = new Uint8Array(blockBytes);
  let offset = 0;
  return {
    read: () => {
      if (offset >= bytes.length) return Promise.resolve(null);
      const part = bytes.subarray(offset, offset += blockBytes);
      buffer.set(part);
      return Promise.resolve(buffer.subarray(0, part.length));
    },
  };
}

Deno.test("a prefix digest is the same wherever blocks and marks fall", () => {
  const source = crypto.getRandomValues(new Uint8Array(65_536)).slice();
  // More than is kept, so that room is made for what comes.
  const bytes = new Uint8Array(12 * source.length + 1000);
  for (let at = 0; at < bytes.length; at += source.length) {
    bytes.set(source.subarray(0, bytes.length - at), at);
  }
  const block = fc.integer({ min: 20_000, max: 400_000 });
  fc.assert(
    fc.property(block, fc.double({ min: 0, max: 1, noNaN: true }), (blockBytes, where) => {
      const digest = new PrefixDigest();
      for (let offset = 0; offset < bytes.length; offset += blockBytes) {
        const pushed = bytes.slice(offset, offset + blockBytes);
        digest.push(pushed, offset);
        pushed.fill(0); // Whose bytes they were, may read the next ones into the same memory.
        const mark = offset + Math.floor((digest.pushed - offset) * where);
        assertEquals(digest.at(mark), digestOf(bytes.subarray(0, mark)));
        assertEquals(digest.at(mark), digest.at(mark));
      }
      assertEquals(digest.at(bytes.length), digestOf(bytes));
    }),
    { numRuns: 30 },
  );
});

Deno.test("bytes that are passed on are digested behind those that were pushed", () => {
  const bytes = crypto.getRandomValues(new Uint8Array(3000));
  const digest = new PrefixDigest();
  digest.push(bytes.subarray(0, 1000), 0);
  assertThrows(() => digest.pass(bytes.subarray(1001, 2000), 1001), RangeError);
  digest.pass(bytes.subarray(1000, 2000), 1000);
  digest.push(bytes.subarray(2000), 2000);
  assertEquals(digest.at(2000), digestOf(bytes.subarray(0, 2000)));
  assertEquals(digest.at(3000), digestOf(bytes));
});

Deno.test("a prefix digest refuses a mark before the last one, beyond the pushed bytes, and gaps", () => {
  const digest = new PrefixDigest();
  digest.push(new Uint8Array(10), 0);
  digest.at(5);
  assertThrows(() => digest.at(4), RangeError);
  assertThrows(() => digest.at(11), RangeError);
  assertThrows(() => digest.push(new Uint8Array(1), 11), RangeError);
});

Deno.test("a prefix is proved when it is the same, whatever follows it", async () => {
  const imported = crypto.getRandomValues(new Uint8Array(1000));
  const appended = new Uint8Array([...imported, 1, 2, 3]);
  const digest = await verifyPrefix(sourceOf(appended, 64), 1000, digestOf(imported));
  assertEquals(digest?.pushed, 1000);
  digest?.push(appended.slice(1000), 1000);
  assertEquals(digest?.at(1003), digestOf(appended));
});

Deno.test("a prefix is not proved when any byte of it changed, or when it is cut", async () => {
  const imported = crypto.getRandomValues(new Uint8Array(300));
  for (let at = 0; at < 300; at += 7) {
    const changed = imported.slice();
    changed[at] = (changed[at] ?? 0) ^ 1;
    assertEquals(await verifyPrefix(sourceOf(changed, 64), 300, digestOf(imported)), null);
  }
  const cut = sourceOf(imported.subarray(0, 299), 64);
  assertEquals(await verifyPrefix(cut, 300, digestOf(imported)), null);
});

Deno.test("a file's prefix is proved by reading the file", async () => {
  const path = await Deno.makeTempFile();
  try {
    const bytes = crypto.getRandomValues(new Uint8Array(60_000));
    await Deno.writeFile(path, new Uint8Array([...bytes, 7]));
    const { files } = systemIo();
    const digest = await verifyFilePrefix(files, path, 60_000, digestOf(bytes));
    assertEquals(digest?.pushed, 60_000);
    assertEquals(await verifyFilePrefix(files, path, 60_001, digestOf(bytes)), null);
  } finally {
    await Deno.remove(path);
  }
});
