/** What the API's answers mean for the rows: acceptance, refusal, pauses, credentials. */

import { assert, assertEquals, assertInstanceOf, assertStringIncludes } from "@std/assert";

import { CredentialsError, DestinationError, StoppedError } from "../../src/model/errors.ts";
import type { HttpAnswer, Verdict } from "../../src/model/answer.ts";
import type { Batch } from "../../src/model/batch.ts";
import type { Settled } from "../../src/model/outcome.ts";
import { type Received, type Reply, withFaults } from "../support/faults.ts";
import { idsOf, Rig } from "./rig.ts";

const OK: Reply = { status: 200, body: "{}" };

/** Refuses requests that hold one of these rows, quoting it. */
function poisonedBy(...rows: number[]): (request: Received) => Reply {
  return (request) => {
    const bad = idsOf(request).find((id) => rows.includes(id));
    return bad === undefined ? OK : { status: 400, body: `person-${bad} is not welcome` };
  };
}

Deno.test("every row is sent once when the API is well", async () => {
  await withFaults(() => OK, async (server) => {
    const rig = new Rig(server.url, { rows: 95, size: 10, concurrency: 4 });
    const end = await rig.run();
    assertEquals(end.stopped, null);
    assertEquals(rig.accepted.length, 95);
    assertEquals(
      server.received.flatMap(idsOf).sort((a, b) => a - b),
      rig.accepted.toSorted((a, b) => a - b),
    );
    assertEquals(end.numbers.sent, 10);
    assertEquals(end.numbers.retried, 0);
    const bytes = server.received.reduce((sum, { body }) => sum + body.length, 0);
    assertEquals(end.numbers.bytesSent, bytes);
  });
});

Deno.test("no more requests are in flight, and no more spans pulled, than there are places", async () => {
  const rig: { current?: Rig } = {};
  const script = async () => {
    const held = (rig.current?.pulled ?? 0) - (rig.current?.accepted.length ?? 0);
    assert(held <= 3, `${held} spans were held`);
    await new Promise((resolve) => setTimeout(resolve, 1));
    return OK;
  };
  await withFaults(script, async (server) => {
    rig.current = new Rig(server.url, { rows: 40, size: 1, concurrency: 3 });
    await rig.current.run();
    assertEquals(rig.current.accepted.length, 40);
    assertEquals(server.mostAtOnce, 3);
  });
});

for (
  const [name, header, expectedMs] of [
    ["0", "0", 250],
    ["2", "2", 2_000],
    ["an HTTP date", new Date(1_700_000_007_000).toUTCString(), 7_000],
    ["garbage", "soon", 250],
    ["300 s, all the time there is", "300", 300_000],
  ] as const
) {
  Deno.test(`a 429 with a Retry-After of ${name} is waited for and sent again`, async () => {
    const script = (_: Received, count: number): Reply =>
      count === 1 ? { status: 429, headers: { "retry-after": header } } : OK;
    await withFaults(script, async (server) => {
      const rig = new Rig(server.url);
      const end = await rig.run();
      assertEquals(rig.accepted.length, 10);
      assertEquals(rig.clock.monotonic(), expectedMs);
      assertEquals([end.numbers.sent, end.numbers.retried], [2, 1]);
      assertEquals(server.received[0]?.body, server.received[1]?.body);
    });
  });
}

Deno.test("a pause that the API asks for holds for all workers", async () => {
  let pausedUntil = 0;
  const rig: { current?: Rig } = {};
  const script = (_: Received, count: number): Reply => {
    const now = rig.current?.clock.monotonic() ?? 0;
    assert(now >= pausedUntil, "a request came during the pause");
    if (count !== 5) return OK;
    pausedUntil = now + 60_000;
    return { status: 429, headers: { "retry-after": "60" } };
  };
  await withFaults(script, async (server) => {
    rig.current = new Rig(server.url, { rows: 20, size: 1, concurrency: 1 });
    await rig.current.run();
    assertEquals(rig.current.accepted.length, 20);
    assertEquals(server.received.length, 21);
  });
});

