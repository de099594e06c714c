/**
 * Guesses a column's type from what its values have in common. What most values are is the type, and the
 * few others are told; what can be read in two ways is a doubt, never a type.
 *
 * @module
 */

import { type ColumnProfile, type Hypothesis, writtenFormat } from "./column_profile.ts";
import { phoneDoubt } from "./guess_phone.ts";
import type { ColumnKeys, Doubt, TargetType, TypeGuess } from "./type_guess.ts";
import { ENGLISH } from "./truth_words.ts";

/** Numbers of these columns are names of things, not amounts: zeros in front of them count. */
const NAMES_THINGS =
  /(?:id|ids|no|nr|num|number|nummer|numer|code|kod|kód|zip|plz|cap|psč|phone|mobile|tel|telephone|account|konto|reference|ref|iban|vat|siret|cislo|číslo)$/u;

const TEXT: TypeGuess = { keys: {}, misses: null, doubt: null, notes: [] };

/** The type of a column by its header and its values, or by its target alone where that has one. */
export function guessType(
  header: string,
  profile: ColumnProfile,
  target: TargetType | null,
  decimal?: "." | ",",
): TypeGuess {
  if (target === "text") return TEXT;
  if (target === "email") return email(profile);
  if (target === "phone") return phone(profile);
  const { total } = profile;
  if (total === 0) return TEXT;
  const isMost = (found: Hypothesis | null) => found !== null && found.hits * 2 > total;
  if (isMost(profile.best("email"))) return email(profile);
  if (isMost(profile.best("phone"))) return phone(profile);
  for (
    const [kind, guess] of [
      ["uuid", (found: Hypothesis) => settled({ type: "uuid" }, found, profile)],
      ["boolean", (found: Hypothesis) => truth(found, profile)],
      ["date", (found: Hypothesis) => settled({ type: "date" }, found, profile)],
      ["datetime", (found: Hypothesis) => moment(found, profile)],
      ["form", () => dates(profile)],
    ] as const
  ) {
    const found = profile.best(kind);
    if (found !== null && isMost(found)) return guess(found);
  }
  const name = header.normalize("NFC").toLowerCase().replace(/[^\p{L}]/gu, "");
  return NAMES_THINGS.test(name) ? noted(TEXT, profile) : numbers(profile, decimal);
}

function email(profile: ColumnProfile): TypeGuess {
  return settled({ clean: ["lower"], type: "email" }, profile.best("email"), profile, true);
}

function phone(profile: ColumnProfile): TypeGuess {
  const found = profile.best("phone");
  const hits = found?.hits ?? 0;
  const others = profile.total - hits;
  if (others === 0 || (others <= tolerated(profile.total) && hits > others)) {
    return settled({ type: "phone" }, found, profile, true);
  }
  return { ...TEXT, doubt: phoneDoubt(profile.numbers) };
}

/** So many values may be something else without making a type doubtful. */
function tolerated(total: number): number {
  return Math.max(1, total / 10);
}

/** A type, in force if nearly all values are of it, else in doubt. */
function settled(
  keys: ColumnKeys,
  found: Hypothesis | null,
  profile: ColumnProfile,
  isSure = false,
): TypeGuess {
  const { total } = profile;
  const count = total - (found?.hits ?? 0);
  // What was left out early was not looked at to the end.
  const misses = count === 0 || found === null ? null : { count, total, line: found.missLine };
  if (isSure || count <= tolerated(total)) return noted({ ...TEXT, keys, misses }, profile);
  return {
    ...TEXT,
    doubt: {
      question: `${total - count} of ${total} values look alike, the others don't`,
      options: [{ label: describeKeys(keys), keys }, AS_TEXT],
      reason: `${count} of ${total} aren't, first in line ${found?.missLine ?? 0}`,
    },
  };
}

const AS_TEXT = { label: "text, as it stands", keys: {} } as const;

function noted(guess: TypeGuess, { signs }: ColumnProfile): TypeGuess {
  if (signs.shortened === 0) return guess;
  const note = `${signs.shortened} of its values are numbers that a spreadsheet has shortened ` +
    `(first in line ${signs.shortenedLine}): export the column as text.`;
  return { ...guess, notes: [...guess.notes, note] };
}

function truth(found: Hypothesis, profile: ColumnProfile): TypeGuess {
  const { words = ENGLISH, seen = new Set<string>() } = found;
  const keys = words === ENGLISH
    ? { type: "boolean" }
    : { type: "boolean", trueWords: words.trueWords, falseWords: words.falseWords };
  const both = [words.trueWords, words.falseWords].every((side) => side.some((w) => seen.has(w)));
  const isLetters = words !== ENGLISH && [...seen].every((word) => word.length === 1);
  if (both && !isLetters) return settled(keys, found, profile);
  if (!both && isLetters) return noted(TEXT, profile);
  return {
    ...TEXT,
    doubt: {
      question: "Are these yes and no?",
      options: [{ label: "yes and no", keys }, AS_TEXT],
      reason: both ? "its letters may mean something else" : "only one word of the two is there",
    },
  };
}

