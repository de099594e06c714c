/** Requests by way of a proxy: Deno's `fetch`, kept from sending anything twice. */

import { assertEquals, assertRejects } from "@std/assert";
import { type AddressInfo, createServer, Socket } from "node:net";

import { NetworkError } from "../../src/model/errors.ts";
import { ProxiedClient, usesProxy } from "../../src/http/proxied.ts";
import { type FaultServer, type Reply, withFaults } from "../support/faults.ts";

const OK: Reply = { status: 200, body: "{}" };

function post(url: string, body: string, signal = new AbortController().signal) {
  return new ProxiedClient(fetch).fetch(`${url}/rows`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: new TextEncoder().encode(body),
    signal,
  });
}

/** Why no answer came. */
async function failureOf(request: Promise<unknown>): Promise<string> {
  const { sent, reason } = await assertRejects(() => request, NetworkError);
  return `${sent}: ${reason}`;
}

function lengths({ received }: FaultServer): (string | null)[] {
  return received.map(({ headers }) => headers.get("content-length"));
}

for (
  const [env, expected] of [
    [{}, false],
    [{ NO_PROXY: "127.0.0.1" }, false],
    [{ HTTP_PROXY: "" }, false],
    [{ HTTP_PROXY: "http://proxy:3128" }, true],
    [{ https_proxy: "http://proxy:3128" }, true],
    [{ ALL_PROXY: "socks5://proxy:1080" }, true],
  ] as [Record<string, string>, boolean][]
) {
  Deno.test(`with ${JSON.stringify(env)} there is ${expected ? "a" : "no"} proxy`, () => {
    assertEquals(usesProxy(env), expected);
  });
}

Deno.test("a body arrives whole, with its length told and not in chunks", async () => {
  await withFaults(() => OK, async (server) => {
    for (const body of ['["č"]', ""]) await (await post(server.url, body)).body?.cancel();
    assertEquals(server.received.map(({ body }) => body), ['["č"]', ""]);
    assertEquals(lengths(server), ["6", "0"]);
    assertEquals(server.received[0]?.headers.get("transfer-encoding"), null);
  });
});

Deno.test("a request on a reused connection that closes without an answer is not sent again", async () => {
  // Deno would: with a connection that it used before, it takes this for bad luck.
  const script = ({ onConnection }: { onConnection: number }): Reply =>
    onConnection === 3 ? "close" : OK;
  await withFaults(script, async (server) => {
    for (const _ of [1, 2]) {
      // Read, so that the connection is free for the next.
      await new Response((await post(server.url, "[1]")).body).text();
    }
    assertEquals(await failureOf(post(server.url, "[1]")), "perhaps: the connection was closed");
    assertEquals(server.received.map(({ onConnection }) => onConnection), [1, 2, 3]);
  });
});

Deno.test("a redirect is an answer", async () => {
  const script = () => ({ status: 307, headers: { location: "/elsewhere" } });
  await withFaults(script, async (server) => {
    const { status, body } = await post(server.url, "[1]");
    await body?.cancel();
    assertEquals([status, server.received.length], [307, 1]);
  });
});

Deno.test("what was never sent is told from what may have arrived", async () => {
  let closed = "";
  await withFaults(() => "garbage", async (server) => {
    closed = server.url;
    assertEquals(await failureOf(post(server.url, "[1]")), "perhaps: the answer was no HTTP");
  });
  assertEquals(await failureOf(post(closed, "[1]")), "never: connection refused");
});

Deno.test("a request that is given up may have arrived", async () => {
  await withFaults(() => "hang", async (server) => {
    const abort = new AbortController();
    const request = post(server.url, "[1]", abort.signal);
    abort.abort();
    assertEquals(await failureOf(request), "perhaps: given up");
  });
});

Deno.test("what can't be a request is none", async () => {
  await assertRejects(() => post("api.example.com", "[1]"), TypeError);
});

// Deno's sockets can reset a connection from 2.7 on.
const ignore = !("resetAndDestroy" in Socket.prototype);

Deno.test({ name: "a connection that is reset may have carried the request", ignore }, async () => {
  const server = createServer((socket) => socket.once("data", () => socket.resetAndDestroy()));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const { port } = server.address() as AddressInfo;
    const request = post(`http://127.0.0.1:${port}`, "[1]");
    assertEquals(await failureOf(request), "perhaps: the connection was reset");
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
  const cause = new Error("Connection reset by peer (os error 104)"); // As Deno words it at times.
  const failed = new ProxiedClient(() => Promise.reject(new TypeError("fetch failed", { cause })));
  const { signal } = new AbortController();
  const request = failed.fetch("http://127.0.0.1:1/", {
    method: "POST",
    headers: {},
    body: new Uint8Array(1),
    signal,
  });
  assertEquals(await failureOf(request), "perhaps: the connection was reset");
});
