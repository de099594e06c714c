/** The HTTP client: each request once, connections used again as long as they are good. */

import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";

import { NetworkError } from "../../src/model/errors.ts";
import { DirectClient } from "../../src/http/client.ts";
import type { HttpClientOptions, HttpRequest, HttpResponse } from "../../src/io.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { FakeNetwork, type FakeNetworkOptions, type FakeWire, settled } from "./fake_network.ts";

const DIRECT: HttpClientOptions = { proxyFor: () => null, insecureHttp: false };
const URL_OF_ROWS = "http://api.example.com/rows";
const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";

/** A client, the network that it is on, and its clock. */
class Rig {
  readonly network: FakeNetwork;
  readonly client: DirectClient;
  readonly clock = new FakeClock();

  constructor(options: FakeNetworkOptions = {}, wire: HttpClientOptions = DIRECT) {
    this.network = new FakeNetwork(options);
    this.client = new DirectClient(this.network, this.clock, wire);
  }

  fetch(body = "[1]", url = URL_OF_ROWS, options: Partial<HttpRequest> = {}) {
    return this.client.fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: new TextEncoder().encode(body),
      signal: new AbortController().signal,
      ...options,
    });
  }

  /** A request to which the other side answers with this text. */
  async exchange(text = OK, url = URL_OF_ROWS): Promise<HttpResponse> {
    for (const wire of this.network.wires) wire.sent = "";
    const response = this.fetch("[1]", url);
    await settled();
    for (let look = 0; look < 2; look++) {
      this.clock.advance(1); // In which the network is looked at.
      await settled();
    }
    this.network.wires.find(({ sent }) => sent !== "")?.say(text);
    return await response;
  }

  get wire(): FakeWire {
    const wire = this.network.wires.at(-1);
    if (!wire) throw new Error("There is no connection");
    return wire;
  }
}

/** The whole body. */
async function read({ body }: HttpResponse): Promise<string> {
  return body === null ? "" : await new Response(body).text();
}

/** Why no answer came. */
async function failureOf(request: Promise<unknown>): Promise<string> {
  const { sent, reason } = await assertRejects(() => request, NetworkError);
  return `${sent}: ${reason}`;
}

Deno.test("a request is sent whole, however little the connection takes at a time", async () => {
  const rig = new Rig({ fate: () => null });
  const response = rig.fetch('["č"]');
  await settled();
  const [head, body] = rig.wire.sent.split("\r\n\r\n");
  assertEquals(head?.split("\r\n")[0], "POST /rows HTTP/1.1");
  assertEquals(body, '["č"]');
  rig.wire.say(OK);
  await read(await response);

  rig.wire.sent = "";
  rig.wire.room = 3;
  const next = rig.fetch("0123456789");
  await settled();
  rig.wire.say(OK);
  assertEquals(await read(await next), "{}");
  assert(rig.wire.sent.endsWith("\r\n\r\n0123456789"), rig.wire.sent);
});

for (const pieceBytes of [1, 2, 7, 40]) {
  Deno.test(`an answer that comes in pieces of ${pieceBytes} bytes is read as one`, async () => {
    const rig = new Rig();
    const response = rig.fetch();
    await settled();
    rig.wire.say(
      "HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n" +
        "HTTP/1.1 207 Multi-Status\r\nTransfer-Encoding: chunked\r\nX-A: b\r\n\r\n" +
        "4\r\n{}{}\r\n2\r\n[]\r\n0\r\n\r\n",
      pieceBytes,
    );
    const answer = await response;
    assertEquals([answer.status, answer.headers.get("x-a")], [207, "b"]);
    assertEquals(await read(answer), "{}{}[]");
    await rig.exchange();
    assertEquals(rig.network.wires.length, 1);
  });
}

Deno.test("a connection is used again by the next request to the same origin, and no other", async () => {
  const rig = new Rig();
  await read(await rig.exchange());
  await read(await rig.exchange());
  assertEquals(rig.network.wires.length, 1);
  await read(await rig.exchange(OK, "http://api.example.com:8080/rows"));
  assertEquals(rig.network.tried, ["192.0.2.1:80", "192.0.2.1:8080"]);
});

Deno.test("requests at the same time have connections of their own", async () => {
  const rig = new Rig();
  const responses = [rig.fetch("[1]"), rig.fetch("[2]")];
  await settled();
  assertEquals(rig.network.wires.map(({ sent }) => sent.slice(-3)), ["[1]", "[2]"]);
  for (const wire of rig.network.wires) wire.say(OK);
  await Promise.all(responses.map(async (response) => await read(await response)));
});

