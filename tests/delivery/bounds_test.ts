/** How much of an answer is read, where nothing else is set. */

import { assertEquals } from "@std/assert";
import { gzipSync } from "node:zlib";

import { type AttemptResult, prepare, Transport } from "../../src/delivery/transport.ts";
import type { HttpResponse } from "../../src/io.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { DIRECT } from "./rig.ts";

const MIB = 1024 * 1024;
const REQUEST = prepare({ method: "POST", url: "http://localhost/", headers: {} }, "{}");

/** An attempt that is answered so; `read` says how much of the body was asked for. */
async function attempt(
  response: Omit<HttpResponse, "body">,
  pieces: Iterator<Uint8Array>,
  readsAcceptedBody: boolean,
): Promise<{ result: AttemptResult; read: number }> {
  let read = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const { done, value } = pieces.next();
      if (done) return controller.close();
      read += value.length;
      controller.enqueue(value);
    },
  }, { highWaterMark: 0 });
  const client = { fetch: () => Promise.resolve({ ...response, body }), close: () => {} };
  const kill = new AbortController().signal;
  const io = { ...new FakeClock(), httpClient: () => client };
  const transport = new Transport(io, { wire: DIRECT, timeoutMs: 60_000, kill });
  const result = await transport.attempt(REQUEST, readsAcceptedBody);
  const told = read;
  await transport.close();
  return { result, read: told };
}

/** Pieces of 64 KiB, as many as are asked for or as these many bytes make. */
function* pieces(bytes = Infinity): Generator<Uint8Array> {
  for (let sent = 0; sent < bytes; sent += 65_536) {
    yield new Uint8Array(Math.min(65_536, bytes - sent)).fill(0x20);
  }
}

const headers = new Headers({ "content-type": "application/json" });

function bodyOf(result: AttemptResult): string | undefined {
  return result.kind === "answer" ? result.answer.body : undefined;
}

Deno.test("the body of a refusal is read to a mebibyte", async () => {
  const { result, read } = await attempt({ status: 400, headers }, pieces(), false);
  assertEquals([bodyOf(result)?.length, read], [MIB + 65_536, MIB + 65_536]);
});

Deno.test("the results of rows are read to 16 MiB, and what has more is unknown", async () => {
  const whole = await attempt({ status: 200, headers }, pieces(16 * MIB), true);
  assertEquals(bodyOf(whole.result)?.length, 16 * MIB);
  const { result, read } = await attempt({ status: 200, headers }, pieces(), true);
  assertEquals(result.kind === "failure" && result.failure, {
    sent: "perhaps",
    reason: "the answer broke off",
    lasting: false,
  });
  assertEquals(read, 16 * MIB + 65_536);
});

Deno.test("an acceptance that says nothing of rows is looked into, and not waited for", async () => {
  const { result } = await attempt({ status: 200, headers }, pieces(), false);
  assertEquals(bodyOf(result)?.length, 131_072);
});

Deno.test("a packed body is unpacked to no more than a plain one may come to", async () => {
  for (const [status, reads, limit] of [[400, false, MIB], [200, true, 16 * MIB]] as const) {
    for (const bytes of [limit, limit + 1, 8 * limit]) {
      const packed = gzipSync(new Uint8Array(bytes).fill(0x20));
      const response = { status, headers, codings: ["gzip"] };
      const { result } = await attempt(response, [packed].values(), reads);
      assertEquals(result.kind === "answer" && result.answer.bodyFault, null);
      assertEquals(bodyOf(result)?.length, limit);
    }
  }
});

Deno.test("what is not packed as it says is told apart from what can't be read", async () => {
  for (const [codings, isCorrupt] of [[["br"], true], [["zstd"], false], [[], false]] as const) {
    const body = Uint8Array.of(0xff, 0xfe, 0x00, 0xd8, 0x01);
    const { result } = await attempt({ status: 200, headers, codings }, [body].values(), false);
    const answer = result.kind === "answer" ? result.answer : null;
    assertEquals([typeof answer?.bodyFault, answer?.isCorrupt], ["string", isCorrupt]);
  }
});
