import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type Dropped, GATE_LIMITS, type GateLimits } from "../../src/server/gate.ts";
import { type Answerer, type Listening, openServer } from "../../src/server/listen.ts";
import { systemIo } from "../../src/system_io.ts";

/** A server on loopback behind a gate, and what the gate did. */
interface Gated extends AsyncDisposable {
  readonly server: Listening;
  readonly dropped: Dropped[];
  readonly url: string;
}

async function gated(limits: Partial<GateLimits>, answer: Answerer): Promise<Gated> {
  const dropped: Dropped[] = [];
  const server = await openServer(systemIo(), { host: "127.0.0.1", port: 0 }, answer, {
    limits: { ...GATE_LIMITS, ...limits },
    watch: { open() {}, dropped: (reason) => dropped.push(reason) },
  });
  return {
    server,
    dropped,
    url: `http://127.0.0.1:${server.port}/`,
    [Symbol.asyncDispose]: () => server.close(0),
  };
}

const ok: Answerer = async (request) => new Response(`got ${(await request.bytes()).length}`);

/** A client that can be as slow as it likes. */
async function client(port: number) {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const encoder = new TextEncoder();
  return {
    send: (text: string) => connection.write(encoder.encode(text)),
    /** All that comes until the server ends the connection. */
    async rest(): Promise<string> {
      let text = "";
      const buffer = new Uint8Array(4096);
      const decoder = new TextDecoder();
      while (true) {
        const count = await connection.read(buffer).catch(() => null);
        if (count === null) return text;
        text += decoder.decode(buffer.subarray(0, count));
      }
    },
    /** What comes next. */
    async next(): Promise<string> {
      const buffer = new Uint8Array(4096);
      return new TextDecoder().decode(buffer.subarray(0, await connection.read(buffer) ?? 0));
    },
    [Symbol.dispose]: () => connection.close(),
  };
}

Deno.test("requests and answers pass the gate, whatever their size", async () => {
  await using gate = await gated({}, ok);
  const body = new Uint8Array(1_000_000).fill(65);
  const answers = await Promise.all(
    [0, 1, 15, 16_384, 1_000_000].map(async (length) => {
      const response = await fetch(gate.url, { method: "POST", body: body.slice(0, length) });
      return await response.text();
    }),
  );
  assertEquals(answers, ["got 0", "got 1", "got 15", "got 16384", "got 1000000"]);
});

Deno.test("a client that never ends the head of its request is dropped", async () => {
  await using gate = await gated({ headMs: 50 }, ok);
  using slow = await client(gate.server.port);
  await slow.send("GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");
  assertEquals(await slow.rest(), "");
  assertEquals(gate.dropped, ["slow-request"]);
});

Deno.test("so is one that goes slow at its second request, and one that says nothing", async () => {
  await using gate = await gated({ headMs: 50 }, ok);
  using silent = await client(gate.server.port);
  assertEquals(await silent.rest(), "");
  using slow = await client(gate.server.port);
  await slow.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  assertStringIncludes(await slow.next(), "HTTP/1.1 200");
  await slow.send("GET / HTTP/1.1\r\n");
  assertEquals(await slow.rest(), "");
  assertEquals(gate.dropped, ["slow-request", "slow-request"]);
});

Deno.test("a connection that nobody uses ends", async () => {
  await using gate = await gated({ idleMs: 50 }, ok);
  using idle = await client(gate.server.port);
  await idle.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  assertStringIncludes(await idle.rest(), "got 0");
  assertEquals(gate.dropped, ["idle"]);
});

Deno.test("a request that must be brought within a time is", async () => {
  await using gate = await gated({}, async (request, passage) => {
    passage.within(50);
    return new Response(await request.text());
  });
  using slow = await client(gate.server.port);
  await slow.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhalf");
  assertEquals(await slow.rest(), "");
  assertEquals(gate.dropped, ["slow-request"]);
});

Deno.test("an upload that hardly comes is dropped, one whose server is slow is not", async () => {
  const patience = Promise.withResolvers<void>();
  await using gate = await gated({ windowMs: 50, windowBytes: 1000 }, async (request, passage) => {
    passage.uploading();
    if (request.headers.has("x-patient")) await patience.promise;
    const { length } = await request.bytes();
    passage.uploaded();
    return new Response(`got ${length}`);
  });
  // More than the buffers on the way hold, so that it is the server that is waited for.
  const large = new Uint8Array(32_000_000);
  const held = fetch(gate.url, { method: "POST", body: large, headers: { "x-patient": "1" } });
  using slow = await client(gate.server.port);
  await slow.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000\r\n\r\nlittle");
  assertEquals(await slow.rest(), "");
  assertEquals(gate.dropped, ["slow-upload"]);
  patience.resolve();
  assertEquals(await (await held).text(), "got 32000000");
});

Deno.test("a client that doesn't take its answer is dropped", async () => {
  const { promise: cancelled, resolve: cancel } = Promise.withResolvers<void>();
  const endless = new ReadableStream({
    pull: (controller) => controller.enqueue(new Uint8Array(64 * 1024)),
    cancel,
  });
  await using gate = await gated({ stalledMs: 50 }, () => Promise.resolve(new Response(endless)));
  using slow = await client(gate.server.port);
  await slow.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await cancelled;
  assertEquals(gate.dropped, ["slow-answer"]);
});

Deno.test("connections beyond the limit are told to come again, the others go on", async () => {
  await using gate = await gated({ connections: 1 }, ok);
  using first = await client(gate.server.port);
  await first.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  assertStringIncludes(await first.next(), "HTTP/1.1 200");
  using second = await client(gate.server.port);
  await second.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const answer = await second.rest();
  assertStringIncludes(answer, "HTTP/1.1 503");
  assertStringIncludes(answer, "retry-after: 5");
  await first.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  assertStringIncludes(await first.next(), "HTTP/1.1 200");
});

Deno.test("closing lets requests be answered, and ends what waits for none", async () => {
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  await using gate = await gated({}, async () => {
    asked.resolve();
    await answer.promise;
    return new Response("late");
  });
  using idle = await client(gate.server.port);
  const late = fetch(gate.url).then((response) => response.text());
  await asked.promise;
  const closed = gate.server.close(60_000);
  assertEquals(await idle.rest(), "");
  answer.resolve();
  assertEquals(await late, "late");
  await closed;
  const refused = await fetch(gate.url).then(() => false, () => true);
  assert(refused, "it still listens");
});

Deno.test("nobody gets round the gate", async () => {
  let inner = "";
  const io = systemIo();
  const serve: typeof io.serve = async (handler) => {
    const server = await io.serve(handler);
    inner = server.url;
    return server;
  };
  const server = await openServer({ ...io, serve }, { host: "127.0.0.1", port: 0 }, ok, {
    limits: GATE_LIMITS,
    watch: { open() {}, dropped() {} },
  });
  try {
    const response = await fetch(inner);
    assertEquals([response.status, await response.text()], [403, ""]);
  } finally {
    await server.close(0);
  }
});
