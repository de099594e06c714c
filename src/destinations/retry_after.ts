/**
 * Reading `Retry-After` (RFC 9110 §10.2.3): how long an API asks to be left alone.
 *
 * @module
 */

/** The longest wait that is believed, 24 hours: more than that is a mistake of the server's. */
export const LONGEST_RETRY_AFTER_MS = 24 * 60 * 60 * 1000;

/** A header that was sent twice is one with a comma in between: RFC 9110 §5.3. */
const SECONDS = /^[+-]?\d+(?:\.\d+)?(?:\s*,\s*[+-]?\d+(?:\.\d+)?)*$/;

/**
 * The three date forms of RFC 9110 §5.6.7 begin with a weekday. Without this test `Date.parse`
 * finds a date in almost anything that holds a number.
 */
const HTTP_DATE = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? .*\d{2}:\d{2}:\d{2}/;

/**
 * The wait that a `Retry-After` header asks for, in milliseconds, between 0 and
 * {@linkcode LONGEST_RETRY_AFTER_MS}; null when there is no header or it can't be understood.
 *
 * @param header The header's value: seconds or an HTTP date.
 * @param receivedAt When the answer arrived, epoch milliseconds. A date can't be read without it.
 */
export function parseRetryAfter(header: string | null, receivedAt?: number): number | null {
  const text = header?.trim() ?? "";
  if (SECONDS.test(text)) return clamp(Math.max(...text.split(",").map(Number)) * 1000);
  if (receivedAt === undefined || !HTTP_DATE.test(text)) return null;
  // The asctime form carries no zone and means UTC.
  const date = Date.parse(/GMT$/.test(text) ? text : `${text} GMT`);
  return Number.isNaN(date) ? null : clamp(date - receivedAt);
}

function clamp(ms: number): number {
  return Math.min(Math.max(Math.ceil(ms), 0), LONGEST_RETRY_AFTER_MS);
}
