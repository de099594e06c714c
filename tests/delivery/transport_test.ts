/** One attempt as it goes over the wire: its length, its bytes, and that Deno sends it once. */

import { assert, assertEquals } from "@std/assert";

import {
  type AttemptResult,
  prepare,
  type Prepared,
  Transport,
} from "../../src/delivery/transport.ts";
import { NetworkError } from "../../src/model/errors.ts";
import type { HttpRequest } from "../../src/io.ts";
import { systemIo } from "../../src/system_io.ts";
import { type FaultServer, type Received, type Reply, withFaults } from "../support/faults.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { DIRECT, makeBatch } from "./rig.ts";

const OK: Reply = { status: 200, body: "{}" };
const encoder = new TextEncoder();

function makeTransport(
  io: ConstructorParameters<typeof Transport>[0],
  kill = new AbortController().signal,
  timeoutMs = 5_000,
): Transport {
  return new Transport(io, { wire: DIRECT, timeoutMs, kill });
}

/** A transport that is closed whatever happens. */
async function withTransport(
  script: (request: Received, count: number) => Reply,
  test: (transport: Transport, server: FaultServer) => Promise<void>,
): Promise<void> {
  await withFaults(script, async (server) => {
    const io = { ...new FakeClock(), httpClient: systemIo().httpClient };
    const transport = makeTransport(io);
    try {
      await test(transport, server);
    } finally {
      await transport.close();
    }
  });
}

function prepared({ url }: FaultServer, body: string | Uint8Array<ArrayBuffer>): Prepared {
  const headers = { "content-type": "application/json" };
  return prepare({ method: "POST", url: `${url}/rows`, headers }, body);
}

function statusOf(result: AttemptResult): number | string {
  return result.kind === "answer" ? result.answer.status : result.failure.sent;
}

/** Bodies, and the texts that they are. */
const BODIES: readonly [string, string | Uint8Array<ArrayBuffer>, string][] = [
  ["text", '{"key":"k3y"}', '{"key":"k3y"}'],
  ["text beyond ASCII", '{"č":"€😀"}', '{"č":"€😀"}'],
  ["one byte", encoder.encode("1"), "1"],
  ["bytes", encoder.encode('{"č":"€😀"}'), '{"č":"€😀"}'],
  ["bytes from amid others", encoder.encode("[1,2,3]").subarray(1, 4), "1,2"],
  ["several rows", makeBatch([1, 2]).body, '[{"id":1},{"id":2}]'],
  ["rows that were picked", makeBatch([1, 2, 3]).pick([1]).body, '[{"id":2}]'],
  ["2 MiB", new Uint8Array(2 ** 21).fill(0x78), "x".repeat(2 ** 21)],
];

for (const [name, body, text] of BODIES) {
  Deno.test(`a body of ${name} arrives whole, with its length told and not in chunks`, async () => {
    await withTransport(() => OK, async (transport, server) => {
      const request = prepared(server, body);
      const bytes = encoder.encode(text).length;
      assertEquals(request.body.length, bytes);
      assertEquals(statusOf(await transport.attempt(request, false)), 200);
      const [received] = server.received;
      assertEquals(received?.headers.get("content-length"), `${bytes}`);
      assertEquals(received?.headers.get("transfer-encoding"), null);
      assertEquals(received?.headers.get("content-type"), "application/json");
      // Compared by hand: the difference of two texts of megabytes would never be shown.
      assert(received?.body === text, "another body arrived");
    });
  });
}

Deno.test("a request without a body is sent without one", async () => {
  await withTransport(() => OK, async (transport, server) => {
    assertEquals(statusOf(await transport.attempt(prepared(server, ""), false)), 200);
    assertEquals(server.received.map(({ method, body }) => [method, body]), [["POST", ""]]);
    assertEquals(server.received[0]?.headers.get("transfer-encoding"), null);
  });
});

