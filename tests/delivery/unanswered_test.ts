/** Answers that never come: what is sent again, what is unknown, and what stops the run. */

import { assert, assertEquals, assertInstanceOf, assertStringIncludes } from "@std/assert";

import { StoppedError, StorageError } from "../../src/model/errors.ts";
import { type Received, type Reply, withFaults } from "../support/faults.ts";
import { idsOf, makeSpans, Rig } from "./rig.ts";

const OK: Reply = { status: 200, body: "{}" };
const KEEPS_REPEATS = { dropsRepeats: "nothing" } as const;

/** Deals out faults, in this order, to the first requests. */
function first(...faults: Reply[]): (request: Received, count: number) => Reply {
  return (_, count) => faults[count - 1] ?? OK;
}

/** The same; where nothing is answered, the client's patience ends at once. */
function firstFor(rig: () => Rig, fault: Reply): (request: Received, count: number) => Reply {
  return (_, count) => {
    if (count > 1) return OK;
    if (fault === "hang") setTimeout(() => rig().clock.advance(30_000));
    return fault;
  };
}

for (const fault of ["close", "hang", "garbage"] as const) {
  Deno.test(`${fault}: rows are sent again, with the same bytes, where the API drops repeats`, async () => {
    let rig: Rig;
    await withFaults(firstFor(() => rig, fault), async (server) => {
      rig = new Rig(server.url);
      const end = await rig.run();
      assertEquals(rig.accepted.length, 10);
      assertEquals([end.numbers.sent, end.numbers.retried, server.received.length], [2, 1, 2]);
      assertEquals(server.received[0]?.body, server.received[1]?.body);
    });
  });

  Deno.test(`${fault}: rows are unknown, and sent once, where the API keeps repeats`, async () => {
    let rig: Rig;
    await withFaults(firstFor(() => rig, fault), async (server) => {
      rig = new Rig(server.url, { rows: 30, traits: KEEPS_REPEATS });
      const end = await rig.run();
      assertEquals(end.stopped, null);
      assertEquals(rig.unknown.size, 10);
      assertEquals(rig.accepted.length, 20);
      assertEquals(server.received.flatMap(idsOf).length, 30);
    });
  });
}

Deno.test("--resend-unknown sends rows again though the API keeps repeats", async () => {
  await withFaults(first("close"), async (server) => {
    const rig = new Rig(server.url, { resendUnknown: true, traits: KEEPS_REPEATS });
    await rig.run();
    assertEquals(rig.accepted.length, 10);
    assertEquals(server.received.length, 2);
  });
});

Deno.test("a connection that is reset before the body was read leaves the rows unknown", async () => {
  const script = { resetBeforeBody: (count: number) => count === 1, reply: () => OK };
  await withFaults(script, async (server) => {
    const rig = new Rig(server.url, { rows: 20, traits: KEEPS_REPEATS });
    const end = await rig.run();
    assertEquals(rig.unknown.size, 10);
    assertEquals(rig.accepted.length, 10);
    assertEquals(end.numbers.sent, server.received.length);
  });
});

Deno.test("a reused connection that is closed after reading counts as one request", async () => {
  const script = ({ onConnection }: Received): Reply => onConnection === 2 ? "close" : OK;
  await withFaults(script, async (server) => {
    const rig = new Rig(server.url, { rows: 30, traits: KEEPS_REPEATS });
    const end = await rig.run();
    assert(server.received.some(({ onConnection }) => onConnection === 2));
    assertEquals(server.received.flatMap(idsOf).length, 30, "Deno sent a request again by itself");
    assertEquals(end.numbers.sent, 3);
    assertEquals(rig.unknown.size, 10);
  });
});

Deno.test("connections that are never made are retried whatever the API, then stop the run", async () => {
  let url = "";
  await withFaults(() => OK, (server) => {
    url = server.url;
    return Promise.resolve();
  });
  const rig = new Rig(url, { rows: 30, concurrency: 2, traits: KEEPS_REPEATS });
  const end = await rig.run();
  assertInstanceOf(end.stopped?.error, StoppedError);
  assertStringIncludes(end.stopped?.reason ?? "", "connection refused");
  assert(!/127\.0\.0\.1|s3cret/.test(end.stopped?.reason + JSON.stringify(rig.events)));
  assertEquals(rig.pending.length, 30);
  assertEquals(rig.unknown.size, 0);
});