for (
  const [name, happen] of [
    ["ends", (wire: FakeWire) => wire.end()],
    ["breaks", (wire: FakeWire) => wire.end(new Error("Connection reset by peer"))],
    ["says what nobody asked", (wire: FakeWire) => wire.say("HTTP/1.1 408 Timeout\r\n\r\n")],
  ] as const
) {
  Deno.test(`a connection that ${name} between two requests gets no other`, async () => {
    const rig = new Rig();
    await read(await rig.exchange());
    happen(rig.wire);
    await settled();
    assertEquals(rig.wire.closed, true);
    assertEquals((await rig.exchange()).status, 200);
    assertEquals(rig.network.wires.length, 2);
  });
}

Deno.test("a connection that waited too long gets no other request", async () => {
  const rig = new Rig();
  const answer = "HTTP/1.1 204 No Content\r\nKeep-Alive: timeout=5\r\n\r\n";
  await rig.exchange(answer);
  rig.clock.advance(3_999);
  await rig.exchange(answer);
  assertEquals(rig.network.wires.length, 1);
  rig.clock.advance(4_000);
  await rig.exchange(answer);
  assertEquals(rig.network.wires.map(({ closed }) => closed), [true, false]);
});

for (
  const [name, answer] of [
    ["that says so", "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}"],
    ["with more than its body", `${OK}HTTP/1.1 200 OK\r\n`],
    [
      "with less than its chunks",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}x\r\n",
    ],
  ] as const
) {
  Deno.test(`after an answer ${name} its connection is closed`, async () => {
    const rig = new Rig();
    const { body } = await rig.exchange(answer);
    const { value } = await body?.getReader().read() ?? {};
    assertEquals(new TextDecoder().decode(value), "{}");
    await settled();
    assertEquals(rig.wire.closed, true);
  });
}

Deno.test("a connection is free when the body was read, and closed when it was cancelled", async () => {
  const rig = new Rig();
  const long = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n{}";
  const first = await rig.exchange(long);
  await rig.exchange();
  assertEquals(rig.network.wires.length, 2);
  rig.network.wires[0]?.say("{}");
  assertEquals(await read(first), "{}{}");
  const second = await rig.exchange(long);
  assertEquals(rig.network.wires.length, 2);
  await second.body?.cancel();
  assertEquals(rig.network.wires.map(({ closed }) => closed).toSorted(), [false, true]);
});

Deno.test("cancelling a body that came whole leaves its connection to the next request", async () => {
  const rig = new Rig();
  const { body } = await rig.exchange();
  const next = rig.fetch("[2]");
  await settled();
  await body?.cancel();
  rig.wire.say(OK);
  assertEquals(await read(await next), "{}");
  assertEquals(rig.network.wires.length, 1);
});

Deno.test("a request that is given up while TLS is being taken up is never sent", async () => {
  const rig = new Rig({ tls: null });
  const abort = new AbortController();
  const response = rig.fetch("[1]", "https://api.example.com/", { signal: abort.signal });
  await settled();
  abort.abort();
  assertEquals(await failureOf(response), "never: no connection");
  assertEquals([rig.wire.sent, rig.wire.closed], ["", true]);
});

Deno.test("of a request that is refused before it was taken, the rest is not sent, nor is the next", async () => {
  const rig = new Rig();
  await read(await rig.exchange());
  const { wire } = rig;
  wire.room = 0;
  const response = rig.fetch("[2]");
  await settled();
  wire.say("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n");
  assertEquals((await response).status, 413);
  assertEquals(wire.closed, true);
  await rig.exchange();
  assertEquals(rig.network.wires.length, 2);
  assert(!wire.sent.includes("[2]"), wire.sent);
});

Deno.test("a connection on which a long request was refused is used for no other", async () => {
  const rig = new Rig();
  const refused = "HTTP/1.1 400 Bad\r\nContent-Length: 2\r\n\r\n{}";
  // The system took all of it; the other side may read no more of it than its head.
  const response = rig.fetch("x".repeat(20_000));
  await settled();
  rig.wire.say(refused);
  await read(await response);
  assertEquals(rig.wire.closed, true);
  await read(await rig.exchange(refused));
  await read(await rig.exchange());
  assertEquals(rig.network.wires.length, 2);
});

Deno.test("a request that is taken before it was read is sent to its end, on a connection's last", async () => {
  const rig = new Rig();
  await read(await rig.exchange());
  const { wire } = rig;
  wire.room = 0;
  const response = rig.fetch("[2]");
  await settled();
  wire.say(OK);
  await settled();
  wire.makeRoom();
  assertEquals(await read(await response), "{}");
  assertEquals([wire.sent.slice(-3), wire.closed], ["[2]", true]);
});

