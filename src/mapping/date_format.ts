/**
 * Date formats of a mapping file (`DD/MM/YYYY HH:mm`), compiled once to regular expressions. The tokens
 * are those of Moment.js and Day.js.
 *
 * @module
 */

import { fractionOf, isMoment, type Moment, parseOffset, utcMoment } from "./calendar.ts";
import { monthNames, type NamesOf, weekdayNames } from "./date_names.ts";

/** What is needed to read a format beyond the format. */
export interface FormatOptions {
  /** BCP 47 tag of the language of names. */
  readonly language: string;
  /** The first of the hundred years that two digits stand for. */
  readonly twoDigitYearsFrom: number;
}

/** The part of a moment that a token stands for. */
type Part =
  | ("year" | "shortYear" | "month" | "monthName" | "day" | "weekday" | "hour" | "hour12")
  | ("meridiem" | "minute" | "second" | "fraction" | "offset" | "seconds" | "milliseconds");

/** Digits of each token; names depend on the language. */
const TOKENS: Readonly<Record<string, readonly [part: Part, source: string]>> = {
  YYYY: ["year", "\\d{4}"],
  YY: ["shortYear", "\\d{2}"],
  MMMM: ["monthName", ""],
  MMM: ["monthName", ""],
  MM: ["month", "\\d{2}"],
  M: ["month", "\\d{1,2}"],
  DD: ["day", "\\d{2}"],
  D: ["day", "\\d{1,2}"],
  dddd: ["weekday", ""],
  ddd: ["weekday", ""],
  HH: ["hour", "\\d{2}"],
  H: ["hour", "\\d{1,2}"],
  hh: ["hour12", "\\d{2}"],
  h: ["hour12", "\\d{1,2}"],
  A: ["meridiem", "[AaPp]\\.?[Mm]\\.?"],
  a: ["meridiem", "[AaPp]\\.?[Mm]\\.?"],
  mm: ["minute", "\\d{2}"],
  ss: ["second", "\\d{2}"],
  SSS: ["fraction", "\\d{3}"],
  S: ["fraction", "\\d{1,9}"],
  Z: ["offset", "Z|UTC|GMT|[+-]\\d{2}(?::?\\d{2})?"],
  X: ["seconds", "-?\\d{1,12}(?:\\.\\d{1,9})?"],
  x: ["milliseconds", "-?\\d{1,15}"],
};

/** Parts of which a format has one, none counting for the weekday, which says nothing new. */
const ALTERNATIVES: readonly (readonly Part[])[] = [
  ["year", "shortYear"],
  ["month", "monthName"],
  ["day"],
  ["weekday"],
  ["hour", "hour12"],
  ["meridiem"],
  ["minute"],
  ["second"],
  ["fraction"],
  ["offset"],
  ["seconds", "milliseconds"],
];

