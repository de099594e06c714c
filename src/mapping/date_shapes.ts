/**
 * The formats that a date may be in, by its shape: what stands between its numbers.
 *
 * @module
 */

import { formatReader } from "./date_format.ts";
import { isLanguage } from "./date_names.ts";

/** A format that a value may be in. */
export interface DateForm {
  /** As a mapping has it, with parts of one digit or two where the values are. */
  readonly format: string;
  /** Whether the format has a time of day. */
  readonly hasTime: boolean;
  /** The language of a month's name; undefined where there is none, or it is English. */
  readonly language?: string;
  fits(text: string): boolean;
}

/** No date that people write is longer. */
const LONGEST = 40;

/** Languages whose months are looked for, in order. */
const LANGUAGES = [
  ...["en", "de", "fr", "es", "it", "nl", "pt", "pl", "cs", "sk", "sv", "da", "nb", "fi", "hu"],
  ...["ro", "sl", "hr", "et", "lv", "lt", "el", "bg", "ru", "uk", "tr"],
];

/** `9/9/9 9:9 A` for `3/14/2020 1:05 PM`; null for what is no date. */
export function shapeOf(text: string): string | null {
  if (text.length > LONGEST || !/^[\d\p{L}]/u.test(text) || !/\d/.test(text)) return null;
  return text.replace(/\d+/g, "9").replace(/[\p{L}\p{M}]+/gu, "A");
}

const TIMES: readonly (readonly [shape: string, format: string])[] = [
  ["", ""],
  [" 9:9", " H:mm"],
  [" 9:9:9", " H:mm:ss"],
  [" 9:9 A", " h:mm A"],
  [" 9:9:9 A", " h:mm:ss A"],
  [", 9:9", ", H:mm"],
  [", 9:9:9", ", H:mm:ss"],
];

/** Dates of numbers alone, with each of their separators. */
const NUMBERS: readonly (readonly [shape: string, formats: readonly string[]])[] = [
  ["9/9/9", ["D/M/YYYY", "M/D/YYYY", "D/M/YY", "M/D/YY", "YYYY/M/D"]],
  ["9-9-9", ["D-M-YYYY", "M-D-YYYY", "D-M-YY", "M-D-YY", "YYYY-M-D"]],
  ["9.9.9", ["D.M.YYYY", "D.M.YY", "YYYY.M.D"]],
  ["9. 9. 9", ["D. M. YYYY"]],
  ["9.9.9.", ["YYYY.M.D.", "D.M.YYYY."]],
  ["9. 9. 9.", ["YYYY. M. D."]],
];

/** Dates with a month's name. */
const NAMED: readonly (readonly [shape: string, format: string])[] = [
  ["9 A 9", "D MMM YYYY"],
  ["9-A-9", "D-MMM-YYYY"],
  ["9-A-9", "D-MMM-YY"],
  ["9. A 9", "D. MMM YYYY"],
  ["9/A/9", "D/MMM/YYYY"],
  ["A 9, 9", "MMM D, YYYY"],
  ["A 9 9", "MMM D YYYY"],
  ["9 A. 9", "D MMM YYYY"],
  ["9. A. 9", "D. MMM YYYY"],
  ["9 A A A 9", "D [de] MMMM [de] YYYY"],
];

/** The formats of a shape; `text` is the first value that has it. */
export function formsOf(shape: string, text: string): DateForm[] {
  return TIMES.flatMap(([timeShape, time]) => {
    if (!shape.endsWith(timeShape)) return [];
    const dateShape = shape.slice(0, shape.length - timeShape.length);
    const plain = NUMBERS.find(([known]) => known === dateShape)?.[1] ?? [];
    const named = NAMED.filter(([known]) => known === dateShape).flatMap(([, date]) =>
      LANGUAGES.filter(isLanguage).map((language) => formOf(date, time, language))
        .filter((form) => form.fits(text)).slice(0, 1)
    );
    return [...plain.map((date) => formOf(date, time, "en")), ...named];
  });
}

function formOf(date: string, time: string, language: string): DateForm {
  const format = date + time;
  const read = formatReader(format, { language, twoDigitYearsFrom: 1969 });
  const fits = (text: string) => read(text) !== null;
  const form = { format, hasTime: time !== "", fits };
  return language === "en" ? form : { ...form, language };
}

/** The same format with two digits for each day, month and hour. */
export function padded(format: string): string {
  return format.replace(/(?<!D)D(?!D)/, "DD").replace(/(?<!M)M(?!M)/, "MM")
    .replace(/H(?!H)/, "HH").replace(/h(?!h)/, "hh");
}