Deno.test("a request that is taken, and then not read to its end, may have arrived", async () => {
  const rig = new Rig();
  await read(await rig.exchange());
  rig.wire.writes = 2; // The head's, and that of the first piece.
  const response = rig.fetch("x".repeat(200_000));
  await settled();
  rig.wire.say(OK);
  await settled();
  rig.wire.breakWrites();
  assertEquals(
    await failureOf(response),
    "perhaps: it was answered, and then not read to its end",
  );
});

Deno.test("a write that fails has written nothing, be it the last one", async () => {
  const rig = new Rig({ room: 0 });
  const response = rig.fetch("x");
  await settled();
  rig.wire.writes = 1; // The head's.
  rig.wire.makeRoom();
  await settled();
  rig.wire.breakWrites();
  rig.wire.end(new Error("Connection reset by peer (os error 104)"));
  assertMatch(await failureOf(response), /^partly: /);
});

Deno.test("a connection that breaks before all was handed over can't have carried the request", async () => {
  for (const how of ["ends", "resets"] as const) {
    const rig = new Rig({ room: 0 });
    const response = rig.fetch("x".repeat(200_000));
    await settled();
    rig.wire.end(how === "ends" ? null : new Error("Connection reset by peer (os error 104)"));
    assertMatch(await failureOf(response), /^partly: .* before all was sent$/);
  }
});

Deno.test("a connection on which the last piece is being written may have carried the request", async () => {
  const rig = new Rig();
  await read(await rig.exchange());
  rig.wire.writes = 1; // The head's.
  const response = rig.fetch("[2]");
  await settled();
  rig.wire.end();
  assertMatch(await failureOf(response), /^perhaps: /);
});

Deno.test("before a connection is used that waited, what arrived meanwhile is looked at", async () => {
  const rig = new Rig();
  await read(await rig.exchange());
  const [first] = rig.network.wires;
  // As after SIGSTOP: the clock has moved, and the end that came is not noticed yet.
  rig.clock.advance(4_000);
  const response = rig.fetch("[2]");
  first?.end();
  await settled();
  assert(!first?.sent.includes("[2]"), "it was written before anybody looked");
  rig.clock.advance(1);
  await settled();
  rig.clock.advance(1);
  await settled();
  rig.wire.say(OK);
  assertEquals(await read(await response), "{}");
  assertEquals(rig.network.wires.length, 2);
  assert(!first?.sent.includes("[2]"));
});

/** What the other side does instead of answering, and what the client says of it. */
const FAILURES: readonly [string, (wire: FakeWire) => void, string][] = [
  ["ends", (wire) => wire.end(), "the other side closed the connection"],
  ["ends within the head", (wire) => {
    wire.say("HTTP/1.1 200 OK\r\n");
    wire.end();
  }, "the other side closed the connection"],
  [
    "resets",
    (wire) => wire.end(new Error("Connection reset by peer (os error 104)")),
    "the other side reset the connection",
  ],
  [
    "ends without TLS's own end",
    (wire) => wire.end(new Error("peer closed connection without sending TLS close_notify")),
    "the other side closed the connection",
  ],
  ["breaks", (wire) => wire.end(new Error("who knows")), "the connection failed"],
  ["talks otherwise", (wire) => wire.say("220 smtp.example.com\r\n"), "the answer was no HTTP"],
  ["answers oddly", (wire) => wire.say("HTTP/1.1 2OO OK\r\n\r\n"), "the answer was no HTTP"],
  [
    "changes the protocol",
    (wire) => wire.say("HTTP/1.1 101 Switching\r\n\r\n"),
    "the answer was no HTTP",
  ],
  [
    "never ends its head",
    (wire) => wire.say(`HTTP/1.1 200 OK\r\nx: ${"y".repeat(70_000)}`),
    "the answer was no HTTP",
  ],
];

for (const [name, happen, reason] of FAILURES) {
  Deno.test(`a request whose other side ${name} may have arrived, and is sent once`, async () => {
    const rig = new Rig();
    const response = rig.fetch();
    await settled();
    happen(rig.wire);
    assertEquals(await failureOf(response), `perhaps: ${reason}`);
    assertEquals(rig.network.wires.map(({ closed }) => closed), [true]);
  });
}

Deno.test("a reused connection that ends without an answer fails its request, which is not repeated", async () => {
  const rig = new Rig();
  await read(await rig.exchange());
  const response = rig.fetch();
  await settled();
  rig.wire.end();
  assertEquals(await failureOf(response), "perhaps: the other side closed the connection");
  assertEquals(rig.network.wires.length, 1);
});

