import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";

import { Account } from "../../src/delivery/account.ts";
import { Admission } from "../../src/delivery/admission.ts";
import { RateLimiter } from "../../src/delivery/rate_limiter.ts";
import { pacedRequestSizes, SlidingWindow } from "../../src/delivery/sliding_window.ts";
import { TimeSheet } from "../../src/delivery/time_sheet.ts";
import { FakeClock } from "../support/fake_clock.ts";

/** Starts requests as early as the pace allows, each late by `late()` ms, and returns the starts. */
function simulate(
  pace: SlidingWindow,
  sizes: readonly number[],
  untilMs: number,
  late: () => number = () => 0,
) {
  const starts: { at: number; rows: number }[] = [];
  for (let now = 0;;) {
    const rows = sizes[starts.length % sizes.length] ?? 1;
    const delay = pace.delay(rows, now);
    if (delay > 0) now += delay + late();
    if (now >= untilMs) return starts;
    if (pace.delay(rows, now) > 0) continue;
    pace.started(rows, now);
    starts.push({ at: now, rows });
  }
}

function rowsPerSecond(starts: readonly { rows: number }[], seconds: number): number {
  return starts.reduce((sum, { rows }) => sum + rows, 0) / seconds;
}

/** The most rows in any stretch of a second. */
function busiestSecond(starts: readonly { at: number; rows: number }[]): number {
  return Math.max(
    ...starts.map(({ at }) =>
      starts.filter((other) => other.at >= at && other.at < at + 1_000)
        .reduce((sum, { rows }) => sum + rows, 0)
    ),
  );
}

Deno.test("270 rows a second are 262 to 270 over 20 seconds, and never more in any second", () => {
  for (const sizes of [[1], [10], [27], [90], [100, 100, 70]]) {
    const starts = simulate(new SlidingWindow(270), sizes, 20_000);
    const perSecond = rowsPerSecond(starts, 20);
    assert(perSecond >= 262 && perSecond <= 270, `${perSecond} rows a second by ${sizes}`);
    assert(busiestSecond(starts) <= 270);
  }
});

Deno.test("timers that are late cost little of the rate, and never exceed it", () => {
  let tick = 0;
  const starts = simulate(
    new SlidingWindow(270),
    pacedRequestSizes(100, 270),
    20_000,
    () => (tick++ * 7) % 12,
  );
  const perSecond = rowsPerSecond(starts, 20);
  assert(perSecond >= 262, `${perSecond} rows a second`);
  assert(busiestSecond(starts) <= 270);
});

Deno.test("no second holds more rows than the rate, whatever the requests' sizes", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2_000 }),
      fc.integer({ min: 1, max: 1_000 }),
      (rate, size) => {
        const sizes = pacedRequestSizes(size, rate);
        assert(sizes.every((rows) => rows >= 1 && rows <= size));
        assert(busiestSecond(simulate(new SlidingWindow(rate), sizes, 3_000)) <= rate);
      },
    ),
    { numRuns: 30 },
  );
});

Deno.test("the first second starts slowly", () => {
  const starts = simulate(new SlidingWindow(1_000), [1], 1_000);
  const firstHalf = starts.filter(({ at }) => at < 500).length;
  assert(firstHalf < 430, `${firstHalf} of 500 rows in the first half second`);
});

Deno.test("requests hold as many rows as use the rate up", () => {
  assertEquals(pacedRequestSizes(100, 270), [100, 100, 70]);
  assertEquals(pacedRequestSizes(100, 200), [100]);
  assertEquals(pacedRequestSizes(100, 50), [50]);
  assertEquals(pacedRequestSizes(1_000, null), [1_000]);
  assertEquals(pacedRequestSizes(100, 0.5), [1]);
  assertEquals(pacedRequestSizes(10, 1_234_567), [10]);
});

Deno.test("the pace falls as the API's limit is used up, and recovers below it", () => {
  const pace = new SlidingWindow(270);
  pace.accepted(0.9);
  assertEquals(pace.factor, 1);
  pace.accepted(0.98);
  assert(pace.factor < 1);
  const almost = pace.factor;
  pace.accepted(1.2);
  assert(pace.factor < almost * 0.9);
  for (let request = 0; request < 50; request++) pace.accepted();
  assertEquals(pace.factor, 1);
  // Four requests in flight are told the same at once; that is no worse than one.
  for (const now of [5_000, 5_010, 5_020, 5_900]) pace.exceeded(now);
  assertEquals(pace.factor, 0.5);
  pace.exceeded(6_500);
  assertEquals(pace.factor, 0.25);
});

Deno.test("a pause holds for every request that comes after it", async () => {
  const clock = new FakeClock();
  const limiter = new RateLimiter(clock);
  const time = new TimeSheet(() => clock.monotonic());
  const { signal } = new AbortController();
  await limiter.take(1, signal, time);
  assertEquals(clock.monotonic(), 0);
  limiter.pause(2_000);
  limiter.pause(500);
  await Promise.all([limiter.take(1, signal, time), limiter.take(1, signal, time)]);
  assertEquals(clock.monotonic(), 2_000);
});

Deno.test("--sleep keeps requests of all workers apart", async () => {
  const clock = new FakeClock();
  const admission = new Admission(
    { ...clock, random: () => 0 },
    new AbortController().signal,
    new Account(clock),
    new TimeSheet(() => clock.monotonic()),
    { sleepMs: 300, retryForMs: 1 },
  );
  await Promise.all([admission.admit(1), admission.admit(1), admission.admit(1)]);
  assertEquals(clock.slept, [300, 300, 300]);
});
