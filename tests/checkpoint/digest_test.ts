import { assertEquals, assertThrows } from "@std/assert";
import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import fc from "fast-check";
import { digestFileRange, PrefixDigest, verifyFilePrefix } from "../../src/checkpoint/digest.ts";
import { FaultyFiles } from "../support/faulty_files.ts";

/** The digest as its description says, in one go. */
function digestOf(bytes: Uint8Array): string {
  const crcs: number[] = [];
  for (let at = 0; at < bytes.length; at += 65_536) {
    crcs.push(crc32(bytes.subarray(at, at + 65_536)));
  }
  return createHash("sha256").update(new Uint8Array(new Uint32Array(crcs).buffer)).digest("hex");
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

/** The digest up to `offset` of a file with these bytes; null when it is another than expected. */
async function verify(bytes: Uint8Array, offset: number, expected: string) {
  const files = new FaultyFiles();
  files.plant("/in.csv", bytes);
  return await verifyFilePrefix(files, "/in.csv", offset, expected);
}

Deno.test("a prefix is proved when it is the same, whatever follows it", async () => {
  const imported = crypto.getRandomValues(new Uint8Array(1000));
  const appended = new Uint8Array([...imported, 1, 2, 3]);
  const digest = await verify(appended, 1000, digestOf(imported));
  assertEquals(digest?.pushed, 1000);
  digest?.push(appended.slice(1000), 1000);
  assertEquals(digest?.at(1003), digestOf(appended));
});

Deno.test("a prefix is not proved when any byte of it changed, or when it is cut", async () => {
  const imported = crypto.getRandomValues(new Uint8Array(300));
  for (let at = 0; at < 300; at += 7) {
    const changed = imported.slice();
    changed[at] = (changed[at] ?? 0) ^ 1;
    assertEquals(await verify(changed, 300, digestOf(imported)), null);
  }
  assertEquals(await verify(imported.subarray(0, 299), 300, digestOf(imported)), null);
});

Deno.test("a longer prefix is proved from a shorter one that was, which is not read again", async () => {
  const bytes = new Uint8Array(200_000).map((_, index) => index * 31 + (index >> 9));
  const files = new FaultyFiles();
  files.plant("/in.csv", bytes);
  const prove = (offset: number, known?: PrefixDigest) =>
    verifyFilePrefix(files, "/in.csv", offset, digestOf(bytes.subarray(0, offset)), known);
  const shorter = await prove(150_000) ?? undefined;
  files.plant("/in.csv", bytes.with(0, (bytes[0] ?? 0) ^ 1));
  assertEquals((await prove(190_000, shorter))?.pushed, 190_000);
  assertEquals(shorter?.pushed, 150_000);
  assertEquals(await prove(190_000), null);
  files.plant("/in.csv", bytes.with(160_000, (bytes[160_000] ?? 0) ^ 1));
  assertEquals(await prove(190_000, shorter), null);
});

Deno.test("a prefix of many reads is proved, and a range of a file digested", async () => {
  const bytes = new Uint8Array(5 * 1024 * 1024).map((_, index) => index * 31 + (index >> 9));
  assertEquals((await verify(bytes, bytes.length, digestOf(bytes)))?.pushed, bytes.length);
  const files = new FaultyFiles();
  files.plant("/in.csv", bytes);
  const range = [100_000, 4_900_000] as const;
  assertEquals(
    await digestFileRange(files, "/in.csv", ...range),
    digestOf(bytes.subarray(...range)),
  );
  assertEquals(await digestFileRange(files, "/in.csv", 100, bytes.length + 1), null);
});
