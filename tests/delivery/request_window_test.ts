/** Limits by request: what holds them, and that every request counts. */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";

import { RequestWindow } from "../../src/delivery/request_window.ts";
import { withFaults } from "../support/faults.ts";
import { Rig } from "./rig.ts";

/** The most starts in any stretch of so many milliseconds. */
function busiest(starts: readonly number[], ms: number): number {
  return Math.max(
    0,
    ...starts.map((from) => starts.filter((at) => at >= from && at < from + ms).length),
  );
}

Deno.test("a stretch is taken for a little longer than it is, since clocks and networks jitter", () => {
  const window = new RequestWindow({ requests: 1, ms: 60_000 });
  window.started(0);
  const delay = window.delay(60_000);
  assert(delay > 0 && delay < 1_000, `${delay} ms`);
});

Deno.test("no stretch of time holds more requests than the limit, whenever they come", () => {
  const limits = fc.record({
    requests: fc.integer({ min: 1, max: 20 }),
    ms: fc.integer({ min: 1, max: 60_000 }),
  });
  fc.assert(
    fc.property(limits, fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 200 }), (
      limit,
      pauses,
    ) => {
      const window = new RequestWindow(limit);
      const starts: number[] = [];
      let now = 0;
      for (const pause of pauses) {
        now += pause;
        now += window.delay(now);
        assertEquals(window.delay(now), 0);
        window.started(now);
        starts.push(now);
      }
      assert(busiest(starts, limit.ms) <= limit.requests);
    }),
    { numRuns: 300 },
  );
});

Deno.test("the halves of split requests and retries count as requests, too", async () => {
  const starts: number[] = [];
  let rig: Rig | undefined;
  const script = ({ body }: { body: string }, count: number) => {
    // Every tenth request finds the API busy; a row whose number ends in 3 is bad.
    if (count % 10 === 0) return { status: 503 };
    return { status: /3\b/.test(body) ? 400 : 200 };
  };
  await withFaults(script, async (server) => {
    const requestLimits = [{ requests: 5, ms: 1_000 }, { requests: 20, ms: 10_000 }];
    rig = new Rig(server.url, {
      rows: 200,
      size: 50,
      concurrency: 4,
      traits: { requestLimits },
      // The clock may have moved on when a request arrives.
      observer: ({ kind }) => {
        if (kind === "sent") starts.push(rig?.clock.monotonic() ?? 0);
      },
    });
    await rig.run();
    assert(starts.length > 60, `${starts.length} requests`);
    assert(busiest(starts, 1_000) <= 5);
    assert(busiest(starts, 10_000) <= 20);
  });
});