Deno.test("every attempt of a request sends the same bytes", async () => {
  const replies: Reply[] = [{ status: 503 }, "close", "garbage", { status: 429 }, OK];
  const script = (_: Received, count: number) => replies[count - 1] ?? OK;
  await withTransport(script, async (transport, server) => {
    const { body } = makeBatch([1, 2, 3], 0, { payload: (number) => `{"č":"€${number}"}` });
    const request = prepared(server, body);
    const results = [];
    for (const _ of replies) results.push(statusOf(await transport.attempt(request, false)));
    assertEquals(results, [503, "perhaps", "perhaps", 429, 200]);
    assertEquals(
      server.received.map(({ body }) => body),
      replies.map(() => '[{"č":"€1"},{"č":"€2"},{"č":"€3"}]'),
    );
    const lengths = server.received.map(({ headers }) => headers.get("content-length"));
    assertEquals(lengths, replies.map(() => `${body.length}`));
  });
});

Deno.test("attempts of one request at the same time each send all of it", async () => {
  await withTransport(() => OK, async (transport, server) => {
    const request = prepared(server, makeBatch([1, 2]).body);
    await Promise.all(Array.from({ length: 5 }, () => transport.attempt(request, false)));
    assertEquals(
      server.received.map(({ body }) => body),
      Array(5).fill('[{"id":1},{"id":2}]'),
    );
  });
});

for (const [name, body] of [["bytes", makeBatch([1]).body], ["a text", '[{"id":1}]']] as const) {
  Deno.test(`${name} on a reused connection that closes without an answer is not sent again`, async () => {
    // Deno would: with a connection that it used before, it takes this for bad luck.
    const script = ({ onConnection }: Received): Reply => onConnection === 3 ? "close" : OK;
    await withTransport(script, async (transport, server) => {
      const request = prepared(server, body);
      const results = [];
      for (let attempt = 1; attempt <= 3; attempt++) {
        // With its body read, so that the connection is free for the next.
        results.push(statusOf(await transport.attempt(request, true)));
      }
      assertEquals(results, [200, 200, "perhaps"]);
      assertEquals(server.received.map(({ onConnection }) => onConnection), [1, 2, 3]);
    });
  });
}