Deno.test("where a reused connection ended on a request, none is used again", async () => {
  const rig = new Rig();
  // Two connections that are kept, and a third to a host that did nothing wrong.
  const responses = [rig.fetch(), rig.fetch()];
  await settled();
  for (const wire of rig.network.wires) wire.say(OK);
  for (const response of responses) await read(await response);
  await read(await rig.exchange(OK, "http://other.example.com/"));

  const lost = rig.fetch("[lost]");
  await settled();
  rig.network.wires.find(({ sent }) => sent.includes("[lost]"))?.end();
  assertEquals(await failureOf(lost), "perhaps: the other side closed the connection");
  await read(await rig.exchange());
  await read(await rig.exchange());
  await read(await rig.exchange(OK, "http://other.example.com/"));
  assertEquals(rig.network.wires.map(({ closed }) => closed), [true, true, false, true, true]);
});

Deno.test("where a new connection ended without an answer, others are used again", async () => {
  const rig = new Rig();
  const lost = rig.fetch();
  await settled();
  rig.wire.end();
  assertEquals(await failureOf(lost), "perhaps: the other side closed the connection");
  for (const _ of [1, 2, 3]) await read(await rig.exchange());
  assertEquals(rig.network.wires.map(({ closed }) => closed), [true, false]);
});

Deno.test("a body that breaks off is no whole one, and its status stands", async () => {
  const rig = new Rig();
  const answer = await rig.exchange("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}");
  assertEquals(answer.status, 200);
  rig.wire.end();
  await assertRejects(() => read(answer), NetworkError, "the answer broke off");
  const other = await rig.exchange("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n");
  assertEquals(other.status, 200);
  await assertRejects(() => read(other), SyntaxError);
});

Deno.test("a body without a length ends with the connection", async () => {
  const rig = new Rig();
  const answer = await rig.exchange("HTTP/1.0 200 OK\r\n\r\n{");
  rig.wire.say("}");
  rig.wire.end();
  assertEquals(await read(answer), "{}");
  assertEquals(rig.wire.closed, true);
});

Deno.test("a request that is given up closes its connection", async () => {
  const rig = new Rig();
  const abort = new AbortController();
  const response = rig.fetch("[1]", URL_OF_ROWS, { signal: abort.signal });
  await settled();
  abort.abort();
  assertEquals(await failureOf(response), "perhaps: no answer");
  assertEquals(rig.wire.closed, true);
});

Deno.test("a request that was given up before it was made is never sent", async () => {
  const rig = new Rig();
  await read(await rig.exchange());
  rig.wire.sent = "";
  const response = rig.fetch("[1]", URL_OF_ROWS, { signal: AbortSignal.abort() });
  assertEquals(await failureOf(response), "never: no connection");
  assertEquals([rig.wire.sent, rig.wire.closed], ["", true]);
});

for (const url of [URL_OF_ROWS, "https://api.example.com/rows"]) {
  Deno.test(`a request to ${url} that is given up while it is being connected is never sent`, async () => {
    const connected = Promise.withResolvers<void>();
    const rig = new Rig({ fate: () => connected.promise });
    const abort = new AbortController();
    const response = rig.fetch("[1]", url, { signal: abort.signal });
    await settled();
    abort.abort();
    assertEquals(await failureOf(response), "never: no connection");
    connected.resolve();
    await settled();
    const { sent, secureFor, closed } = rig.wire;
    assertEquals([sent, secureFor, closed], ["", null, true]);
  });
}

Deno.test("giving a request up that was answered leaves its connection to the next", async () => {
  const rig = new Rig();
  const abort = new AbortController();
  const response = rig.fetch("[1]", URL_OF_ROWS, { signal: abort.signal });
  await settled();
  rig.wire.say(OK);
  await read(await response);
  abort.abort();
  await rig.exchange();
  assertEquals(rig.network.wires.map(({ closed }) => closed), [false]);
});

for (
  const url of [
    "api.example.com/rows",
    "ftp://api.example.com/",
    "http://me:secret@api.example.com/",
  ]
) {
  Deno.test(`no request is made to ${url}`, async () => {
    const rig = new Rig();
    await assertRejects(() => rig.fetch("[1]", url), TypeError);
    assertEquals(rig.network.tried, []);
  });
}

Deno.test("closing ends all connections, idle ones too", async () => {
  const rig = new Rig();
  const responses = [rig.fetch(), rig.fetch()];
  await settled();
  rig.network.wires[0]?.say(OK);
  await read(await responses[0] as HttpResponse);
  rig.client.close();
  assertEquals(rig.network.wires.map(({ closed }) => closed), [true, true]);
  assertEquals(await failureOf(responses[1] as Promise<unknown>), "perhaps: the connection failed");
});
