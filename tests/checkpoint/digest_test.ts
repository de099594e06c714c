import { assertEquals, assertThrows } from "@std/assert";
import { createHash } from "node:crypto";
import fc from "fast-check";
import { PrefixDigest, verifyPrefix } from "../../src/checkpoint/digest.ts";

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
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

Deno.test("a prefix digest is the SHA-256 of the source up to each mark, wherever blocks end", () => {
  const source = fc.uint8Array({ minLength: 1, maxLength: 200 });
  fc.assert(fc.property(source, fc.integer({ min: 1, max: 50 }), (bytes, blockBytes) => {
    const digest = new PrefixDigest();
    for (let offset = 0; offset < bytes.length; offset += blockBytes) {
      digest.push(bytes.slice(offset, offset + blockBytes), offset);
      const mark = offset + Math.floor((digest.pushed - offset) / 2);
      assertEquals(digest.at(mark), sha256(bytes.subarray(0, mark)));
      assertEquals(digest.at(mark), digest.at(mark));
    }
    assertEquals(digest.at(bytes.length), sha256(bytes));
  }));
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
  const digest = await verifyPrefix(sourceOf(appended, 64), 1000, sha256(imported));
  assertEquals(digest?.pushed, 1000);
  digest?.push(appended.slice(1000), 1000);
  assertEquals(digest?.at(1003), sha256(appended));
});

Deno.test("a prefix is not proved when any byte of it changed, or when it is cut", async () => {
  const imported = crypto.getRandomValues(new Uint8Array(300));
  for (let at = 0; at < 300; at += 7) {
    const changed = imported.slice();
    changed[at] = (changed[at] ?? 0) ^ 1;
    assertEquals(await verifyPrefix(sourceOf(changed, 64), 300, sha256(imported)), null);
  }
  const cut = sourceOf(imported.subarray(0, 299), 64);
  assertEquals(await verifyPrefix(cut, 300, sha256(imported)), null);
});