Deno.test("a 503 for a while delays the rows and loses none", async () => {
  const script = (_: Received, count: number): Reply => count <= 6 ? { status: 503 } : OK;
  await withFaults(script, async (server) => {
    const rig = new Rig(server.url, { rows: 50, size: 10, concurrency: 4 });
    const end = await rig.run();
    assertEquals(end.stopped, null);
    assertEquals(rig.accepted.length, 50);
    assertEquals(end.numbers.sent, server.received.length);
    assertEquals(end.numbers.sent, 11);
  });
});

Deno.test("a 503 for ever stops the run, says why, and keeps every row for a resume", async () => {
  await withFaults(() => ({ status: 503 }), async (server) => {
    const rig = new Rig(server.url, { rows: 50, size: 10, concurrency: 4 });
    const end = await rig.run();
    assertInstanceOf(end.stopped?.error, StoppedError);
    assertStringIncludes(end.stopped?.reason ?? "", "503");
    assertStringIncludes(end.stopped?.reason ?? "", "5m");
    assertEquals(rig.pending.length, 50);
    assert(server.received.length < 40, `${server.received.length} requests to a dead API`);
  });
});

Deno.test("an API that goes down sees one request at a time", async () => {
  let down = false;
  let atOnce = 0;
  let most = 0;
  const script = async (_: Received, count: number): Promise<Reply> => {
    if (count > 30) down = true;
    if (!down) return OK;
    most = Math.max(most, ++atOnce);
    await new Promise((resolve) => setTimeout(resolve, 1));
    atOnce--;
    return { status: 503 };
  };
  await withFaults(script, async (server) => {
    const rig = new Rig(server.url, { rows: 200, size: 1, concurrency: 8, retryForMs: 60_000 });
    const end = await rig.run();
    assertInstanceOf(end.stopped?.error, StoppedError);
    assert(most <= 8);
    // Eight may be in flight when it goes down; with half a minute's backoff few more follow.
    assert(server.received.length < 30 + 8 + 20, `${server.received.length} requests`);
    assert(rig.accepted.length >= 30);
  });
});

Deno.test("with --keep-going rows whose retries ran out are rejected, and the run goes on", async () => {
  const script = (request: Received): Reply => idsOf(request).includes(15) ? { status: 500 } : OK;
  await withFaults(script, async (server) => {
    const rig = new Rig(server.url, { rows: 40, keepGoing: true });
    const end = await rig.run();
    assertEquals(end.stopped, null);
    assertEquals([...rig.refused.keys()], [11, 12, 13, 14, 15, 16, 17, 18, 19, 20]);
    assertStringIncludes(rig.refused.get(11) ?? "", "500");
    assertEquals(rig.accepted.length, 30);
  });
});

for (
  const [name, poison] of [
    ["first", [1]],
    ["last", [100]],
    ["in the middle", [50]],
    ["two of them", [17, 64]],
    ["next to each other", [33, 34, 35]],
  ] as const
) {
  Deno.test(`bad rows, ${name}, are rejected alone and the others are delivered`, async () => {
    await withFaults(poisonedBy(...poison), async (server) => {
      const rig = new Rig(server.url, { rows: 100, size: 100 });
      const end = await rig.run();
      assertEquals(end.stopped, null);
      assertEquals([...rig.refused.keys()], [...poison]);
      assertEquals(rig.accepted, rig.accepted.toSorted((a, b) => a - b));
      const delivered = server.received.filter((request) =>
        !idsOf(request).some((id) => poison.includes(id as never))
      );
      assertEquals(delivered.flatMap(idsOf).sort((a, b) => a - b), rig.accepted);
      assertEquals(end.numbers.sent, server.received.length);
    });
  });
}

Deno.test("a request that is too large is sent in halves, and nothing is rejected", async () => {
  const script = (request: Received): Reply => idsOf(request).length > 30 ? { status: 413 } : OK;
  await withFaults(script, async (server) => {
    const rig = new Rig(server.url, { rows: 100, size: 100 });
    await rig.run();
    assertEquals(rig.accepted.length, 100);
    assertEquals(server.received.length, 7);
  });
});