Deno.test("rows are settled by the status, however endless the body", async () => {
  await withFaults(() => "endless", async (server) => {
    const rig = new Rig(server.url, { rows: 30, traits: KEEPS_REPEATS });
    await rig.run();
    assertEquals(rig.accepted.length, 30);
    assertEquals(server.received.length, 3);
  });
});

for (const fault of ["endless", "break-off"] as const) {
  Deno.test(`${fault}: rows are unknown where the body says which were taken`, async () => {
    await withFaults(first(fault), async (server) => {
      const traits = { ...KEEPS_REPEATS, readsAcceptedBody: true };
      const rig = new Rig(server.url, { rows: 20, traits });
      await rig.run();
      assertEquals(rig.unknown.size, 10);
      assertEquals(rig.accepted.length, 10);
    });
  });
}

Deno.test("an API that never answers stops the run before the whole file is unknown", async () => {
  await withFaults(() => "close", async (server) => {
    const rig = new Rig(server.url, { rows: 1_000, concurrency: 4, traits: KEEPS_REPEATS });
    const end = await rig.run();
    assertInstanceOf(end.stopped?.error, StoppedError);
    assertEquals(server.received.length, 5);
    assertEquals(rig.unknown.size, 50);
    assertEquals(rig.pending.length, 950);
  });
});

Deno.test("a stop lets requests in flight finish and starts no others", async () => {
  const rig: { current?: Rig } = {};
  const script = (_: Received, count: number): Reply => {
    if (count === 3) rig.current?.stop.abort();
    return OK;
  };
  await withFaults(script, async (server) => {
    rig.current = new Rig(server.url, { rows: 100 });
    const end = await rig.current.run();
    assertEquals(end.stopped?.error, null);
    assertEquals(server.received.length, 3);
    assertEquals(rig.current.accepted.length, 30);
    assertEquals(rig.current.pending.length, 70);
  });
});

Deno.test("a stop ends waiting at once: for input, for a retry, for the pace", async () => {
  await withFaults(() => OK, async (server) => {
    const rig = new Rig(server.url, { next: () => new Promise(() => {}) });
    const ended = rig.run();
    rig.stop.abort();
    assertEquals((await ended).stopped?.error, null);
  });
  const rig: { current?: Rig } = {};
  const script = (): Reply => {
    rig.current?.stop.abort();
    return { status: 503, headers: { "retry-after": "100" } };
  };
  await withFaults(script, async (server) => {
    rig.current = new Rig(server.url, { rate: 1 });
    await rig.current.run();
    assertEquals(server.received.length, 1);
    assertEquals(rig.current.clock.slept, []);
    assertEquals(rig.current.pending.length, 10);
  });
});

for (const dropsRepeats of ["rows", "requests", "nothing"] as const) {
  const isLeft = dropsRepeats !== "nothing";
  const outcome = `${
    isLeft ? "left for a resume" : "unknown"
  } where repeats of ${dropsRepeats} drop`;
  Deno.test(`after the grace period, requests in flight are given up and their rows ${outcome}`, async () => {
    const rig: { current?: Rig } = {};
    const script = (): Reply => {
      rig.current?.stop.abort();
      rig.current?.kill.abort();
      return "hang";
    };
    await withFaults(script, async (server) => {
      rig.current = new Rig(server.url, { rows: 20, traits: { dropsRepeats } });
      const end = await rig.current.run();
      assertEquals(end.stopped?.error, null);
      assertEquals(server.received.length, 1);
      assertEquals(rig.current.unknown.size, isLeft ? 0 : 10);
      assertEquals(rig.current.pending.length, isLeft ? 20 : 10);
    });
  });
}

Deno.test("a disk that is full stops the run and is not written to again", async () => {
  await withFaults(() => OK, async (server) => {
    let settlements = 0;
    const rig = new Rig(server.url, {
      rows: 100,
      concurrency: 4,
      onSettled: () => {
        if (++settlements >= 3) throw new StorageError("The disk is full.");
      },
    });
    const end = await rig.delivery.run();
    assertEquals(end.stopped?.reason, "The disk is full.");
    assertEquals(settlements, 3);
  });
});

Deno.test("an unexpected error ends the delivery and is passed on", async () => {
  await withFaults(() => OK, async (server) => {
    const rig = new Rig(server.url, { next: () => Promise.reject(new RangeError("a bug")) });
    const error = await rig.delivery.run().catch((error) => error);
    assertInstanceOf(error, RangeError);
  });
});

