/**
 * How the text of a setting becomes a value. Numbers are parsed whole, so that `10abc` is an error
 * and not 10. Messages complete the sentence «--flag …».
 *
 * @module
 */

import * as z from "zod";
import { COMMENT_MARK, COMMENT_RULE } from "../text/comment_mark.ts";
import { DELIMITER_RULE, delimiterOf } from "../text/delimiter_names.ts";
import { ENCODING_RULE, encodingNamed } from "../text/encoding_names.ts";
import { Secret } from "../model/secret.ts";

/** A whole number of at least `min` (and at most `max`). */
export function wholeNumber(min: number, max = Number.MAX_SAFE_INTEGER): z.ZodType<number, string> {
  const range = max === Number.MAX_SAFE_INTEGER
    ? `of at least ${min}`
    : `between ${min} and ${max}`;
  return z.string().transform((text, context) => {
    const value = /^\d+$/.test(text) ? Number(text) : NaN;
    if (value >= min && value <= max) return value;
    context.addIssue({ code: "custom", message: `takes a whole number ${range}` });
    return z.NEVER;
  });
}

/** A decimal number of at least `min`, or above it when `exclusive`. */
export function decimalNumber(
  min: number,
  options: { readonly exclusive?: boolean } = {},
): z.ZodType<number, string> {
  const range = options.exclusive ? `above ${min}` : `of at least ${min}`;
  return z.string().transform((text, context) => {
    const value = /^(\d+(\.\d+)?|\.\d+)$/.test(text) ? Number(text) : NaN;
    if (options.exclusive ? value > min : value >= min) return value;
    context.addIssue({ code: "custom", message: `takes a number ${range}` });
    return z.NEVER;
  });
}

const DURATION_UNITS_MS: Record<string, number> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** A length of time such as `90s`, `5m`, `1h30m` or `500ms`, in milliseconds. */
export function duration(): z.ZodType<number, string> {
  return z.string().transform((text, context) => {
    if (/^(\d+(\.\d+)?(ms|s|m|h|d))+$/.test(text)) {
      let total = 0;
      for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)) {
        total += Number(amount) * (DURATION_UNITS_MS[unit ?? ""] ?? NaN);
      }
      return Math.round(total);
    }
    context.addIssue({
      code: "custom",
      message: "takes a length of time with its unit, such as 90s, 5m or 1h30m",
    });
    return z.NEVER;
  });
}

/** A moment: so long ago, or (epoch milliseconds) when. */
export type Since = { readonly agoMs: number } | { readonly atMs: number };

/** A length of time before now, or a date with or without a time, on this machine's clock. */
export function since(): z.ZodType<Since, string> {
  return z.string().transform((text, context): Since => {
    const ago = duration().safeParse(text);
    if (ago.success) return { agoMs: ago.data };
    const atMs = /^\d{4}-\d\d-\d\d$/.test(text)
      ? Date.parse(`${text}T00:00`)
      : /^\d{4}-\d\d-\d\d[T ]\d/.test(text)
      ? Date.parse(text.replace(" ", "T"))
      : NaN;
    if (Number.isFinite(atMs)) return { atMs };
    context.addIssue({
      code: "custom",
      message: "takes a length of time or a date, such as 24h, 7d or 2026-11-28",
    });
    return z.NEVER;
  });
}

const TRUE_WORDS = new Set(["true", "1", "yes", "on"]);
const FALSE_WORDS = new Set(["false", "0", "no", "off"]);

/** A switch: `true`, `1`, `yes`, `on` or their opposites, in any case. */
export function toggle(): z.ZodType<boolean, string> {
  return z.string().transform((text, context) => {
    const word = text.toLowerCase();
    if (TRUE_WORDS.has(word)) return true;
    if (FALSE_WORDS.has(word)) return false;
    context.addIssue({ code: "custom", message: "takes true or false" });
    return z.NEVER;
  });
}

/** A bound on rejected rows: so many, or such a share of the rows read. */
export type ErrorBound = { readonly rows: number } | { readonly percent: number };

