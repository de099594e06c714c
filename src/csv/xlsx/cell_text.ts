/**
 * What a number in a cell is as text: a date or time by its number format, zeros in front where the
 * format says how many digits there are, else the number with the digits that Excel shows.
 *
 * @module
 */

/** What a number format makes of a number. */
export type NumberKind = "date" | "time" | "datetime" | "elapsed" | "number" | {
  readonly digits: number;
};

/** Tells the kind by a format's first section; colours, conditions and quoted texts say nothing. */
export function kindOf(format: string): NumberKind {
  const [section = ""] = format.replace(/"[^"]*"|\\.|_.|\*./g, "").split(";");
  if (/\[(?:h+|m+|s+)\]/i.test(section)) return "elapsed";
  const plain = section.replace(/\[[^\]]*\]/g, "");
  if (/^0+$/.test(plain) && plain.length > 1) return { digits: plain.length };
  if (/general/i.test(plain)) return "number";
  // An m beside hours or seconds stands for minutes.
  const clock = plain.replace(/am\/pm|a\/p/gi, "").replace(/h+[^a-z]*m+/gi, "h")
    .replace(/m+[^a-z]*s+/gi, "s");
  const hasDate = /[dmy]/i.test(clock);
  const hasTime = /[hs]/i.test(clock);
  if (hasDate) return hasTime ? "datetime" : "date";
  return hasTime ? "time" : "number";
}

const DAY_MS = 86_400_000;

/** Day 0 of either count, as epoch milliseconds. 1900 had 366 days for Lotus 1-2-3, and so for Excel. */
const DAY_ZERO = Date.UTC(1899, 11, 30);
const DAY_ZERO_OF_1904 = Date.UTC(1904, 0, 1);

/** A number, as the file has it, as text. */
export function numberText(text: string, kind: NumberKind, countsFrom1904: boolean): string {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) return text;
  if (typeof kind === "object") {
    return Number.isInteger(value) && value >= 0
      ? plain(text.trim()).padStart(kind.digits, "0")
      : plain(text.trim());
  }
  if (kind === "number" || value < 0) return plain(text.trim());
  const ms = Math.round(value * 86_400) * 1000;
  if (kind === "elapsed") return clock(ms);
  if (kind === "time" && value < 1) return clock(ms);
  // Before March 1900 Excel's count is one day ahead.
  const early = !countsFrom1904 && value < 60 ? DAY_MS : 0;
  const date = new Date((countsFrom1904 ? DAY_ZERO_OF_1904 : DAY_ZERO) + early + ms);
  if (Number.isNaN(date.getTime()) || date.getUTCFullYear() > 9999) return plain(text.trim());
  const iso = date.toISOString();
  return kind === "date" && ms % DAY_MS === 0 ? iso.slice(0, 10) : iso.slice(0, 19);
}

/**
 * Excel keeps and shows 15 digits: 0.1 + 0.2 is 0.3 there. Longer whole numbers are written by other
 * programs, and may be keys: they keep all of theirs.
 */
function plain(text: string): string {
  return /^-?\d{16,}$/.test(text) ? text : String(Number(Number(text).toPrecision(15)));
}

function clock(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}
