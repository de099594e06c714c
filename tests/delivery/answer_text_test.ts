/** Bodies of answers as text: unpacked, decoded, or not told. */

import { assertEquals } from "@std/assert";
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";

import { readBody } from "../../src/delivery/answer_text.ts";

const MIB = 1024 * 1024;
const TEXT = '{"message":"Žofie 😀"}';
const bytes = new TextEncoder().encode(TEXT);

function utf16(text: string, bigEndian = false): Uint8Array {
  const view = new DataView(new ArrayBuffer(2 * text.length));
  for (let at = 0; at < text.length; at++) view.setUint16(2 * at, text.charCodeAt(at), !bigEndian);
  return new Uint8Array(view.buffer);
}

/** What is packed or encoded so, and what is read of it; null for nothing. */
const CASES: readonly [string, Uint8Array, readonly string[], string | null, string | null][] = [
  ["plain", bytes, [], "application/json", TEXT],
  ["with a byte order mark", new TextEncoder().encode(`\ufeff${TEXT}`), [], null, TEXT],
  ["gzip", gzipSync(bytes), ["gzip"], null, TEXT],
  [
    "gzip in two members",
    new Uint8Array([...gzipSync("a"), ...gzipSync("b")]),
    ["gzip"],
    null,
    "ab",
  ],
  ["deflate", deflateSync(bytes), ["deflate"], null, TEXT],
  ["deflate without a head", deflateRawSync(bytes), ["deflate"], null, TEXT],
  ["br", brotliCompressSync(bytes), ["br"], null, TEXT],
  ["packed twice", gzipSync(brotliCompressSync(bytes)), ["br", "gzip"], null, TEXT],
  ["nothing, though it is said to be packed", new Uint8Array(), ["gzip"], null, ""],
  ["no gzip, though it is said to be", bytes, ["gzip"], null, null],
  ["packed as nobody knows", bytes, ["zstd"], null, null],
  ["UTF-16 by its mark", utf16(`\ufeff${TEXT}`), [], "application/json", TEXT],
  ["UTF-16 by its name", utf16(TEXT), [], "text/plain; charset=utf-16le", TEXT],
  ["UTF-16 the other way round", utf16(`\ufeff${TEXT}`, true), [], null, TEXT],
  ["UTF-16 that nobody told", utf16(TEXT), [], "text/plain", null],
  ["Latin 1", Uint8Array.of(0x6a, 0xfc), [], 'text/plain; charset="iso-8859-1"', "jü"],
  ["Latin 1 that nobody told", Uint8Array.of(0x6a, 0xfc), [], "text/plain", null],
  ["a character set that nobody knows", bytes, [], "text/plain; charset=utf8mb4", TEXT],
  ["no text", Uint8Array.of(0x61, 0, 0x62), [], null, null],
];

for (const [name, body, codings, contentType, expected] of CASES) {
  Deno.test(`a body that is ${name} is read as ${expected}`, async () => {
    const { text, fault } = await readBody({ bytes: body, whole: true, codings, contentType }, MIB);
    assertEquals(fault === null ? text : null, expected);
    if (fault !== null) assertEquals(text, "");
  });
}

Deno.test("of a body that was cut, as much is read as there is", async () => {
  const cut = { bytes: bytes.subarray(0, -4), whole: false, codings: [], contentType: null };
  assertEquals((await readBody(cut, MIB)).text, TEXT.slice(0, -4));
  const packed = gzipSync(new TextEncoder().encode("abcdefgh".repeat(1_000)));
  const { text } = await readBody(
    { ...cut, bytes: packed.subarray(0, -20), codings: ["gzip"] },
    MIB,
  );
  assertEquals(text.startsWith("abcdefgh"), true);
});
