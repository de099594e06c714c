/** What runs share that send to one account. */

import { assert, assertEquals, assertStrictEquals } from "@std/assert";

import { Account, Accounts } from "../../src/delivery/account.ts";
import type { RunEvent } from "../../src/model/run_events.ts";
import { type Reply, withFaults } from "../support/faults.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { Rig } from "./rig.ts";

function limits(rate: number | null) {
  return { rate, requestLimits: [] };
}

Deno.test("the same key gives the same account, another one another", () => {
  const clock = new FakeClock();
  const accounts = new Accounts();
  const account = accounts.of(clock, "a");
  assertStrictEquals(accounts.of(clock, "a"), account);
  assert(accounts.of(clock, "b") !== account);
});

Deno.test("the lowest rate of the runs holds for all of them, for as long as its run goes on", () => {
  const account = new Account(new FakeClock());
  const nobody = () => {};
  const leaveFirst = account.join(limits(null), nobody);
  assertEquals(account.limiter.rowsPerSecond, null);
  const leaveSecond = account.join(limits(100), nobody);
  const leaveThird = account.join(limits(50), nobody);
  assertEquals(account.limiter.rowsPerSecond, 50);
  leaveThird();
  assertEquals(account.limiter.rowsPerSecond, 100);
  leaveSecond();
  assertEquals(account.limiter.rowsPerSecond, null);
  leaveFirst();
});

Deno.test("each run hears of what holds for all", () => {
  const account = new Account(new FakeClock());
  const heard: RunEvent[][] = [[], []];
  const [leaveFirst] = heard.map((events) =>
    account.join(limits(null), (event) => events.push(event))
  );
  const pause = { kind: "pause", cause: "asked", reason: "it said so", ms: 1 } as const;
  account.tell(pause);
  leaveFirst?.();
  account.tell(pause);
  assertEquals(heard, [[pause], [pause, pause]]);
});

Deno.test("two runs log in once", async () => {
  let logins = 0;
  const script = ({ path }: { path: string }): Reply =>
    path === "/auth" ? { status: 200, body: `{"token":"t${++logins}"}` } : { status: 200 };
  await withFaults(script, async (server) => {
    const options = { traits: { login: true }, account: new Account(new FakeClock()) };
    const rigs = [new Rig(server.url, options), new Rig(server.url, options)];
    const ends = await Promise.all(rigs.map((rig) => rig.run()));
    assertEquals(ends.map(({ stopped }) => stopped), [null, null]);
    assertEquals(logins, 1);
  });
});

Deno.test("a run that is stopped in its login leaves the login to the others", async () => {
  const arrived = Promise.withResolvers<void>();
  let logins = 0;
  const script = ({ path }: { path: string }): Reply | Promise<Reply> => {
    if (path !== "/auth") return { status: 200 };
    arrived.resolve();
    return ++logins === 1 ? "hang" : { status: 200, body: '{"token":"t"}' };
  };
  await withFaults(script, async (server) => {
    const options = { traits: { login: true }, account: new Account(new FakeClock()) };
    const [first, second] = [new Rig(server.url, options), new Rig(server.url, options)];
    const stopped = first.run();
    await arrived.promise;
    const other = second.run();
    first.stop.abort();
    first.kill.abort();
    assertEquals((await stopped).stopped?.error, null);
    assertEquals((await other).stopped, null);
    assertEquals(logins, 2);
  });
});
