/**
 * How long an API asks to be left alone: `Retry-After` (RFC 9110 §10.2.3), and the headers in which
 * APIs say when their limit is open again. All pure.
 *
 * @module
 */

import type { HttpAnswer } from "../model/answer.ts";

/** The longest wait that is believed, 24 hours: more than that is a mistake of the server's. */
export const LONGEST_RETRY_AFTER_MS = 24 * 60 * 60 * 1000;

const NUMBER = /^[+-]?\d+(?:\.\d+)?$/;

/**
 * The three date forms of RFC 9110 §5.6.7 begin with a weekday. Without this test `Date.parse`
 * finds a date in almost anything that holds a number.
 */
const HTTP_DATE = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6},? [\w :-]{1,40}$/;

/** In which APIs say when their limit is open again: in so many seconds, or at an epoch second. */
const RESET_HEADERS = [
  "x-ratelimit-reset-after",
  "ratelimit-reset",
  "x-ratelimit-reset",
  "x-rate-limit-reset",
  "x-sib-ratelimit-reset",
];

/**
 * The wait that an answer asks for, in milliseconds, between 0 and {@linkcode LONGEST_RETRY_AFTER_MS};
 * null when it asks for none that can be understood. Times are read against the answer's own `Date`:
 * the clocks of the two may differ.
 */
export function askedMs(answer: HttpAnswer): number | null {
  const { headers, status } = answer;
  const now = serverTime(answer);
  const asked = parseRetryAfter(headers.get("retry-after"), now);
  if (asked !== null || (status !== 429 && status !== 403)) return asked;
  return saysLimitIsLeft(headers) ? null : resetMs(headers, now);
}

/** What time it is for the server, epoch milliseconds; by our clock where it doesn't say. */
export function serverTime({ headers, receivedAt }: HttpAnswer): number | undefined {
  return httpDate(headers.get("date")) ?? receivedAt;
}

/** True for an answer that says that its limit is used up, or asks to be left alone. */
export function isThrottled(answer: HttpAnswer): boolean {
  return askedMs(answer) !== null;
}

/**
 * The wait that a `Retry-After` header asks for, in milliseconds, between 0 and
 * {@linkcode LONGEST_RETRY_AFTER_MS}; null when there is no header or it can't be understood.
 *
 * @param header The header's value: seconds or an HTTP date.
 * @param now What time it is for the server, epoch milliseconds. A date can't be read without it.
 */
export function parseRetryAfter(header: string | null, now?: number): number | null {
  const text = header?.trim() ?? "";
  // A header that was sent twice is one with a comma in between: RFC 9110 §5.3.
  const numbers = text.split(",").map((part) => part.trim());
  if (numbers.every((part) => NUMBER.test(part))) {
    return clamp(Math.max(...numbers.map(Number)) * 1000);
  }
  const date = now === undefined ? null : httpDate(text);
  return date === null || now === undefined ? null : clamp(date - now);
}

/** Epoch milliseconds of an HTTP date. */
function httpDate(header: string | null): number | null {
  const text = header?.trim() ?? "";
  if (!HTTP_DATE.test(text) || !/\d\d:\d\d:\d\d/.test(text)) return null;
  // The asctime form carries no zone and means UTC.
  const date = Date.parse(text.endsWith("GMT") ? text : `${text} GMT`);
  return Number.isNaN(date) ? null : date;
}

function saysLimitIsLeft(headers: HttpAnswer["headers"]): boolean {
  const left = headers.get("x-ratelimit-remaining") ?? headers.get("ratelimit-remaining");
  return left !== null && Number(left) > 0;
}

/** Numbers that are larger than this are points in time, not spans: seconds since 1970. */
const EPOCH_SECONDS = 1e9;
const EPOCH_MILLISECONDS = 1e12;

/** The wait until the limit is open again; null where nothing says so, or it is out of all measure. */
function resetMs(headers: HttpAnswer["headers"], now?: number): number | null {
  for (const name of RESET_HEADERS) {
    const text = headers.get(name)?.trim() ?? "";
    if (!NUMBER.test(text)) continue;
    const value = Number(text);
    const ms = value < EPOCH_SECONDS
      ? value * 1000
      : (value < EPOCH_MILLISECONDS ? value * 1000 : value) - (now ?? Infinity);
    if (ms >= 0 && ms <= LONGEST_RETRY_AFTER_MS) return clamp(ms);
  }
  return null;
}

function clamp(ms: number): number {
  return Math.min(Math.max(Math.ceil(ms), 0), LONGEST_RETRY_AFTER_MS);
}
