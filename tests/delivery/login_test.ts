/** Tokens: got once, shared, renewed once for all. */

import { assert, assertEquals, assertInstanceOf, assertStringIncludes } from "@std/assert";

import { Credentials } from "../../src/delivery/credentials.ts";
import { Account } from "../../src/delivery/account.ts";
import { Admission } from "../../src/delivery/admission.ts";
import type { Transport } from "../../src/delivery/transport.ts";
import { CredentialsError, StoppedError } from "../../src/model/errors.ts";
import { type FaultServer, type Received, type Reply, withFaults } from "../support/faults.ts";
import { TimeSheet } from "../../src/delivery/time_sheet.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { makeDestination, Rig } from "./rig.ts";

const OK: Reply = { status: 200, body: "{}" };
const TRAITS = { login: true };

/** An API whose n-th login hands out the token `t<n>`; `rows` answers the other requests. */
function api(rows: (token: string, count: number) => Reply) {
  let logins = 0;
  return (request: Received, count: number): Reply =>
    request.path === "/auth"
      ? { status: 200, body: `{"token":"t${++logins}"}` }
      : rows(request.headers.get("authorization")?.replace("Bearer ", "") ?? "", count);
}

function logins(server: FaultServer): number {
  return server.received.filter(({ path }) => path === "/auth").length;
}

/** A way to tokens by itself, whose logins are these attempts. */
function alone(attempt: () => Promise<unknown>, expiresInMs = 3_600_000) {
  const time = new FakeClock();
  const clock = { ...time, random: () => 0.5 };
  const account = new Account(clock);
  const admission = new Admission(
    clock,
    new AbortController().signal,
    account,
    new TimeSheet(() => clock.monotonic()),
    { sleepMs: 0, retryForMs: 1 },
  );
  const { login, ...destination } = makeDestination("http://127.0.0.1", TRAITS);
  if (login === null) throw new Error("There is no login");
  const read: typeof login.read = (answer) => ({ ...login.read(answer), expiresInMs });
  const credentials = new Credentials(
    clock,
    { ...destination, login: { ...login, read } },
    { attempt } as unknown as Transport,
    account,
    admission,
    () => {},
  );
  return { clock: time, credentials };
}

Deno.test("a token is got once and shared by all workers", async () => {
  await withFaults(api((token) => token === "t1" ? OK : { status: 400 }), async (server) => {
    const rig = new Rig(server.url, { rows: 200, concurrency: 4, traits: TRAITS });
    const end = await rig.run();
    assertEquals(rig.accepted.length, 200);
    assertEquals(logins(server), 1);
    assertEquals(end.numbers.sent, 20);
  });
});

Deno.test("a token that is no longer good is renewed once for all workers", async () => {
  let good = "t1";
  const script = api((token, count) => {
    if (count > 30) good = "t2";
    return token === good ? OK : { status: 401 };
  });
  await withFaults(script, async (server) => {
    const rig = new Rig(server.url, { rows: 100, size: 1, concurrency: 4, traits: TRAITS });
    const end = await rig.run();
    assertEquals(end.stopped, null);
    assertEquals(rig.accepted.length, 100);
    assertEquals(logins(server), 2);
    assertEquals(end.numbers.sent, 100 + end.numbers.retried);
    assert(end.numbers.retried <= 4);
  });
});

Deno.test("a second 401 after a new login stops the run and rejects nothing", async () => {
  await withFaults(api(() => ({ status: 401 })), async (server) => {
    const rig = new Rig(server.url, { rows: 100, concurrency: 4, traits: TRAITS });
    const end = await rig.run();
    assertInstanceOf(end.stopped?.error, CredentialsError);
    assertEquals(rig.pending.length, 100);
    assertEquals(logins(server), 2);
    assertEquals(end.numbers.sent, 2);
  });
});

Deno.test("a 503 after a renewed token is retried without another login", async () => {
  const script = api((token, count) => {
    if (token === "t1") return { status: 401 };
    return count < 6 ? { status: 503 } : OK;
  });
  await withFaults(script, async (server) => {
    const rig = new Rig(server.url, { traits: TRAITS });
    await rig.run();
    assertEquals(rig.accepted.length, 10);
    assertEquals(logins(server), 2);
  });
});

