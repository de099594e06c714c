/**
 * Writes dates in the form that a mapping gives, in the tokens in which it reads them.
 *
 * @module
 */

import { asUtc, type Moment } from "./calendar.ts";
import { nameWriter } from "./date_names.ts";
import { piecesOf } from "./date_format.ts";

type Token = (moment: Moment, instant: number) => string;

/**
 * Compiles a form to a writer of moments in UTC; `language` is that of names, as a BCP 47 tag.
 * `writtenFormatFault` says beforehand what is wrong with a form.
 */
export function formatWriter(format: string, language: string): (moment: Moment) => string {
  const parts = piecesOf(format).map((piece): Token => {
    if ("text" in piece) return () => piece.text;
    const names = nameWriter(piece.token, language);
    return names ? (_, instant) => names(instant) : TOKENS[piece.token] ?? (() => "");
  });
  return (moment) => {
    const instant = asUtc(moment);
    let text = "";
    for (const write of parts) text += write(moment, instant);
    return text;
  };
}

/** What is wrong with a form to write in, in words that go on from "expected", or null. */
export function writtenFormatFault(format: string): string | null {
  const letters = piecesOf(format).some((piece) =>
    "text" in piece && !piece.isQuoted && /[A-Za-z]/.test(piece.text.replace("T", ""))
  );
  const hasToken = piecesOf(format).some((piece) => "token" in piece);
  return letters || !hasToken
    ? `iso, unix, unixMs or a format made of ${TOKEN_NAMES}, with other letters in [brackets]`
    : null;
}

const pad = (value: number, width: number) => String(value).padStart(width, "0");
const hour12 = ({ hour }: Moment) => hour % 12 || 12;

const TOKENS: Readonly<Record<string, Token>> = {
  YYYY: ({ year }) => pad(year, 4),
  YY: ({ year }) => pad(year % 100, 2),
  MM: ({ month }) => pad(month, 2),
  M: ({ month }) => String(month),
  DD: ({ day }) => pad(day, 2),
  D: ({ day }) => String(day),
  HH: ({ hour }) => pad(hour, 2),
  H: ({ hour }) => String(hour),
  hh: (moment) => pad(hour12(moment), 2),
  h: (moment) => String(hour12(moment)),
  A: ({ hour }) => hour < 12 ? "AM" : "PM",
  a: ({ hour }) => hour < 12 ? "am" : "pm",
  mm: ({ minute }) => pad(minute, 2),
  ss: ({ second }) => pad(second, 2),
  SSS: ({ millisecond }) => pad(millisecond, 3),
  S: ({ millisecond }) => String(Math.floor(millisecond / 100)),
  Z: () => "+00:00",
  X: (_, instant) => String(Math.floor(instant / 1000)),
  x: (_, instant) => String(instant),
};

const TOKEN_NAMES = ["MMMM", "MMM", "dddd", "ddd", ...Object.keys(TOKENS)].join(", ");
