import { assertEquals } from "@std/assert";
import fc from "fast-check";

import { LONGEST_RETRY_AFTER_MS, parseRetryAfter } from "../../src/destinations/retry_after.ts";

const NOW = Date.UTC(1994, 10, 6, 8, 49, 7);

const CASES: [header: string | null, ms: number | null][] = [
  [null, null],
  ["", null],
  ["0", 0],
  ["2", 2000],
  [" 2 ", 2000],
  ["2.5", 2500],
  ["-5", 0],
  ["1000000000", LONGEST_RETRY_AFTER_MS],
  ["9".repeat(400), LONGEST_RETRY_AFTER_MS],
  ["Sun, 06 Nov 1994 08:49:37 GMT", 30_000],
  ["Sunday, 06-Nov-94 08:49:37 GMT", 30_000],
  ["Sun Nov  6 08:49:37 1994", 30_000],
  ["Sun, 06 Nov 1994 08:00:00 GMT", 0],
  ["Sun, 06 Nov 2094 08:49:37 GMT", LONGEST_RETRY_AFTER_MS],
  ["Sun, 99 Nov 1994 08:49:37 GMT", null],
  ["soon", null],
  ["in 5 minutes", null],
  ["1e3", null],
  ["0x10", null],
  ["5, 10", 10_000],
  ["60, 60", 60_000],
  ["5, soon", null],
  ["2024-01-01", null],
];

for (const [header, ms] of CASES) {
  Deno.test(`Retry-After ${JSON.stringify(header)?.slice(0, 40)} is a wait of ${ms} ms`, () => {
    assertEquals(parseRetryAfter(header, NOW), ms);
  });
}

Deno.test("a Retry-After date means nothing when nobody knows when it arrived", () => {
  assertEquals(parseRetryAfter("Sun, 06 Nov 1994 08:49:37 GMT"), null);
});

Deno.test("any Retry-After is null or a whole number of milliseconds within a day", () => {
  fc.assert(fc.property(fc.string(), (header) => {
    const ms = parseRetryAfter(header, NOW);
    return ms === null || (Number.isInteger(ms) && ms >= 0 && ms <= LONGEST_RETRY_AFTER_MS);
  }));
});
