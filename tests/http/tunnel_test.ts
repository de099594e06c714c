/** Ways through proxies, which are played by the test. */

import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";

import { DirectClient } from "../../src/http/client.ts";
import { refusedByProxy } from "../../src/http/tunnel.ts";
import { NetworkError } from "../../src/model/errors.ts";
import type { HttpRequest, Proxy } from "../../src/io.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { FakeNetwork, type FakeWire, settled } from "./fake_network.ts";

const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
const PROXY: Proxy = {
  kind: "http",
  host: "proxy.example.com",
  port: 3128,
  credentials: { user: "me", password: "pass" },
  setting: "HTTPS_PROXY",
};
/** `me:pass`, as HTTP takes it. */
const BASIC = "Basic bWU6cGFzcw==";

/** A client that takes this proxy, whatever the URL. */
function clientOf(proxy: Proxy, network = new FakeNetwork()) {
  const client = new DirectClient(network, new FakeClock(), {
    proxyFor: () => proxy,
    insecureHttp: false,
  });
  const post = (url: string, options: Partial<HttpRequest> = {}) =>
    client.fetch(url, {
      method: "POST",
      headers: {},
      body: new TextEncoder().encode("[1]"),
      signal: new AbortController().signal,
      ...options,
    });
  return { network, post };
}

async function wireOf(network: FakeNetwork): Promise<FakeWire> {
  await settled();
  const wire = network.wires.at(-1);
  if (!wire) throw new Error("There is no connection");
  return wire;
}

/** What becomes of a request. */
async function failureOf(request: Promise<unknown>): Promise<string> {
  const { sent, reason, lasting } = await assertRejects(() => request, NetworkError);
  return `${sent}: ${reason}${lasting ? ", for good" : ""}`;
}

Deno.test("without TLS the proxy is asked for the whole URL, and told who asks", async () => {
  const { network, post } = clientOf(PROXY);
  const response = post("http://api.example.com/rows?a=1");
  const wire = await wireOf(network);
  wire.say(OK);
  assertEquals((await response).status, 200);
  assertEquals(network.tried, ["192.0.2.1:3128"]);
  assertMatch(wire.sent, /^POST http:\/\/api\.example\.com\/rows\?a=1 HTTP\/1\.1\r\n/);
  assertMatch(wire.sent, /\r\nhost: api\.example\.com\r\n/);
  assert(wire.sent.includes(`\r\nproxy-authorization: ${BASIC}\r\n`));
});

Deno.test("with TLS the proxy only connects: what it is told is not told the API", async () => {
  const { network, post } = clientOf(PROXY);
  const response = post("https://api.example.com/rows");
  const wire = await wireOf(network);
  assertEquals(
    wire.sent,
    "CONNECT api.example.com:443 HTTP/1.1\r\nhost: api.example.com:443\r\n" +
      `proxy-authorization: ${BASIC}\r\n\r\n`,
  );
  wire.sent = "";
  wire.say("HTTP/1.1 200 Connection established\r\n\r\n");
  await settled();
  assertEquals(wire.secureFor, "api.example.com");
  assertMatch(wire.sent, /^POST \/rows HTTP/);
  assert(!wire.sent.includes("proxy-authorization"));
  wire.say(OK);
  assertEquals((await response).status, 200);
});

for (
  const [status, expected] of [
    [407, "never: the proxy wants other credentials (407): check HTTPS_PROXY, for good"],
    [403, "never: the proxy of HTTPS_PROXY answered 403, for good"],
    [502, "never: the proxy of HTTPS_PROXY answered 502"],
  ] as const
) {
  Deno.test(`a proxy that answers ${status} to CONNECT is named, and nothing was sent`, async () => {
    const { network, post } = clientOf(PROXY);
    const response = post("https://api.example.com/rows");
    (await wireOf(network)).say(`HTTP/1.1 ${status} X\r\nContent-Length: 0\r\n\r\n`);
    assertEquals(await failureOf(response), expected);
    assertEquals(network.wires.map(({ closed }) => closed), [true]);
  });
}

