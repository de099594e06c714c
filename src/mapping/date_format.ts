/**
 * Date formats of a mapping file (`DD/MM/YYYY HH:mm`), compiled once to regular expressions.
 *
 * @module
 */

import { isMoment, milliseconds, type Moment, parseOffset } from "./calendar.ts";

const TOKENS: Readonly<Record<string, string>> = {
  YYYY: "(?<year>\\d{4})",
  MM: "(?<month>\\d{2})",
  M: "(?<month>\\d{1,2})",
  DD: "(?<day>\\d{2})",
  D: "(?<day>\\d{1,2})",
  HH: "(?<hour>\\d{2})",
  H: "(?<hour>\\d{1,2})",
  mm: "(?<minute>\\d{2})",
  ss: "(?<second>\\d{2})",
  SSS: "(?<fraction>\\d{3})",
  Z: "(?<offset>Z|[+-]\\d{2}:?\\d{2})",
};

const TOKEN = /YYYY|MM?|DD?|HH?|mm|ss|SSS|Z/g;

/** What is wrong with a format, in words that go on from "expected", or null. */
export function formatFault(format: string): string | null {
  const rest = format.replace(TOKEN, "").replace("T", "");
  if (/[A-Za-z]/.test(rest)) return `a format made of ${Object.keys(TOKENS).join(", ")}`;
  const names = [...format.matchAll(TOKEN)].map(([token]) => token.charAt(0) + token.length);
  const kinds = names.map((name) => name.charAt(0));
  if (new Set(kinds).size !== kinds.length) return "a format with each part once";
  return ["Y", "M", "D"].every((kind) => kinds.includes(kind))
    ? null
    : "a format with year, month and day";
}

/** Reads texts of one format; null for texts that are not of it, or not in the calendar. */
export function formatReader(format: string): (text: string) => Moment | null {
  let source = "";
  let last = 0;
  for (const match of format.matchAll(TOKEN)) {
    source += escape(format.slice(last, match.index)) + TOKENS[match[0]];
    last = match.index + match[0].length;
  }
  const pattern = new RegExp(`^${source}${escape(format.slice(last))}$`);
  return (text) => {
    const parts = pattern.exec(text)?.groups;
    if (!parts) return null;
    const moment = {
      year: Number(parts.year),
      month: Number(parts.month),
      day: Number(parts.day),
      hour: Number(parts.hour ?? 0),
      minute: Number(parts.minute ?? 0),
      second: Number(parts.second ?? 0),
      millisecond: milliseconds(parts.fraction),
      offset: parseOffset(parts.offset),
    };
    return isMoment(moment) ? moment : null;
  };
}

function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
