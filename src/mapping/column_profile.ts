/**
 * What the values of one column have in common, gathered value by value.
 *
 * @module
 */

import { isIsoDate, parseIso } from "./calendar.ts";
import { type Check, INVALID } from "./check.ts";
import { compileCheck } from "./checks.ts";
import { unquoted } from "./clean.ts";
import { type DateForm, formsOf, padded, shapeOf } from "./date_shapes.ts";
import { nullWordKind } from "./null_words.ts";
import { columnSchema } from "./schema_columns.ts";
import { looksShortened } from "./spreadsheet.ts";
import { ENGLISH, FURTHER_LANGUAGES, type TruthWords } from "./truth_words.ts";

/** What many values may be, and how many are. */
export interface Hypothesis {
  readonly kind: HypothesisKind;
  /** Of a kind with several forms. */
  readonly form?: DateForm;
  readonly words?: TruthWords;
  /** Of truth words: those that were seen, in lower case. */
  readonly seen?: Set<string>;
  fits(text: string): boolean;
  hits: number;
  misses: number;
  /** Line of the first value that is something else; 0 while there is none. */
  missLine: number;
}

export type HypothesisKind =
  | ("email" | "uuid" | "phone" | "boolean" | "date" | "datetime" | "form")
  | ("integer" | "point" | "comma");

/** After so many values only what half of them are is looked at further. */
const WARM_UP = 1000;

/** Values in so many different shapes are no dates. */
const MOST_SHAPES = 8;

/** Examples for people, and numbers to find a country by. */
const SHOWN = 3;
const KEPT_NUMBERS = 50;

/** Tells that a column's digits name something. */
const IS_NAME = /^(?:[+-]?0\d|\+|-?\d{16})/;