/** `25` rows or `2.5%` of the rows read. */
export function errorBound(): z.ZodType<ErrorBound, string> {
  return z.string().transform((text, context): ErrorBound => {
    if (/^\d+$/.test(text)) return { rows: Number(text) };
    const percent = /^(\d+(?:\.\d+)?)%$/.exec(text)?.[1];
    if (percent !== undefined && Number(percent) <= 100) return { percent: Number(percent) };
    context.addIssue({
      code: "custom",
      message: "takes a number of rows or a percentage, e.g. 25 or 2%",
    });
    return z.NEVER;
  });
}

/** One of a few words, in any case. */
export function oneOf<const Word extends string>(words: readonly Word[]): z.ZodType<Word, string> {
  return z.string().transform((text, context): Word => {
    const found = words.find((word) => word.toLowerCase() === text.toLowerCase());
    if (found !== undefined) return found;
    context.addIssue({ code: "custom", message: `takes one of ${words.join(", ")}` });
    return z.NEVER;
  });
}

/** A shard of a file: the `index`-th (from 1) of `count`. */
export type Shard = { readonly index: number; readonly count: number };

/** `3/8`: the third of eight. */
export function shard(): z.ZodType<Shard, string> {
  return z.string().transform((text, context): Shard => {
    const match = /^(\d{1,6})\/(\d{1,6})$/.exec(text);
    const index = Number(match?.[1]);
    const count = Number(match?.[2]);
    if (match && index >= 1 && index <= count) return { index, count };
    context.addIssue({ code: "custom", message: "takes i/n with i from 1 to n, e.g. 3/8" });
    return z.NEVER;
  });
}

/** One ASCII character, or the word for it: comma, semicolon, tab, pipe. */
export function delimiter(): z.ZodType<string, string> {
  return z.string().transform((text, context) => {
    const character = delimiterOf(text);
    if (character !== null) return character;
    context.addIssue({ code: "custom", message: DELIMITER_RULE });
    return z.NEVER;
  });
}

/**
 * A label that `TextDecoder` knows, such as `utf-8`, `windows-1252` or `utf-16le`, or a DOS code page
 * such as `cp850`; `utf-16` leaves the byte order to the file.
 */
export function encoding(): z.ZodType<string, string> {
  return z.string().transform((text, context) => {
    const name = encodingNamed(text);
    if (name !== null) return name;
    context.addIssue({ code: "custom", message: ENCODING_RULE });
    return z.NEVER;
  });
}

/** `none`, or the names of columns, separated by commas; a name with a comma stands in quotes. */
export function columnNames(): z.ZodType<"none" | readonly string[], string> {
  return z.string().transform((text, context) => {
    if (text.trim().toLowerCase() === "none") return "none";
    const names = [...text.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))(?=,|$)/g)]
      .map(([, quoted, plain]) => (quoted?.replaceAll('""', '"') ?? plain ?? "").trim());
    const isWhole = names.join().length > 0 && !names.includes("");
    if (isWhole && new Set(names).size === names.length) return names;
    context.addIssue({
      code: "custom",
      message: "takes none, or names that differ, separated by commas",
    });
    return z.NEVER;
  });
}

/** A key or a token. */
export function secret(): z.ZodType<Secret, string> {
  return text().transform((given) => new Secret(given));
}

/** Any text that is not empty. */
export function text(): z.ZodType<string, string> {
  return z.string().min(1, "takes a text that is not empty");
}

/** What comment lines start with. */
export function commentMark(): z.ZodType<string, string> {
  return z.string().regex(COMMENT_MARK, COMMENT_RULE);
}

/** Origins of web pages, separated by blanks (RFC 6454 §6.2). */
export function origins(): z.ZodType<string, string> {
  return z.string().refine(
    (text) => text.split(/\s+/).every((origin) => URL.parse(origin)?.origin === origin),
    "takes origins such as https://crm.example.com, without a path",
  );
}