Deno.test("pieces are settled as they are decided, what was decided before with the first", async () => {
  const settled: Settled[] = [];
  await withFaults(poisonedBy(1), async (server) => {
    const rig = new Rig(server.url, {
      rows: 8,
      size: 8,
      onSettled: (piece) => settled.push(piece),
    });
    await rig.run();
    assertEquals(settled.map(({ span }) => span.rows), [[[1, 1]], [[2, 2]], [[3, 4]], [[5, 8]]]);
  });
});

Deno.test("the API's words about a bad row are kept without the row's values", async () => {
  await withFaults(poisonedBy(2), async (server) => {
    const rig = new Rig(server.url, { rows: 3, size: 3 });
    await rig.run();
    assertEquals([...rig.refused], [[2, "Refused: … is not welcome"]]);
    assert(!JSON.stringify(rig.events).includes("person-2"));
  });
});

Deno.test("a small file of which every row is bad is finished, with each of them rejected", async () => {
  await withFaults(() => ({ status: 400, body: "no" }), async (server) => {
    const rig = new Rig(server.url, { rows: 16, size: 16 });
    const end = await rig.run();
    assertEquals(end.stopped, null);
    assertEquals(rig.refused.size, 16);
    assert(server.received.length <= 32);
  });
});

Deno.test("a large file of which every row is refused stops the run after a few requests", async () => {
  await withFaults(() => ({ status: 400, body: "unknown plan" }), async (server) => {
    const rig = new Rig(server.url, { rows: 10_000, size: 1_000, concurrency: 4 });
    const end = await rig.run();
    assertInstanceOf(end.stopped?.error, StoppedError);
    assertStringIncludes(end.stopped?.reason ?? "", "unknown plan");
    assert(server.received.length <= 24, `${server.received.length} requests`);
    assert(rig.refused.size <= 16);
    assertEquals(rig.accepted, []);
  });
});

Deno.test("a stretch of bad rows in a good file is rejected without stopping the run", async () => {
  const bad = Array.from({ length: 80 }, (_, index) => 101 + index);
  await withFaults(poisonedBy(...bad), async (server) => {
    const rig = new Rig(server.url, { rows: 300, size: 100 });
    const end = await rig.run();
    assertEquals(end.stopped, null);
    assertEquals([...rig.refused.keys()].sort((a, b) => a - b), bad);
    assertEquals(end.numbers.sent, server.received.length);
  });
});

Deno.test("a resumed run in which rows were accepted before bears a longer stretch of bad ones", async () => {
  const bad = Array.from({ length: 80 }, (_, index) => index + 1);
  await withFaults(poisonedBy(...bad), async (server) => {
    const rig = new Rig(server.url, { rows: 200, size: 100, acceptedBefore: true });
    assertEquals((await rig.run()).stopped, null);
    assertEquals([...rig.refused.keys()].sort((a, b) => a - b), bad);
  });
  await withFaults(() => ({ status: 400, body: "no" }), async (server) => {
    const rig = new Rig(server.url, { rows: 1_000, size: 100, acceptedBefore: true });
    assertStringIncludes(
      (await rig.run()).stopped?.reason ?? "",
      "refused 100 rows in a row (Refused: no)",
    );
  });
});

Deno.test("after single ones were tried, rows are sent in the parts that were not tried yet", async () => {
  let answered = 0;
  const script = (): Reply => ++answered <= 9 ? { status: 400, body: "not yet" } : OK;
  await withFaults(script, async (server) => {
    const rig = new Rig(server.url, { rows: 1_000, size: 1_000 });
    await rig.run();
    const requests = server.received.map(idsOf);
    const sizes = requests.map(({ length }) => length);
    assertEquals(sizes.slice(0, 10), [1000, 500, 250, 125, 62, 31, 15, 7, 1, 1]);
    assertEquals(sizes.slice(10), [3, 4, 8, 16, 30, 62, 125, 250, 500]);
    for (const ids of requests) assertEquals(ids, ids.toSorted((a, b) => a - b));
    assertEquals([rig.accepted.length, rig.refused.size], [999, 1]);
  });
});

for (const row of [1, 2, 5, 999, 1_000]) {
  Deno.test(`one bad row of a thousand, row ${row}, costs a few requests`, async () => {
    await withFaults(poisonedBy(row), async (server) => {
      const rig = new Rig(server.url, { rows: 1_000, size: 1_000 });
      await rig.run();
      assertEquals([...rig.refused.keys()], [row]);
      assert(server.received.length <= 24, `${server.received.length} requests`);
    });
  });
}

