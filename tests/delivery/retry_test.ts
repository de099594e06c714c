import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";

import {
  decideRetry,
  type FailedAttempt,
  fullJitter,
  LONGEST_BACKOFF_MS,
  RetryBudget,
} from "../../src/delivery/retry.ts";

const FIRST: FailedAttempt = {
  failures: 1,
  elapsedMs: 0,
  retryForMs: 300_000,
  askedMs: null,
  budgetSpent: false,
  random: 0.5,
};

const DECISIONS: readonly [string, Partial<FailedAttempt>, number | string][] = [
  ["the first wait is a part of half a second", {}, 250],
  ["the bound doubles with each failure", { failures: 4 }, 2_000],
  ["no backoff is longer than its cap", { failures: 60 }, 15_000],
  ["what the API asks for is obeyed", { askedMs: 2_000 }, 2_000],
  ["a request to come back at once is no reason to hammer", { askedMs: 0 }, 250],
  ["what the API asks for may take all the time there is", { askedMs: 300_000 }, 300_000],
  ["a wish that can't be heeded ends the retries", { askedMs: 300_001 }, "asked-too-long"],
  ["so it does late", { elapsedMs: 299_000, askedMs: 2_000 }, "asked-too-long"],
  ["a request to come back at once, too late", { elapsedMs: 300_000, askedMs: 0 }, "give-up"],
  ["the last wait ends with the time for retries", { elapsedMs: 299_900 }, 100],
  ["nothing is tried when the time is up", { elapsedMs: 300_000 }, "give-up"],
  ["no time for retries means no retry", { retryForMs: 0 }, "give-up"],
  ["a run without budget waits for the longest backoff", { budgetSpent: true }, LONGEST_BACKOFF_MS],
];

for (const [name, failed, expected] of DECISIONS) {
  Deno.test(`retries: ${name}`, () => {
    const decision = decideRetry({ ...FIRST, ...failed });
    assertEquals(decision.kind === "wait" ? decision.ms : decision.kind, expected);
  });
}

Deno.test("full jitter stays between zero and its doubling bound", () => {
  fc.assert(fc.property(
    fc.integer({ min: 1, max: 2_000 }),
    fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    (failures, random) => {
      const ms = fullJitter(failures, random);
      assert(ms >= 0 && ms < LONGEST_BACKOFF_MS);
    },
  ));
});

Deno.test("a run's retry budget is spent by retries and earned back by accepted requests", () => {
  const budget = new RetryBudget();
  for (let retry = 0; retry < RetryBudget.MOST; retry++) assert(budget.spend());
  assert(!budget.spend());
  for (let request = 0; request < 5; request++) budget.earn();
  assert(budget.spend());
  assert(!budget.spend());
});