const POINT_ONLY =
  /^[+-]?(?:\d*\.\d{1,2}|\d*\.\d{4,}|0\.\d+|\d{4,}\.\d+|\d{1,3}(?:[, '’\u00a0\u202f]\d{3})+\.\d+)$/;
const COMMA_ONLY =
  /^[+-]?(?:\d*,\d{1,2}|\d*,\d{4,}|0,\d+|\d{4,},\d+|\d{1,3}(?:[. '’\u00a0\u202f]\d{3})+,\d+)$/;
const POINT_GROUPS = /^[+-]?[1-9]\d{0,2}(?:\.\d{3})+$/;
const COMMA_GROUPS = /^[+-]?[1-9]\d{0,2}(?:,\d{3})+$/;

/** Counts of what makes numbers doubtful. */
export interface NumberSigns {
  /** Zeros or a plus in front, or more digits than a number holds. */
  names: number;
  /** Numbers that a spreadsheet has shortened, and the line of the first. */
  shortened: number;
  shortenedLine: number;
  /** Numbers in which the point, or the comma, can only stand in front of a fraction. */
  pointFractions: number;
  commaFractions: number;
  /** Numbers in which it may part thousands as well. */
  pointGroups: number;
  commaGroups: number;
  /** Numbers whose thousands are parted by something else than a point. */
  parted: number;
}

/** Gathers what is known of one column. No value is kept but a few examples. */
export class ColumnProfile {
  /** Values that are neither empty nor a word for nothing. */
  total = 0;
  hypotheses: Hypothesis[] = fixedHypotheses();
  readonly signs: NumberSigns = {
    names: 0,
    shortened: 0,
    shortenedLine: 0,
    pointFractions: 0,
    commaFractions: 0,
    pointGroups: 0,
    commaGroups: 0,
    parted: 0,
  };
  /** Words for nothing, as they stand. */
  readonly nullWords: { readonly sure: Set<string>; readonly doubtful: Set<string> } = {
    sure: new Set(),
    doubtful: new Set(),
  };
  /** Values in the quotes that spreadsheets put around text. */
  quoted = 0;
  /** ISO times without an offset from UTC. */
  localTimes = 0;
  /** Years of two digits from 30 to 68: of birth, or of the end of a contract. */
  doubtfulYears = 0;
  /** Whether every day, month and hour of a date has two digits. */
  isPadded = true;
  readonly examples: string[] = [];
  readonly numbers: string[] = [];
  readonly #shapes = new Set<string>();
  #firstLine = 0;

  /** Takes a value as it stands, and the line on which its row starts. */
  add(value: string, line: number): void {
    const trimmed = value.trim();
    if (trimmed === "") return;
    const text = unquoted(trimmed);
    const nothing = nullWordKind(text);
    if (nothing !== null) {
      this.nullWords[nothing].add(text);
      return;
    }
    if (text !== trimmed) this.quoted++;
    if (this.examples.length < SHOWN && !this.examples.includes(text)) this.examples.push(text);
    if (this.total === 0) this.#firstLine = line;
    if (this.hypotheses.length > 0) this.#try(text, line);
    this.total++;
    if (this.total === WARM_UP) this.#drop();
  }

  /** The hypothesis of a kind that most values fit, or null. */
  best(kind: HypothesisKind): Hypothesis | null {
    const found = this.hypotheses.filter((each) => each.kind === kind);
    return found.reduce<Hypothesis | null>(
      (best, each) => each.hits > (best?.hits ?? 0) ? each : best,
      null,
    );
  }

  #try(text: string, line: number): void {
    this.#look(text, line);
    const shape = shapeOf(text);
    if (shape !== null && this.total < WARM_UP && !this.#shapes.has(shape)) {
      this.#shapes.add(shape);
      if (this.#shapes.size <= MOST_SHAPES) this.#addForms(formsOf(shape, text));
    }
    for (const hypothesis of this.hypotheses) {
      if (hypothesis.fits(text)) {
        hypothesis.hits++;
        if (hypothesis.form) this.#lookAtDate(text, hypothesis.form);
        continue;
      }
      if (hypothesis.misses++ === 0) hypothesis.missLine = line;
    }
  }

  #lookAtDate(text: string, { format }: DateForm): void {
    if (/(?<!\d)\d(?!\d)/.test(text)) this.isPadded = false;
    if (/(?<!Y)YY(?!Y)/.test(format) && /[/.-](?:[3-5]\d|6[0-8])(?!\d)/.test(text)) {
      this.doubtfulYears++;
    }
  }

  #addForms(forms: readonly DateForm[]): void {
    for (const form of forms) {
      const known = this.hypotheses.some(({ form: other }) =>
        other?.format === form.format && other.language === form.language
      );
      if (known) continue;
      this.hypotheses.push({
        kind: "form",
        form,
        fits: form.fits,
        hits: 0,
        misses: this.total,
        missLine: this.#firstLine,
      });
    }
  }

  #look(text: string, line: number): void {
    const { signs } = this;
    const first = text.charCodeAt(0);
    if (first > 0x39) return; // Beyond digits, signs and blanks.
    if (IS_NAME.test(text)) signs.names++;
    if (looksShortened(text) && signs.shortened++ === 0) signs.shortenedLine = line;
    if (/^[+-]?\d+[, '’\u00a0\u202f]\d/.test(text)) signs.parted++;
    if (POINT_ONLY.test(text)) signs.pointFractions++;
    else if (COMMA_ONLY.test(text)) signs.commaFractions++;
    else if (POINT_GROUPS.test(text)) signs.pointGroups++;
    else if (COMMA_GROUPS.test(text)) signs.commaGroups++;
    if (this.numbers.length < KEPT_NUMBERS) this.numbers.push(text);
    if (first >= 0x30 && parseIso(text)?.offset === null && !isIsoDate(text)) this.localTimes++;
  }

  /** Leaves out what less than half of the values are; addresses and numbers may be asked for. */
  #drop(): void {
    this.hypotheses = this.hypotheses.filter(({ kind, hits }) =>
      hits * 2 > this.total || kind === "email" || kind === "phone"
    );
  }
}

/** How the format of a profile's dates is written in a mapping. */
export function writtenFormat({ isPadded }: ColumnProfile, { format }: DateForm): string {
  return isPadded ? padded(format) : format;
}

function fixedHypotheses(): Hypothesis[] {
  const made = (
    kind: HypothesisKind,
    fits: Hypothesis["fits"],
    words?: TruthWords,
  ): Hypothesis => ({
    kind,
    fits,
    hits: 0,
    misses: 0,
    missLine: 0,
    ...(words ? { words } : {}),
  });
  const truth = [ENGLISH, ...FURTHER_LANGUAGES].map((words) => {
    const all = new Set([...words.trueWords, ...words.falseWords]);
    const seen = new Set<string>();
    const fits = (text: string) => {
      const word = text.toLowerCase();
      if (!all.has(word)) return false;
      seen.add(word);
      return true;
    };
    return { ...made("boolean", fits), words, seen };
  });
  return [
    made("email", CHECKS.email),
    made("uuid", CHECKS.uuid),
    made("phone", CHECKS.phone),
    ...truth,
    made("date", isIsoDate),
    made("datetime", (text) => !isIsoDate(text) && parseIso(text) !== null),
    made("integer", CHECKS.integer),
    made("point", CHECKS.point),
    made("comma", CHECKS.comma),
  ];
}

const CHECKS = {
  email: fitting({ type: "email" }),
  uuid: fitting({ type: "uuid" }),
  phone: fitting({ type: "phone" }),
  integer: fitting({ type: "integer" }),
  point: fitting({ type: "number", decimal: "." }),
  comma: fitting({ type: "number", decimal: "," }),
};

function fitting(column: Record<string, unknown>): (text: string) => boolean {
  let check: Check | null = null;
  return (text) => {
    check ??= compileCheck(columnSchema.parse({ from: "-", ...column }));
    return check === null || check.read(text) !== INVALID;
  };
}
