/**
 * Local times of IANA time zones, by the runtime's own zone data.
 *
 * @module
 */

import { asUtc } from "./calendar.ts";

/** Whether the runtime knows a time zone. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/**
 * From a local clock, given as epoch milliseconds as if it were UTC, to the true epoch
 * milliseconds. Of a time that the clocks pass twice the first is taken; one that they skip is
 * moved on by the length of the gap (as java.time and Temporal do).
 */
export function localClock(timeZone: string): (clock: number) => number {
  if (timeZone === "UTC") return (clock) => clock;
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  const offsetAt = (instant: number): number => {
    const parts: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(instant)) parts[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    const clock = asUtc({ year, month, day, hour, minute, second, millisecond: 0 });
    return clock - Math.floor(instant / 1000) * 1000;
  };
  const DAY = 86_400_000;
  return (clock) => {
    // The offsets a day before and after are those around any change between them.
    const before = offsetAt(clock - DAY);
    if (offsetAt(clock - before) === before) return clock - before;
    const after = offsetAt(clock + DAY);
    return offsetAt(clock - after) === after ? clock - after : clock - before;
  };
}