const TOKEN =
  /\[([^\]]*)\]|YYYY|YY|M{1,4}|DD?|d{3,4}|HH?|hh?|[Aa]|mm|ss|SSS|S|Z|X|x|[^YMDdHhAamsSZXx[]+|./g;

/** A piece of a format: a token, or text that stands as it is, perhaps in brackets. */
type Piece = { readonly token: string } | { readonly text: string; readonly isQuoted: boolean };

/** The pieces that a format is made of. */
export function piecesOf(format: string): Piece[] {
  return [...format.matchAll(TOKEN)].map(([piece, literal]) =>
    literal === undefined && Object.hasOwn(TOKENS, piece)
      ? { token: piece }
      : { text: literal ?? piece, isQuoted: literal !== undefined }
  );
}

/** What is wrong with a format, in words that go on from "expected", or null. */
export function formatFault(format: string): string | null {
  const parts: Part[] = [];
  let rest = "";
  for (const [piece, literal] of format.matchAll(TOKEN)) {
    const known = TOKENS[piece];
    if (known) parts.push(known[0]);
    else if (literal === undefined) rest += piece;
  }
  if (/[A-Za-z]/.test(rest.replace("T", ""))) {
    return `a format made of ${Object.keys(TOKENS).join(", ")}, with other letters in [brackets]`;
  }
  const has = (...any: Part[]) => any.some((part) => parts.includes(part));
  const doubled = ALTERNATIVES.some((same) =>
    parts.filter((part) => same.includes(part)).length > 1
  );
  if (doubled) return "a format with each part once";
  if (has("seconds", "milliseconds")) {
    return parts.length === 1 ? null : "X or x alone, since it is a whole date and time";
  }
  if (has("hour12") !== has("meridiem")) return "a format with both h and A, or neither";
  return has("year", "shortYear") && has("month", "monthName") && has("day")
    ? null
    : "a format with year, month and day";
}

/** Reads texts of one format; null for texts that are not of it, or not in the calendar. */
export function formatReader(
  format: string,
  options: FormatOptions = { language: "en", twoDigitYearsFrom: 1969 },
): (text: string) => Moment | null {
  const months = monthNames(options.language);
  const names: Partial<Record<Part, NamesOf>> = {
    monthName: months,
    weekday: weekdayNames(options.language),
  };
  const source = piecesOf(format).map((piece) => {
    if ("text" in piece) return escape(piece.text);
    const [part, digits] = TOKENS[piece.token] as readonly [Part, string];
    const known = names[part];
    return `(?<${part}>${known ? [...known.keys()].map(escape).join("|") : digits})`;
  });
  const pattern = new RegExp(`^${source.join("")}$`, "iu");
  return (text) => {
    if (text.length > LONGEST_DATE) return null;
    const parts = pattern.exec(text)?.groups as Partial<Record<Part, string>> | undefined;
    if (!parts) return null;
    const epoch = epochMoment(parts);
    if (epoch !== undefined) return epoch;
    const moment = {
      year: yearOf(parts, options.twoDigitYearsFrom),
      month: parts.monthName === undefined
        ? Number(parts.month)
        : months.get(parts.monthName.toLowerCase()) ?? NaN,
      day: Number(parts.day),
      hour: hourOf(parts),
      minute: Number(parts.minute ?? 0),
      second: Number(parts.second ?? 0),
      ...fractionOf(parts.fraction),
      offset: parseOffset(parts.offset),
    };
    return isMoment(moment) ? moment : null;
  };
}

/** No date is longer, not even with the names of a month and a day in it. */
const LONGEST_DATE = 200;

type Parts = Partial<Record<Part, string>>;

/** The moment of a text that is a number of seconds or milliseconds; undefined where it is none. */
function epochMoment({ seconds, milliseconds }: Parts): Moment | null | undefined {
  if (seconds === undefined) {
    return milliseconds === undefined ? undefined : utcMoment(Number(milliseconds));
  }
  const [whole = "", digits] = seconds.split(".");
  const { millisecond, finer } = fractionOf(digits);
  const isEarlier = whole.startsWith("-");
  if (isEarlier && finer !== undefined) return null; // Their digits count backwards.
  const moment = utcMoment(Number(whole) * 1000 + (isEarlier ? -millisecond : millisecond));
  return moment && finer !== undefined ? { ...moment, finer } : moment;
}

function yearOf({ year, shortYear }: Parts, first: number): number {
  if (shortYear === undefined) return Number(year);
  const inFirst = first - first % 100 + Number(shortYear);
  return inFirst < first ? inFirst + 100 : inFirst;
}

/** 0 to 23, or NaN for a clock of twelve hours that shows another one. */
function hourOf({ hour, hour12, meridiem }: Parts): number {
  if (hour12 === undefined) return Number(hour ?? 0);
  const shown = Number(hour12);
  if (shown < 1 || shown > 12) return NaN;
  return shown % 12 + (/^p/i.test(meridiem ?? "") ? 12 : 0);
}

function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