for (const reply of [OK, { status: 200 }, { status: 202, body: "x".repeat(100_000) }]) {
  const bytes = reply.body?.length ?? 0;
  Deno.test(`a connection is used again after an answer of ${bytes} bytes that nobody reads`, async () => {
    await withTransport(() => reply, async (transport, server) => {
      const request = prepared(server, makeBatch([1]).body);
      // What nobody waits for is read in the background: some time later the connection is free.
      const isReused = () => server.received.some(({ onConnection }) => onConnection > 1);
      for (let attempt = 1; attempt <= 50 && !isReused(); attempt++) {
        assertEquals(statusOf(await transport.attempt(request, false)), reply.status);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      assert(isReused(), "every request had a connection of its own");
    });
  });
}

Deno.test("the end of the grace period aborts the attempts in flight, and none that is over", async () => {
  const signals: AbortSignal[] = [];
  const client = {
    fetch: (_url: string, { signal }: HttpRequest) => {
      signals.push(signal);
      if (signals.length === 1) return Promise.resolve(new Response());
      return new Promise<Response>((_, reject) => {
        signal.addEventListener("abort", () => reject(new NetworkError("perhaps", "given up")));
      });
    },
    close: () => {},
  };
  const io = { ...new FakeClock(), httpClient: () => client };
  const kill = new AbortController();
  const transport = makeTransport(io, kill.signal);
  const request = prepare({ method: "POST", url: "http://localhost/", headers: {} }, "{}");
  await transport.attempt(request, false);
  const attempts = [transport.attempt(request, false), transport.attempt(request, false)];
  kill.abort();
  assertEquals(signals.map(({ aborted }) => aborted), [false, true, true]);
  for (const result of await Promise.all(attempts)) {
    assertEquals(result.kind === "failure" && result.killed, true);
  }
  await transport.close();
});

for (
  const [sent, reason] of [
    ["never", "no connection"],
    ["partly", "no room for the rest of the request"],
    ["perhaps", "no answer"],
  ] as const
) {
  Deno.test(`a request whose time is over was ${sent} sent, as the client knows`, async () => {
    let isClosed = false;
    const client = {
      fetch: (_url: string, { signal }: HttpRequest) =>
        new Promise<Response>((_, reject) => {
          signal.addEventListener("abort", () => reject(new NetworkError(sent, reason)));
        }),
      close: () => {
        isClosed = true;
      },
    };
    const clock = new FakeClock();
    const io = { ...clock, httpClient: () => client };
    const transport = makeTransport(io);
    const request = prepare({ method: "POST", url: "http://localhost/", headers: {} }, "{}");
    const attempt = transport.attempt(request, false);
    clock.advance(5_000);
    const result = await attempt;
    const told = { sent, reason: `given up here: ${reason} within 5s`, lasting: false };
    assertEquals(result, { kind: "failure", failure: told, killed: false });
    await transport.close();
    assertEquals(isClosed, true);
  });
}

Deno.test("no connection is waited for longer than half a minute, however patient one is with answers", async () => {
  const client = {
    fetch: (_url: string, { signal }: HttpRequest) =>
      new Promise<Response>((_, reject) => {
        signal.addEventListener("abort", () => reject(new NetworkError("never", "no connection")));
      }),
    close: () => {},
  };
  const clock = new FakeClock();
  const transport = makeTransport({ ...clock, httpClient: () => client }, undefined, 600_000);
  const attempt = transport.attempt(prepare({ method: "POST", url: "", headers: {} }, ""), false);
  clock.advance(30_000);
  const result = await attempt;
  assertEquals(
    result.kind === "failure" && result.failure.reason,
    "given up here: no connection within 30s",
  );
  await transport.close();
});

for (const [timeoutMs, silenceMs] of [[5_000, 5_000], [600_000, 20_000]] as const) {
  Deno.test(`with ${timeoutMs} ms for an answer, a body may be silent for ${silenceMs} ms`, async () => {
    const asked = Promise.withResolvers<void>();
    const body = new ReadableStream<Uint8Array>({
      pull: () => asked.resolve(),
    }, { highWaterMark: 0 });
    const response = { status: 200, headers: new Headers(), body };
    const client = { fetch: () => Promise.resolve(response), close: () => {} };
    const clock = new FakeClock();
    const transport = makeTransport({ ...clock, httpClient: () => client }, undefined, timeoutMs);
    let isOver = false;
    const attempt = transport.attempt(prepare({ method: "POST", url: "", headers: {} }, ""), true)
      .finally(() => isOver = true);
    await asked.promise;
    clock.advance(silenceMs - 1);
    await new Promise((resolve) => setTimeout(resolve));
    assertEquals(isOver, false);
    clock.advance(1);
    const result = await attempt;
    assertEquals(result.kind === "failure" && result.failure.reason, "the answer broke off");
    await transport.close();
  });
}

Deno.test("an attempt that is over leaves no timer behind", async () => {
  const clock = new FakeClock();
  const running = new Set<object>();
  const startTimer = (ms: number, onEnd: () => void) => {
    const timer = {};
    const stop = clock.startTimer(ms, onEnd);
    running.add(timer);
    return () => {
      running.delete(timer);
      stop();
    };
  };
  await withFaults((_, count) => count === 1 ? OK : "close", async (server) => {
    const io = { ...clock, startTimer, httpClient: systemIo().httpClient };
    const transport = makeTransport(io);
    const request = prepared(server, "{}");
    assertEquals(statusOf(await transport.attempt(request, true)), 200);
    assertEquals(running.size, 0);
    assertEquals(statusOf(await transport.attempt(request, true)), "perhaps");
    assertEquals(running.size, 0);
    await transport.close();
  });
});