Deno.test("a proxy's 407 to a request is the proxy's, and the API never saw it", async () => {
  const { network, post } = clientOf({ ...PROXY, setting: "HTTP_PROXY" });
  const response = post("http://api.example.com/rows");
  (await wireOf(network)).say("HTTP/1.1 407 X\r\nContent-Length: 0\r\n\r\n");
  assertEquals(
    await failureOf(response),
    "never: the proxy wants other credentials (407): check HTTP_PROXY, for good",
  );
});

Deno.test("a proxy that can't be reached, says nothing or ends is named", async () => {
  const refusing = new FakeNetwork({ fate: () => new Error("Connection refused (os error 111)") });
  assertEquals(
    await failureOf(clientOf(PROXY, refusing).post("https://api.example.com/")),
    "never: the proxy of HTTPS_PROXY: connection refused",
  );
  const ending = clientOf(PROXY);
  const response = ending.post("https://api.example.com/");
  (await wireOf(ending.network)).end();
  assertEquals(
    await failureOf(response),
    "never: the proxy of HTTPS_PROXY gave no answer to CONNECT",
  );
  const silent = clientOf(PROXY);
  const abort = new AbortController();
  const given = silent.post("https://api.example.com/", { signal: abort.signal });
  await wireOf(silent.network);
  abort.abort();
  assertEquals(await failureOf(given), "never: no way through the proxy of HTTPS_PROXY");
});

Deno.test("a SOCKS proxy looks the name up itself", async () => {
  const { network, post } = clientOf({ ...PROXY, kind: "socks5" });
  const response = post("http://api.example.com:8080/rows");
  const wire = await wireOf(network);
  assertEquals(wire.sent, "\x05\x02\x00\x02");
  wire.say("\x05\x02");
  await settled();
  assertEquals(wire.sent.slice(4), "\x01\x02me\x04pass");
  wire.say("\x01\x00");
  await settled();
  assertEquals(
    wire.sent.slice(13),
    "\x05\x01\x00\x03\x0fapi.example.com\x1f\ufffd",
  );
  wire.sent = "";
  wire.say("\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x50");
  await settled();
  assertMatch(wire.sent, /^POST \/rows HTTP/);
  wire.say(OK);
  assertEquals((await response).status, 200);
});

for (
  const [answers, expected] of [
    [
      ["\x05\x7f"],
      "never: the proxy of HTTPS_PROXY wants other credentials: check HTTPS_PROXY, for good",
    ],
    [["HTTP/1.1 400 Bad Request"], "never: the proxy of HTTPS_PROXY speaks no SOCKS 5, for good"],
    [
      ["\x05\x02", "\x01\x01"],
      "never: the proxy of HTTPS_PROXY wants other credentials: check HTTPS_PROXY, for good",
    ],
    [
      ["\x05\x00", "\x05\x02\x00\x01"],
      "never: the proxy of HTTPS_PROXY does not allow the connection, for good",
    ],
    [
      ["\x05\x00", "\x05\x05\x00\x01"],
      "never: the proxy of HTTPS_PROXY was refused by the API's host",
    ],
  ] as const
) {
  Deno.test(`a SOCKS proxy that answers ${JSON.stringify(answers)} is named`, async () => {
    const { network, post } = clientOf({ ...PROXY, kind: "socks5" });
    const failure = failureOf(post("http://api.example.com/rows"));
    const wire = await wireOf(network);
    for (const answer of answers) {
      wire.say(answer);
      await settled();
    }
    assertEquals(await failure, expected);
  });
}

Deno.test("what a proxy may answer otherwise in a while is tried again, and what a person must mend is not", () => {
  const lasting = [403, 404, 407, 408, 429, 500, 502, 503].filter((status) =>
    refusedByProxy(PROXY, status).lasting
  );
  assertEquals(lasting, [403, 404, 407]);
});
