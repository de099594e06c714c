import { assertEquals } from "@std/assert";
import fc from "fast-check";

import {
  askedMs,
  LONGEST_RETRY_AFTER_MS,
  parseRetryAfter,
} from "../../src/destinations/retry_after.ts";

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

/** Ways in which an answer to too many requests says how long to wait. */
const ASKED: [what: string, headers: Record<string, string>, ms: number | null, status?: number][] =
  [
    ["nothing", {}, null],
    ["a date, and its own clock is ahead", {
      "Date": "Sun, 06 Nov 1994 09:49:07 GMT",
      "Retry-After": "Sun, 06 Nov 1994 09:49:09 GMT",
    }, 2_000],
    ["a date, and its own clock is behind", {
      "Date": "Sun, 06 Nov 1994 07:49:07 GMT",
      "Retry-After": "Sun, 06 Nov 1994 07:49:09 GMT",
    }, 2_000],
    [
      "a Date that is none",
      { "Date": "today", "Retry-After": "Sun, 06 Nov 1994 08:49:09 GMT" },
      2_000,
    ],
    ["when the limit opens, in seconds", { "RateLimit-Reset": "3" }, 3_000],
    ["after how long the limit opens", { "X-RateLimit-Reset-After": "1.5" }, 1_500],
    [
      "when the limit opens, by the epoch",
      { "X-RateLimit-Reset": `${NOW / 1000 + 3e8 + 3}` },
      3_000,
    ],
    [
      "when the limit opens, in milliseconds",
      { "X-Rate-Limit-Reset": `${NOW + 3e11 + 4_000}` },
      4_000,
    ],
    ["a limit that opened already", { "X-RateLimit-Reset": `${NOW / 1000 + 3e8 - 3}` }, null],
    ["a limit that never opens", { "X-RateLimit-Reset": "9".repeat(30) }, null],
    [
      "that some of the limit is left",
      { "X-RateLimit-Reset": "3", "X-RateLimit-Remaining": "7" },
      null,
    ],
    ["that none is left", { "X-RateLimit-Reset": "3", "X-RateLimit-Remaining": "0" }, 3_000],
    ["both", { "Retry-After": "1", "X-RateLimit-Reset": "3" }, 1_000],
    ["when the limit opens, and it is down", { "X-RateLimit-Reset": "3" }, null, 503],
  ];

for (const [what, headers, ms, status = 429] of ASKED) {
  Deno.test(`a ${status} that says ${what} is a wait of ${ms} ms`, () => {
    // Seconds since 1970 are told from spans by their size: 1994 would be too small.
    const receivedAt = "Date" in headers ? NOW : NOW + 3e11;
    const answer = { status, headers: new Headers(headers), body: "" };
    assertEquals(askedMs({ ...answer, receivedAt }), ms);
  });
}
