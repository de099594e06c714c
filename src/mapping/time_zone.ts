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
 * The instants at which the clocks of a zone show a time. One is usual; where clocks are put back a time
 * is shown twice, and where they are put forward some are shown at no instant.
 */
export interface ClockReadings {
  /** Epoch milliseconds, the earlier one first. */
  readonly instants: readonly number[];
  /** Of a time that is skipped: the instants by the offset after the gap, and by that before it. */
  readonly around: readonly [earlier: number, later: number];
}

/** From a local clock, given as epoch milliseconds as if it were UTC, to its true instants. */
export function localClock(timeZone: string): (clock: number) => ClockReadings {
  if (timeZone === "UTC") return (clock) => ({ instants: [clock], around: [clock, clock] });
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
  return (clock) => {
    // The offsets a day before and after are those around any change between them.
    const before = offsetAt(clock - DAY_MS);
    const after = offsetAt(clock + DAY_MS);
    const candidates = before === after ? [before] : [before, after];
    const instants = before === after
      ? [clock - before]
      : candidates.filter((offset) => offsetAt(clock - offset) === offset)
        .map((offset) => clock - offset).sort((a, b) => a - b);
    const [earlier, later] = [clock - before, clock - after].sort((a, b) => a - b);
    return { instants, around: [earlier as number, later as number] };
  };
}

const DAY_MS = 86_400_000;