Deno.test("bad rows in between cost two requests each at most", async () => {
  const bad = Array.from({ length: 1_500 }, (_, index) => 2 * index + 1);
  await withFaults(poisonedBy(...bad), async (server) => {
    const rig = new Rig(server.url, { rows: 3_000, size: 1_000 });
    await rig.run();
    assertEquals([...rig.refused.keys()].sort((a, b) => a - b), bad);
    assert(server.received.length <= 6_000, `${server.received.length} requests`);
  });
});

Deno.test("one row a request: bad rows are rejected, and only nothing but refusals stops the run", async () => {
  await withFaults(poisonedBy(...Array.from({ length: 150 }, (_, i) => i + 2)), async (server) => {
    const rig = new Rig(server.url, { rows: 160, size: 1 });
    const end = await rig.run();
    assertEquals(end.stopped, null);
    assertEquals(rig.refused.size, 150);
    assertEquals(server.received.length, 160);
  });
  await withFaults(() => ({ status: 400, body: "no" }), async (server) => {
    const rig = new Rig(server.url, { rows: 1_000, size: 1 });
    const end = await rig.run();
    assertInstanceOf(end.stopped?.error, StoppedError);
    assertEquals(server.received.length, 100);
  });
});

Deno.test("per-row results settle their rows, and only rows to retry are sent again", async () => {
  const script = (_: Received, count: number): Reply => ({ status: 200, body: String(count) });
  await withFaults(script, async (server) => {
    const rig = new Rig(server.url, {
      traits: {
        readsAcceptedBody: true,
        classify: ({ body }, batch) => ({
          kind: "partial",
          results: Array.from({ length: batch?.length ?? 0 }, (_, index) => {
            const number = batch?.place(index).number ?? 0;
            if (number === 2) {
              return {
                kind: "refused",
                problem: { code: "refused", column: null, message: "Refused", words: "person-2" },
              };
            }
            return number > 7 && body === "1" ? { kind: "retry", reason: "busy" } : null;
          }),
        }),
      },
    });
    await rig.run();
    assertEquals([...rig.refused], [[2, "Refused: …"]]);
    assertEquals(rig.accepted.length, 9);
    assertEquals(server.received.map(idsOf), [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [8, 9, 10]]);
  });
});

Deno.test("rows that are to be sent again and again run out of retries like a request", async () => {
  let rig: Rig | null = null;
  const script = (_: Received, count: number): Reply => {
    if (count > 200) rig?.stop.abort(); // It would go on for ever.
    return { status: 200, body: "busy" };
  };
  await withFaults(script, async (server) => {
    rig = new Rig(server.url, {
      traits: {
        readsAcceptedBody: true,
        classify: (_, batch) => ({
          kind: "partial",
          results: new Array(batch?.length ?? 0).fill({ kind: "retry", reason: "busy" }),
        }),
      },
    });
    const end = await rig.run();
    assertInstanceOf(end.stopped?.error, StoppedError);
    assertEquals(rig.pending.length, 10);
  });
});

Deno.test("a redirect is not followed and stops the run", async () => {
  const script = () => ({ status: 307, headers: { location: "/elsewhere" } });
  await withFaults(script, async (server) => {
    const rig = new Rig(server.url);
    const end = await rig.run();
    assertInstanceOf(end.stopped?.error, DestinationError);
    assertEquals(server.received.map(({ path }) => path), ["/rows?key=s3cret"]);
    assertEquals(rig.pending.length, 10);
  });
});

Deno.test("an answer that the destination can't read stops the run instead of guessing", async () => {
  await withFaults(() => ({ status: 200, body: "<html>" }), async (server) => {
    const rig = new Rig(server.url, {
      traits: {
        readsAcceptedBody: true,
        classify: ({ body }) =>
          body.startsWith("{") ? { kind: "accepted" } : { kind: "broken", reason: "no JSON" },
      },
    });
    const end = await rig.run();
    assertInstanceOf(end.stopped?.error, DestinationError);
    assertEquals(server.received.length, 1);
    assertEquals(rig.pending.length, 10);
  });
});

