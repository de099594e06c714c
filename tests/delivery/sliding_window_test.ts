import { assert, assertEquals } from "@std/assert";
import { pacedRequestSizes, SlidingWindow } from "../../src/delivery/sliding_window.ts";
import { limitsFor } from "../../src/jobs/delivery_options.ts";
import { makeDestination } from "./rig.ts";

/** When requests of such sizes in turn start, as soon as they may, by a clock that is put forward. */
function starts(sizes: readonly number[], rate: number, untilMs: number) {
  const window = new SlidingWindow(rate);
  const started: { readonly at: number; readonly rows: number }[] = [];
  for (let now = 0; now < untilMs;) {
    const rows = sizes[started.length % sizes.length] ?? 0;
    now += window.delay(rows, now);
    assertEquals(window.delay(rows, now), 0);
    window.started(rows, now);
    started.push({ at: now, rows });
  }
  return started;
}

/** The most rows that any second holds, wherever it begins. */
function mostInASecond(started: ReturnType<typeof starts>): number {
  let most = 0;
  let inSecond = 0;
  let first = 0;
  for (const { at, rows } of started) {
    inSecond += rows;
    for (; (started[first]?.at ?? at) <= at - 1_000; first++) inSecond -= started[first]?.rows ?? 0;
    most = Math.max(most, inSecond);
  }
  return most;
}

const RATE = 270;

/** Rows a second that are aimed at: what the rest of the rate is for, `sliding_window.ts` says. */
const AIMED_AT = 0.985 * RATE;

Deno.test("whatever the batch size, the pace uses the rate up, and no second holds more", () => {
  const destination = makeDestination("http://127.0.0.1:1");
  for (let batchSize = 1; batchSize <= 100; batchSize++) {
    const settings = { batchSize, rate: RATE };
    const { rowsPerRequest } = limitsFor(destination, { settings, flags: new Set(["batchSize"]) });
    assert(Math.max(...rowsPerRequest) <= batchSize);
    const started = starts(rowsPerRequest, RATE, 70_000);
    assert(mostInASecond(started) <= RATE, `${batchSize} rows a request`);
    // The first ten seconds hold the rise to the rate. A minute holds the rows that it is to hold, but
    // for the request that its end cuts.
    const minute = started.filter(({ at }) => at >= 10_000 && at < 70_000);
    const rows = minute.reduce((sum, { rows }) => sum + rows, 0);
    assert(Math.abs(rows - 60 * AIMED_AT) <= 2 * batchSize, `${batchSize} a request: ${rows} rows`);
  }
});

Deno.test("no request holds more rows than a second may, and the sizes of a second add up to it", () => {
  assertEquals(pacedRequestSizes(100, 270), [100, 100, 70]);
  assertEquals(pacedRequestSizes(90, 270), [90]);
  assertEquals(pacedRequestSizes(100, 30), [30]);
  assertEquals(pacedRequestSizes(100, 0.5), [1]);
  assertEquals(pacedRequestSizes(100, null), [100]);
});