function moment(found: Hypothesis, profile: ColumnProfile): TypeGuess {
  if (profile.localTimes === 0) return settled({ type: "datetime" }, found, profile);
  return {
    ...TEXT,
    doubt: zoneDoubt({}),
  };
}

/** Times of which nothing says where they were noted. */
function zoneDoubt(keys: ColumnKeys): Doubt {
  return {
    question: "In which time zone are these times?",
    options: [
      { label: "UTC", keys: { type: "datetime", ...keys, timeZone: "UTC" } },
      { label: "only the day counts", keys: { type: "date", ...keys } },
      AS_TEXT,
    ],
    reason: "its times say no time zone: name theirs, e.g. Europe/London",
  };
}

function dates(profile: ColumnProfile): TypeGuess {
  const forms = profile.hypotheses.filter(({ kind, hits }) =>
    kind === "form" && hits * 2 > profile.total
  ).sort((a, b) => b.hits - a.hits);
  const [best] = forms;
  if (best?.form === undefined) return TEXT;
  const alike = forms.filter(({ hits }) => hits === best.hits).flatMap(({ form }) => form ?? []);
  const keysOf = (form: NonNullable<Hypothesis["form"]>): ColumnKeys => ({
    formats: [writtenFormat(profile, form)],
    ...(form.language === undefined ? {} : { language: form.language }),
  });
  const { hasTime } = best.form;
  if (alike.length === 1) {
    const keys = keysOf(best.form);
    if (profile.doubtfulYears > 0) return { ...TEXT, doubt: centuryDoubt(keys, hasTime) };
    if (hasTime) return { ...TEXT, doubt: zoneDoubt(keys) };
    return settled({ type: "date", ...keys }, best, profile);
  }
  const type = hasTime ? "datetime" : "date";
  const options = alike.map((form) => ({
    label: writtenFormat(profile, form),
    keys: { type, ...keysOf(form), ...(hasTime ? { timeZone: "UTC" } : {}) },
  }));
  const others = options.slice(1).map(({ label }) => label).join(", ");
  return {
    ...TEXT,
    doubt: {
      question: "In which form are these dates?",
      options: [...options, AS_TEXT],
      reason: `all values fit ${others} too`,
    },
  };
}

/** Years of two digits that may be of this century or the last. */
function centuryDoubt(keys: ColumnKeys, hasTime: boolean): Doubt {
  const type = hasTime ? "datetime" : "date";
  const zone = hasTime ? { timeZone: "UTC" } : {};
  const options = [1930, 1969].map((from) => ({
    label: `${from} to ${from + 99}`,
    keys: { type, ...keys, twoDigitYearsFrom: from, ...zone },
  }));
  return {
    question: "Which hundred years are its two-digit years of?",
    options: [...options, AS_TEXT],
    reason: "its two-digit years may be of this century or the last",
  };
}

function numbers(profile: ColumnProfile, decimal: "." | "," | undefined): TypeGuess {
  const { signs, total } = profile;
  if (signs.names > 0) return noted(TEXT, profile);
  const integer = profile.best("integer");
  const point = profile.best("point");
  const comma = profile.best("comma");
  const isMost = (found: Hypothesis | null) => found !== null && found.hits * 2 > total;
  const { pointFractions, commaFractions, pointGroups, commaGroups } = signs;
  if (pointFractions + commaFractions + pointGroups + commaGroups === 0) {
    return isMost(integer) ? settled({ type: "integer" }, integer, profile) : noted(TEXT, profile);
  }
  if (!isMost(point) && !isMost(comma)) return noted(TEXT, profile);
  if (decimal !== undefined) {
    return settled({ type: "number" }, decimal === "," ? comma : point, profile);
  }
  if (pointFractions > 0 && commaFractions === 0) {
    const keys = signs.parted > 0 ? { type: "number", decimal: "." } : { type: "number" };
    return settled(keys, point, profile);
  }
  if (commaFractions > 0 && pointFractions === 0) {
    return settled({ type: "number", decimal: "," }, comma, profile);
  }
  return { ...TEXT, doubt: decimalDoubt(pointGroups > 0) };
}

/** Numbers of which nothing says whether a point or a comma parts thousands or a fraction. */
function decimalDoubt(hasPoint: boolean): Doubt {
  const sign = hasPoint ? "point" : "comma";
  const options = [
    { label: "in front of a fraction", keys: { type: "number", decimal: hasPoint ? "." : "," } },
    { label: "between thousands", keys: { type: "number", decimal: hasPoint ? "," : "." } },
  ];
  return {
    question: `Where does the ${sign} stand?`,
    options: [...(hasPoint ? options : options.reverse()), AS_TEXT],
    reason: `the ${sign} may part thousands or a fraction`,
  };
}

function describeKeys(keys: ColumnKeys): string {
  return Object.values(keys).filter((value) => typeof value === "string").join(", ");
}