Deno.test("a 403 stops the run for its credentials and rejects nothing", async () => {
  await withFaults(() => ({ status: 403 }), async (server) => {
    const rig = new Rig(server.url, { rows: 40, concurrency: 4 });
    const end = await rig.run();
    assertInstanceOf(end.stopped?.error, CredentialsError);
    assertEquals(rig.pending.length, 40);
    assertEquals(server.received.length, 1);
  });
});

Deno.test("a 401 without a login stops the run for its credentials", async () => {
  await withFaults(() => ({ status: 401 }), async (server) => {
    const rig = new Rig(server.url);
    assertInstanceOf((await rig.run()).stopped?.error, CredentialsError);
    assertEquals(server.received.length, 1);
  });
});

for (const dropsRepeats of ["rows", "nothing"] as const) {
  const outcome = dropsRepeats === "rows" ? "left for a resume" : "unknown";
  Deno.test(`rows of an accepted request whose answer can't be read are ${outcome} where repeats of ${dropsRepeats} drop`, async () => {
    await withFaults(() => ({ status: 200, body: "<html>" }), async (server) => {
      const rig = new Rig(server.url, {
        rows: 20,
        traits: {
          dropsRepeats,
          readsAcceptedBody: true,
          classify: () => ({ kind: "broken", reason: "no JSON", taken: true }),
        },
      });
      const end = await rig.run();
      assertInstanceOf(end.stopped?.error, DestinationError);
      assertEquals(server.received.length, 1);
      assertEquals(rig.unknown.size, dropsRepeats === "rows" ? 0 : 10);
      assertEquals(rig.pending.length, dropsRepeats === "rows" ? 20 : 10);
    });
  });
}

Deno.test("rows that the API wants again go in another request to it, as often as it answers", async () => {
  const rounds: (string | null)[] = [];
  const script = ({ headers }: Received): Reply => {
    rounds.push(headers.get("x-answered"));
    return { status: 200, body: rounds.length < 4 ? "again" : "taken" };
  };
  await withFaults(script, async (server) => {
    const retry = { kind: "retry", reason: "busy" } as const;
    const rig = new Rig(server.url, {
      rows: 2,
      traits: {
        readsAcceptedBody: true,
        classify: ({ body }) =>
          body === "again" ? { kind: "partial", results: [retry, retry] } : { kind: "accepted" },
      },
    });
    const end = await rig.run();
    assertEquals(end.stopped, null);
    assertEquals(rounds, ["0", "1", "2", "3"]);
  });
});

for (const status of [429, 503]) {
  for (const keepGoing of [false, true]) {
    const name = `a ${status} that asks for longer than a request is retried stops the run at once`;
    Deno.test(`${name}${keepGoing ? ", though it is to keep going" : ""}`, async () => {
      const script = () => ({ status, headers: { "retry-after": "3600" } });
      await withFaults(script, async (server) => {
        const rig = new Rig(server.url, { rows: 30, concurrency: 2, keepGoing });
        const end = await rig.run();
        assertEquals(
          end.stopped?.reason,
          `stand-in answered ${status}; it asks to be left alone for 1h, and a request is ` +
            "retried for no more than 5m",
        );
        assertEquals(server.received.length, 1);
        assertEquals(rig.clock.slept, []);
        assertEquals(rig.pending.length, 30);
      });
    });
  }
}

Deno.test("rows that get through are progress: those that are to come again have their time afresh", async () => {
  const takesOne = (_answer: HttpAnswer, batch: Batch | null): Verdict => {
    const length = batch?.length ?? 0;
    if (length < 2) return { kind: "accepted" };
    const retry = { kind: "retry", reason: "busy" } as const;
    return { kind: "partial", results: [null, ...new Array(length - 1).fill(retry)] };
  };
  await withFaults(() => OK, async (server) => {
    // Waits are 250 ms at first: without progress, there is time for two.
    const traits = { classify: takesOne };
    const rig = new Rig(server.url, { rows: 6, size: 6, retryForMs: 400, traits });
    const end = await rig.run();
    assertEquals(end.stopped, null);
    assertEquals(rig.accepted.length, 6);
  });
});