Deno.test("an API that forgets its tokens each time it starts refuses no credentials", async () => {
  const statuses = [503, 401, 503, 401, 503, 401];
  const script = api(() => {
    const status = statuses.shift();
    return status === undefined ? OK : { status };
  });
  await withFaults(script, async (server) => {
    const rig = new Rig(server.url, { traits: TRAITS });
    const end = await rig.run();
    assertEquals(end.stopped, null);
    assertEquals(rig.accepted.length, 10);
    assertEquals(logins(server), 4);
  });
});

for (const status of [400, 401, 403]) {
  Deno.test(`a login that is answered with ${status} stops the run for its credentials`, async () => {
    await withFaults(() => ({ status, body: "k3y is wrong" }), async (server) => {
      const rig = new Rig(server.url, { traits: TRAITS });
      const end = await rig.run();
      assertInstanceOf(end.stopped?.error, CredentialsError);
      assert(!end.stopped?.reason.includes("k3y"));
      assertEquals(server.received.length, 1);
      assertEquals(rig.pending.length, 10);
    });
  });
}

Deno.test("a login that is down is retried like any request", async () => {
  const script = (request: Received, count: number): Reply => {
    if (count <= 3) return { status: 503 };
    return request.path === "/auth" ? { status: 200, body: '{"token":"t"}' } : OK;
  };
  await withFaults(script, async (server) => {
    const rig = new Rig(server.url, { traits: TRAITS });
    const end = await rig.run();
    assertEquals(rig.accepted.length, 10);
    assertEquals(logins(server), 4);
    assertEquals(end.numbers.sent, 1);
  });
  await withFaults(() => "close", async (server) => {
    const end = await new Rig(server.url, { traits: TRAITS }).run();
    assertInstanceOf(end.stopped?.error, StoppedError);
    assertStringIncludes(end.stopped?.reason ?? "", "login");
  });
});

Deno.test("a token is renewed shortly before it expires, without a 401", async () => {
  await withFaults(api(() => OK), async (server) => {
    // Half an hour between requests, and tokens that live for one hour.
    const rig = new Rig(server.url, { rows: 4, size: 1, sleepMs: 1_800_000, traits: TRAITS });
    await rig.run();
    assertEquals(rig.accepted.length, 4);
    const tokens = server.received.filter(({ path }) => path !== "/auth")
      .map(({ headers }) => headers.get("authorization"));
    assert(new Set(tokens).size > 1);
    assertEquals(
      rig.events.filter((event) => event.kind === "answered" && event.status === 401),
      [],
    );
  });
});

for (
  const [name, expiresInMs, earlyMs] of [
    ["an hour", 3_600_000, 60_000],
    ["a minute", 60_000, 6_000],
  ] as const
) {
  Deno.test(`a token of ${name} is renewed ${earlyMs / 1000} s before its end, and not sooner`, async () => {
    let logins = 0;
    const attempt = () => {
      const answer = { status: 200, headers: new Headers(), body: `{"token":"t${++logins}"}` };
      return Promise.resolve({ kind: "answer", answer } as const);
    };
    const { clock, credentials } = alone(attempt, expiresInMs);
    await credentials.current();
    clock.advance(expiresInMs - earlyMs - 1);
    assertEquals((await credentials.current())?.value, "t1");
    clock.advance(1);
    assertEquals((await credentials.current())?.value, "t2");
    assertEquals(logins, 2);
  });
}

Deno.test("who learns late that a token is no longer good gets the one that was renewed by then", async () => {
  let logins = 0;
  const attempt = () => {
    const answer = { status: 200, headers: new Headers(), body: `{"token":"t${++logins}"}` };
    return Promise.resolve({ kind: "answer", answer } as const);
  };
  const { credentials } = alone(attempt);
  const first = await credentials.current();
  const second = await credentials.renew(first);
  assertEquals([first?.value, second?.value], ["t1", "t2"]);
  assertEquals(await credentials.renew(first), second);
  assertEquals(logins, 2);
});

Deno.test("a stop during the last try of a login is a stop, and no failed login", async () => {
  const rig: { current?: Rig } = {};
  const script = (): Reply => {
    rig.current?.stop.abort();
    return { status: 503 };
  };
  await withFaults(script, async (server) => {
    rig.current = new Rig(server.url, { traits: TRAITS, retryForMs: 0 });
    const end = await rig.current.run();
    assertEquals(end.stopped?.error, null);
  });
});
