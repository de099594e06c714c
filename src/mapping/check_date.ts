/**
 * Checks of `date` and `datetime`. Dates become `YYYY-MM-DD` (a time of day is cut, the day stays
 * as it was written); datetimes become an instant, written `YYYY-MM-DDTHH:mm:ss.sssZ`, with more
 * digits where the value has them.
 *
 * @module
 */

import { asUtc, isIsoDate, isoDate, type Moment, parseIso } from "./calendar.ts";
import { type Check, type Fault, INVALID, simpleCheck } from "./check.ts";
import { formatReader } from "./date_format.ts";
import type { Column } from "./schema_columns.ts";
import { type ClockReadings, localClock } from "./time_zone.ts";

type ColumnOf<T extends Column["type"]> = Extract<Column, { type: T }>;

/** ISO 8601 writes years of four digits. */
const FIRST_INSTANT = Date.parse("0000-01-01T00:00:00Z");
const LAST_INSTANT = Date.parse("9999-12-31T23:59:59.999Z");

/** Real calendar days. */
export function dateCheck(column: ColumnOf<"date">): Check {
  const { formats, as } = column;
  const parse = momentReader(column);
  const read = (text: string) => {
    if (formats === undefined && !isEpoch(as) && isIsoDate(text)) return text;
    const moment = parse(text);
    if (moment === null) return INVALID;
    const { year, month, day } = moment;
    if (!isEpoch(as)) return isoDate(year, month, day);
    const noClock = { hour: 0, minute: 0, second: 0, millisecond: 0 };
    return inUnits(asUtc({ ...moment, ...noClock }), as);
  };
  return simpleCheck(read, "invalid-date", dateMessage("date", column), suggester(formats));
}

/** Instants; texts without an offset are local times of the column's time zone. */
export function datetimeCheck(column: ColumnOf<"datetime">): Check {
  const { as, timeZone, disambiguation } = column;
  const parse = momentReader(column);
  const fromLocal = localClock(timeZone);
  const instantOf = (moment: Moment): number | null => {
    const clock = asUtc(moment);
    if (moment.offset !== null) return clock - moment.offset * 60_000;
    const readings = fromLocal(clock);
    return readings.instants.length === 1
      ? readings.instants[0] as number
      : disambiguate(readings, disambiguation);
  };
  return {
    read(text) {
      const moment = parse(text);
      const instant = moment && instantOf(moment);
      if (instant === null || instant < FIRST_INSTANT || instant > LAST_INSTANT) return INVALID;
      if (isEpoch(as)) return inUnits(instant, as);
      const iso = new Date(instant).toISOString();
      return moment?.finer === undefined ? iso : `${iso.slice(0, -1)}${moment.finer}Z`;
    },
    explain(text) {
      const moment = parse(text);
      if (moment === null || instantOf(moment) !== null) {
        return { code: "invalid-date", message: dateMessage("date and time", column) };
      }
      return clockFault(fromLocal(asUtc(moment)).instants.length > 0, timeZone);
    },
  };
}

/** Of a time that is shown twice or skipped: the instant that a mapping asks for, or null. */
function disambiguate(
  { instants: [first, second], around: [earlier, later] }: ClockReadings,
  how: ColumnOf<"datetime">["disambiguation"],
): number | null {
  if (how === "reject") return null;
  if (first === undefined || second === undefined) return how === "earlier" ? earlier : later;
  return how === "later" ? second : first;
}

function clockFault(twice: boolean, timeZone: string): Fault {
  const mend = "give it its offset from UTC, or say disambiguation: in the mapping";
  return twice
    ? {
      code: "ambiguous-time",
      message: `is a time that the clocks of ${timeZone} show twice, as summer time ends: ${mend}`,
    }
    : {
      code: "skipped-time",
      message: `is a time that the clocks of ${timeZone} skip, as summer time begins: ${mend}`,
    };
}

function momentReader(column: ColumnOf<"date" | "datetime">): (text: string) => Moment | null {
  const { formats } = column;
  if (formats === undefined) return parseIso;
  const readers = formats.map((format) => formatReader(format, column));
  return (text) => {
    for (const reader of readers) {
      const moment = reader(text);
      if (moment !== null) return moment;
    }
    return null;
  };
}

/** Whether dates are sent as numbers. Other forms than ISO's are worded on their way out. */
export function isEpoch(as: string): as is "unix" | "unixMs" {
  return as === "unix" || as === "unixMs";
}

function inUnits(milliseconds: number, as: "unix" | "unixMs"): number {
  return as === "unixMs" ? milliseconds : Math.floor(milliseconds / 1000);
}

function dateMessage(
  what: string,
  { formats, language }: Pick<ColumnOf<"date">, "formats" | "language">,
): string {
  if (formats === undefined) {
    return `is not a real ${what} in ${what === "date" ? "the form YYYY-MM-DD" : "ISO 8601 form"}`;
  }
  const names = formats.some((format) => /MMM|ddd/.test(format))
    ? `, with names in the language ${language}`
    : "";
  return `is not a real ${what} in the form ${formats.join(" or ")}${names}`;
}

/** Suggests the ISO form where day and month can't be mistaken for each other. */
function suggester(
  formats: readonly string[] | undefined,
): ((text: string) => string | undefined) | undefined {
  if (formats !== undefined) return undefined;
  return (text) => {
    const yearFirst = /^(\d{4})[/.](\d{1,2})[/.](\d{1,2})$/.exec(text);
    const yearLast = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/.exec(text);
    let iso: string | undefined;
    if (yearFirst) {
      iso = isoDate(Number(yearFirst[1]), Number(yearFirst[2]), Number(yearFirst[3]));
    } else if (yearLast) {
      const [first, second, year] = [Number(yearLast[1]), Number(yearLast[2]), Number(yearLast[3])];
      if (first > 12) iso = isoDate(year, second, first);
      else if (second > 12) iso = isoDate(year, first, second);
    }
    return iso !== undefined && isIsoDate(iso) ? iso : undefined;
  };
}
