/**
 * Calendar arithmetic and the reading of ISO 8601 texts, without `Date.parse`, which takes
 * 30 February for 1 March and guesses at everything else.
 *
 * @module
 */

/** A point in a calendar, read from text. `offset` is minutes east of UTC, or null where none stood. */
export interface Moment {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly millisecond: number;
  /** Digits of the second beyond those, without zeros at their end; absent where there are none. */
  readonly finer?: string;
  readonly offset: number | null;
}

const MONTH_DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Whether there is such a day in the Gregorian calendar, from year 1 on. */
function isCalendarDay(year: number, month: number, day: number): boolean {
  if (!(year >= 1 && month >= 1 && month <= 12 && day >= 1)) return false; // NaN is in no range.
  if (day <= (MONTH_DAYS[month - 1] ?? 0)) return true;
  return month === 2 && day === 29 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** Whether every part of a moment is in its range. */
export function isMoment(moment: Moment): boolean {
  const { year, month, day, hour, minute, second, offset } = moment;
  return isCalendarDay(year, month, day) && hour < 24 && minute < 60 && second < 60 &&
    (offset === null || Math.abs(offset) <= 14 * 60);
}

/** Whether a text is a real day written `YYYY-MM-DD`. */
export function isIsoDate(text: string): boolean {
  if (text.length !== 10 || text.charCodeAt(4) !== 0x2d || text.charCodeAt(7) !== 0x2d) {
    return false;
  }
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 7);
  const day = digits(text, 8, 10);
  return isCalendarDay(year, month, day);
}

/** The number that stands in `[from, to)`, or NaN, which is in no range. */
function digits(text: string, from: number, to: number): number {
  let value = 0;
  for (let i = from; i < to; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) return NaN;
    value = value * 10 + digit;
  }
  return value;
}

const ISO_MOMENT =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?: ?(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?))?)?$/i;

/** Reads an ISO 8601 date, or date and time (a space may stand for the T); null for anything else. */
export function parseIso(text: string): Moment | null {
  const match = ISO_MOMENT.exec(text);
  if (!match) return null;
  const moment = {
    year: Number(match[1]),
    month: Number(match[2]),
    day: Number(match[3]),
    hour: Number(match[4] ?? 0),
    minute: Number(match[5] ?? 0),
    second: Number(match[6] ?? 0),
    ...fractionOf(match[7]),
    offset: parseOffset(match[8]),
  };
  return isMoment(moment) ? moment : null;
}

/** Milliseconds of a fraction's digits, and the finer digits. */
export function fractionOf(fraction = ""): Pick<Moment, "millisecond" | "finer"> {
  const millisecond = Number(fraction.padEnd(3, "0").slice(0, 3));
  const finer = fraction.slice(3).replace(/0+$/, "");
  return finer === "" ? { millisecond } : { millisecond, finer };
}

/** Minutes east of UTC of `Z`, `UTC`, `GMT`, `+01`, `+0100` or `+01:00`; null where there is none. */
export function parseOffset(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (/^[zug]/i.test(text)) return 0;
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(3).replace(":", "") || 0);
  return text.startsWith("-") ? -minutes : minutes;
}

/** Epoch milliseconds of a moment's own clock, as if it were UTC. */
export function asUtc(moment: Omit<Moment, "offset">): number {
  const { year, month, day, hour, minute, second, millisecond } = moment;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day); // Date.UTC would take year 99 for 1999.
  return date.setUTCHours(hour, minute, second, millisecond);
}

/** The moment of an instant in UTC; null beyond the years 1 to 9999. */
export function utcMoment(instant: number): Moment | null {
  const date = new Date(instant);
  const moment = {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    millisecond: date.getUTCMilliseconds(),
    offset: 0,
  };
  return isMoment(moment) && moment.year <= 9999 ? moment : null;
}

/** `YYYY-MM-DD` */
export function isoDate(year: number, month: number, day: number): string {
  const pad = (value: number, width: number) => String(value).padStart(width, "0");
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
}
