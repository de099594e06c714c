/** Making connections: addresses in turn, TLS by the host's name. */

import { assertEquals, assertRejects } from "@std/assert";

import { NetworkError } from "../../src/model/errors.ts";
import { dial as dialBy } from "../../src/http/dial.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { FakeNetwork, type FakeWire, settled } from "./fake_network.ts";

const DUAL = { "api.example.com": ["2001:db8::1", "192.0.2.1", "192.0.2.2"] };
const API = new URL("http://api.example.com/");
const FOR_EVER = new AbortController().signal;
const REFUSED = new Error("Connection refused (os error 111)");

const clock = new FakeClock();

function dial(network: FakeNetwork, url: URL, signal = FOR_EVER, insecureHttp = false) {
  return dialBy({ network, clock, insecureHttp }, url, null, signal);
}

async function failureOf(network: FakeNetwork, url: URL): Promise<string> {
  const { sent, reason } = await assertRejects(
    () => dial(network, url),
    NetworkError,
  );
  return `${sent}: ${reason}`;
}

Deno.test("the first address that answers is taken", async () => {
  const network = new FakeNetwork({ hosts: DUAL });
  assertEquals((await dial(network, API) as FakeWire).address, "2001:db8::1");
  assertEquals(network.tried, ["2001:db8::1:80"]);
});

Deno.test("when an address refuses, the next is tried at once", async () => {
  const fate = (address: string) => address === "192.0.2.2" ? null : REFUSED;
  const network = new FakeNetwork({ hosts: DUAL, fate });
  assertEquals((await dial(network, API) as FakeWire).address, "192.0.2.2");
});

Deno.test("when an address does not answer, the next is tried alongside, and the late one closed", async () => {
  const late = Promise.withResolvers<void>();
  const fate = (address: string) => address === "2001:db8::1" ? late.promise : null;
  const network = new FakeNetwork({ hosts: DUAL, fate });
  const dialing = dial(network, API);
  await settled();
  assertEquals(network.tried.length, 1);
  clock.advance(250);
  assertEquals((await dialing as FakeWire).address, "192.0.2.1");
  late.resolve();
  await late.promise;
  await Promise.resolve();
  assertEquals(network.wires.map(({ address, closed }) => [address, closed]), [
    ["192.0.2.1", false],
    ["2001:db8::1", true],
  ]);
});

/** Errors of the system, and what they mean. */
const FAILURES: readonly [Error, string][] = [
  [REFUSED, "connection refused"],
  [new Error("No route to host (os error 113)"), "the network can't be reached"],
  [new Error("Connection timed out (os error 110)"), "the connection timed out"],
  [new Error("who knows"), "no connection"],
];

for (const [error, reason] of FAILURES) {
  Deno.test(`when all addresses fail, nothing was sent: ${reason}`, async () => {
    const network = new FakeNetwork({ hosts: DUAL, fate: () => error });
    assertEquals(await failureOf(network, API), `never: ${reason}`);
    assertEquals(network.tried.length, 3);
  });
}

Deno.test("a host without an address can't be reached", async () => {
  const network = new FakeNetwork({ hosts: { "api.example.com": [] } });
  assertEquals(await failureOf(network, API), "never: the host name can't be resolved");
});

Deno.test("an address needs no name to be looked up", async () => {
  for (const [host, address] of [["127.0.0.1", "127.0.0.1"], ["[::1]", "::1"]] as const) {
    const network = new FakeNetwork();
    await dial(network, new URL(`http://${host}:8080/`));
    assertEquals(network.tried, [`${address}:8080`]);
  }
});

Deno.test("https takes up TLS with the host's name, on a port of its own", async () => {
  const network = new FakeNetwork();
  const wire = await dial(network, new URL("https://api.example.com/"));
  assertEquals((wire as FakeWire).secureFor, "api.example.com");
  assertEquals(network.tried, ["192.0.2.1:443"]);
});

Deno.test("a host without TLS is never sent anything", async () => {
  const network = new FakeNetwork({ tls: false });
  const failure = await failureOf(network, new URL("https://api.example.com/"));
  assertEquals(failure, "never: no secure connection: the server speaks no TLS on this port");
  assertEquals(network.wires.map(({ sent, closed }) => [sent, closed]), [["", true]]);
});

Deno.test("TLS that nobody takes up is given up with its connection", async () => {
  const network = new FakeNetwork({ tls: null });
  const abort = new AbortController();
  const failure = assertRejects(
    () => dial(network, new URL("https://api.example.com/"), abort.signal),
    NetworkError,
  );
  await settled();
  abort.abort();
  assertEquals((await failure).sent, "never");
  assertEquals(network.wires.map(({ closed }) => closed), [true]);
});

Deno.test("a name below localhost that is another machine's is sent nothing in the clear", async () => {
  const hosts = {
    "api.localhost": ["127.0.0.1", "192.0.2.7"],
    "own.localhost": ["127.0.0.1", "::1"],
  };
  const url = new URL("http://api.localhost/");
  const network = new FakeNetwork({ hosts });
  const failure = await failureOf(network, url);
  assertEquals(failure.startsWith("never: api.localhost is another machine"), true, failure);
  assertEquals(network.tried, []);
  for (
    const [good, insecureHttp] of [
      [new URL("http://own.localhost/"), false],
      [new URL("https://api.localhost/"), false],
      [url, true],
    ] as const
  ) await dial(network, good, FOR_EVER, insecureHttp);
  assertEquals(network.wires.length, 3);
});