Deno.test("where only whole requests are dropped as repeats, rows whose retries ran out are unknown if the run goes on", async () => {
  const traits = { dropsRepeats: "requests" } as const;
  for (const keepGoing of [false, true]) {
    await withFaults(first("close", { status: 503 }, "close"), async (server) => {
      const rig = new Rig(server.url, {
        rows: 20,
        traits,
        keepGoing,
        retryForMs: 1,
        concurrency: 1,
      });
      const end = await rig.run();
      assertEquals(end.stopped === null, keepGoing);
      assertEquals(rig.unknown.size, keepGoing ? 10 : 0);
      assertEquals([rig.pending.length, rig.refused.size], [keepGoing ? 0 : 20, 0]);
    });
  }
});

for (
  const options of [
    { traits: { dropsRepeats: "rows" } },
    { traits: { dropsRepeats: "nothing" }, resendUnknown: true },
  ] as const
) {
  Deno.test(`with --keep-going rows that may have arrived are unknown, not rejected: ${JSON.stringify(options)}`, async () => {
    await withFaults(first("close", { status: 503 }, "close"), async (server) => {
      const more = { rows: 20, keepGoing: true, retryForMs: 1, concurrency: 1 };
      const rig = new Rig(server.url, { ...more, ...options });
      const end = await rig.run();
      assertEquals(end.stopped, null);
      assertEquals([rig.unknown.size, rig.refused.size, rig.accepted.length], [10, 0, 10]);
    });
  });
}

Deno.test("where whole requests are dropped, an error that stops the run leaves them for a resume", async () => {
  const traits = { dropsRepeats: "requests" } as const;
  await withFaults(first("close", { status: 404 }), async (server) => {
    const rig = new Rig(server.url, { rows: 20, traits, concurrency: 1 });
    const end = await rig.run();
    assertEquals(end.stopped?.error === null, false);
    assertEquals([rig.unknown.size, rig.pending.length], [0, 20]);
  });
});

Deno.test("rows of a request that failed without having arrived are left for a resume", async () => {
  const traits = { dropsRepeats: "requests" } as const;
  await withFaults(() => ({ status: 503 }), async (server) => {
    const rig = new Rig(server.url, { rows: 20, traits, retryForMs: 1, concurrency: 1 });
    await rig.run();
    assertEquals([rig.unknown.size, rig.pending.length], [0, 20]);
  });
});

Deno.test("an answer in between begins the count of requests without one anew", async () => {
  const script = (_: Received, count: number): Reply => count % 5 === 0 ? OK : "close";
  await withFaults(script, async (server) => {
    const rig = new Rig(server.url, { rows: 150, traits: KEEPS_REPEATS, concurrency: 1 });
    const end = await rig.run();
    assertEquals(end.stopped, null);
    assertEquals([rig.accepted.length, rig.unknown.size], [30, 120]);
  });
});

Deno.test("a request that an earlier part of the run sent comes as it was, and is never rejected for want of an answer", async () => {
  await withFaults(() => ({ status: 503 }), async (server) => {
    const spans = makeSpans(10, 10).map((span) => ({ ...span, answered: 2 }));
    const rig = new Rig(server.url, {
      traits: { dropsRepeats: "requests" },
      keepGoing: true,
      retryForMs: 1_000,
      next: () => Promise.resolve(spans.shift() ?? null),
    });
    const end = await rig.run();
    assertEquals(end.stopped, null);
    assert(server.received.length > 1);
    for (const { headers } of server.received) assertEquals(headers.get("x-answered"), "2");
    assertEquals([rig.refused.size, rig.unknown.size], [0, 10]);
  });
});

Deno.test("an answer that has rows come again ends the doubt about them", async () => {
  await withFaults(first("close"), async (server) => {
    const retry = { kind: "retry", reason: "busy" } as const;
    const rig = new Rig(server.url, {
      keepGoing: true,
      retryForMs: 5_000,
      traits: {
        classify: (_answer, batch) => ({
          kind: "partial",
          results: new Array(batch?.length ?? 0).fill(retry),
        }),
      },
    });
    const end = await rig.run();
    assertEquals(end.stopped, null);
    assert(server.received.length > 1);
    assertEquals([rig.refused.size, rig.unknown.size], [10, 0]);
  });
});
