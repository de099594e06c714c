/** Bodies, cut out of the bytes of a connection in any pieces. */

import { assertEquals, assertThrows } from "@std/assert";
import * as fc from "fast-check";

import { type BodyReader, bodyReader } from "../../src/http/body.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Hands a text over in pieces of these lengths, over and over; what is left when the body is done. */
function take(body: BodyReader, text: string, lengths: readonly number[] = [Infinity]) {
  let taken = "";
  let rest = encoder.encode(text);
  for (let piece = 0; rest.length > 0 && !body.done; piece++) {
    const bytes = rest.subarray(0, lengths[piece % lengths.length]);
    rest = rest.subarray(body.take(bytes, (part) => taken += decoder.decode(part)));
  }
  return { taken, left: decoder.decode(rest) };
}

const CHUNKS = '5\r\n{"a":\r\n00003;name=value\r\n1}\n\r\n0\r\nTrailer: x\r\n\r\n';

Deno.test("a measured body ends with its length, and no connection may end before", () => {
  const body = bodyReader({ kind: "length", bytes: 4 });
  assertEquals([body.done, body.mayEnd], [false, false]);
  assertEquals(take(body, "{12}HTTP"), { taken: "{12}", left: "HTTP" });
  assertEquals(body.done, true);
});

Deno.test("a body of no length is complete at once", () => {
  assertEquals(bodyReader({ kind: "length", bytes: 0 }).done, true);
});

Deno.test("a body without a length ends with the connection", () => {
  const body = bodyReader({ kind: "close" });
  assertEquals(take(body, "{}{}"), { taken: "{}{}", left: "" });
  assertEquals([body.done, body.mayEnd], [false, true]);
});

Deno.test("chunks are put together, their sizes, extensions and trailers left out", () => {
  const body = bodyReader({ kind: "chunked" });
  assertEquals(take(body, `${CHUNKS}HTTP`), { taken: '{"a":1}\n', left: "HTTP" });
  assertEquals([body.done, body.mayEnd], [true, false]);
});

Deno.test("chunks read the same however they arrive", () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (lengths) => {
    const body = bodyReader({ kind: "chunked" });
    assertEquals(take(body, `${CHUNKS}HTTP`, lengths), { taken: '{"a":1}\n', left: "HTTP" });
  }));
});

Deno.test("chunks of any texts come out as those texts", () => {
  fc.assert(fc.property(fc.array(fc.string({ minLength: 1 })), (texts) => {
    const chunks = texts.map((text) =>
      `${encoder.encode(text).length.toString(16)}\r\n${text}\r\n`
    );
    const body = bodyReader({ kind: "chunked" });
    assertEquals(take(body, `${chunks.join("")}0\r\n\r\n`).taken, texts.join(""));
    assertEquals(body.done, true);
  }));
});

for (
  const [name, text] of [
    ["without a size", "\r\n{}\r\n"],
    ["with a size that is no number", "zz\r\n"],
    ["with a size below zero", "-1\r\n"],
    ["longer than its size", "1\r\n{}\r\n"],
    ["with a size beyond all measure", `${"f".repeat(14)}\r\n`],
    ["with an extension beyond all measure", `1;${"x".repeat(20_000)}\r\n`],
  ] as const
) {
  Deno.test(`a chunk ${name} is no body`, () => {
    assertThrows(() => take(bodyReader({ kind: "chunked" }), text), SyntaxError);
  });
}

Deno.test("trailers that have no end are no body", () => {
  const trailers = (lines: number) => `0\r\n${`X: ${"x".repeat(1_000)}\r\n`.repeat(lines)}\r\n`;
  const body = bodyReader({ kind: "chunked" });
  take(body, trailers(60));
  assertEquals(body.done, true);
  assertThrows(() => take(bodyReader({ kind: "chunked" }), trailers(70)), SyntaxError);
});
