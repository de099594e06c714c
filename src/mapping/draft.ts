/**
 * The first draft of a mapping for a CSV that nobody has seen before: what is sure, and the questions that
 * only a person can answer.
 *
 * @module
 */

import { PROBLEM_COLUMN } from "../model/problem.ts";
import { withoutUnseen } from "../text/code_points.ts";
import type { ColumnProfile } from "./column_profile.ts";
import type { InitWords } from "./dialect.ts";
import { isAddress, MADE_ADDRESS, withIds } from "./draft_addresses.ts";
import { guessType } from "./guess_type.ts";
import { HEADERS, plainHeader } from "./header_words.ts";
import { placeHeaders } from "./synonyms.ts";
import type { ColumnKeys, Doubt, Misses, TypeGuess } from "./type_guess.ts";

/** What a mapping is drafted from. */
export interface Sample {
  readonly header: readonly string[];
  /** What was seen in each field of the rows. */
  readonly profiles: readonly ColumnProfile[];
  readonly words: InitWords;
  /** What stands in front of fractions, where that was said. */
  readonly decimal?: "." | "," | undefined;
}

/** One column of a draft. */
export interface ColumnDraft {
  readonly header: string;
  /** Where it goes for sure; null where that is a question. */
  readonly target: string | null;
  /** Where it may go; null where there is nothing to suggest. */
  readonly suggestion: string | null;
  /** Where its values go besides, as an id; null where they don't. */
  readonly alsoAt: string | null;
  /** What goes with the suggestion. */
  readonly suggestedKeys: ColumnKeys;
  /** What is in force, `clean` and the type's members. */
  readonly keys: ColumnKeys;
  readonly misses: Misses | null;
  readonly doubt: Doubt | null;
  /** Steps that may be needed, where none is in force. */
  readonly doubtfulSteps: readonly unknown[];
  readonly notes: readonly string[];
  /** A few values, to be shown and never written. */
  readonly examples: readonly string[];
}

/** A mapping with open questions. */
export interface Draft {
  readonly columns: readonly ColumnDraft[];
  /** Headers that stand more than once. */
  readonly doubled: readonly string[];
}

/** Drafts a mapping. */
export function draftMapping({ header, profiles, words, decimal }: Sample): Draft {
  const names = [...new Set(header[0] === PROBLEM_COLUMN ? header.slice(1) : header)]
    .filter((name) => name !== "");
  const placed = placeHeaders(names, words.synonyms);
  const taken = new Set(placed.values());
  let hasAge = false;
  const columns = names.map((name): ColumnDraft => {
    const profile = profiles[header.indexOf(name)] as ColumnProfile;
    const target = placed.get(name) ?? null;
    const suggestion = target === null ? unused(name, words, taken) : null;
    if (suggestion !== null) taken.add(suggestion);
    const suggestedKeys = isAddress(suggestion, words) ? MADE_ADDRESS : {};
    const guess = suggestedKeys === MADE_ADDRESS
      ? NO_GUESS
      : guessFor(name, profile, target, words, decimal);
    const isAge = !hasAge && guess.keys.type === "integer" && isAgeHeader(name);
    if (isAge) hasAge = true;
    const steps = sureSteps(profile, guess);
    const { clean: _, ...keys } = guess.keys;
    return {
      header: name,
      target,
      suggestion,
      alsoAt: null,
      suggestedKeys,
      keys: {
        ...(steps.length > 0 ? { clean: steps } : {}),
        ...keys,
        ...(isAge ? { min: 0, role: "age" } : {}),
        ...(keys.required ? {} : words.columnKeys),
      },
      misses: guess.misses,
      doubt: guess.doubt,
      doubtfulSteps: steps.length > 0 ? [] : doubtfulSteps(profile),
      notes: steps.length > 0 ? [...guess.notes, ...emptyNotes(profile)] : guess.notes,
      examples: profile.examples,
    };
  });
  const doubled = header.filter((name, at) => name !== "" && header.indexOf(name) !== at);
  const drafted = withIds(likeTheOthers(columns), words);
  return { columns: drafted, doubled: [...new Set(doubled)] };
}

/** The same, with what is doubtful of a number guessed as it is for sure in another column. */
function likeTheOthers(columns: readonly ColumnDraft[]): ColumnDraft[] {
  const signs = new Set(
    columns.flatMap(({ keys }) => keys.type === "number" ? keys.decimal ?? "." : []),
  );
  const [sign, other] = signs;
  if (sign === undefined || other !== undefined) return [...columns];
  return columns.map((column) => {
    const { doubt } = column;
    const option = doubt?.options.find(({ keys }) => keys.decimal === sign);
    if (!doubt || !option) return column;
    const options = [option, ...doubt.options.filter((one) => one !== option)];
    return { ...column, doubt: { ...doubt, options } };
  });
}

/** The column with an answer to where it goes; null leaves it where it is, only checked. */
export function sentTo(column: ColumnDraft, target: string | null): ColumnDraft {
  const { suggestion, suggestedKeys: { type } } = column;
  // Nobody agreed to addresses that are made.
  const keys = target === suggestion && type ? { ...column.keys, type } : column.keys;
  const alsoAt = target === suggestion ? column.alsoAt : null;
  return { ...column, target, suggestion: null, alsoAt, suggestedKeys: {}, keys };
}

/** The column with an answer to what its values are. */
export function withType(column: ColumnDraft, keys: ColumnKeys): ColumnDraft {
  return { ...column, keys: { ...column.keys, ...keys }, doubt: null };
}

/** The column with an answer to whether some words mean that there is nothing. */
export function withSteps(column: ColumnDraft, agreed: boolean): ColumnDraft {
  const keys = agreed ? { clean: column.doubtfulSteps, ...column.keys } : column.keys;
  return { ...column, keys, doubtfulSteps: [] };
}

const NO_GUESS: TypeGuess = { keys: {}, misses: null, doubt: null, notes: [] };

function guessFor(
  name: string,
  profile: ColumnProfile,
  target: string | null,
  words: InitWords,
  decimal: Sample["decimal"],
): TypeGuess {
  const own = target === null ? null : words.typeOf(target);
  if (own !== null && typeof own === "object") {
    return { keys: own, misses: null, doubt: null, notes: [] };
  }
  const guess = guessType(name, profile, own, decimal);
  return words.textsOnly && NO_TEXTS.has(guess.keys.type)
    ? guessType(name, profile, "text")
    : guess;
}

/** Types whose values are sent as something else than text. */
const NO_TEXTS: ReadonlySet<unknown> = new Set(["integer", "number", "boolean", "json", "list"]);

/** A target that no other column has or may get. */
function unused(name: string, words: InitWords, taken: ReadonlySet<string>): string | null {
  const suggested = words.suggest(oneLine(name), [...taken]);
  if (suggested === null) return null;
  let target = suggested;
  for (let n = 2; taken.has(target); n++) target = `${suggested}_${n}`;
  return target;
}

/** Longest name that is made of a header, in characters (UTF-16 units). */
const LONGEST_NAME = 200;

/** A header as a name: on one line, without blanks around it and what is not seen. */
export function oneLine(header: string): string {
  const name = withoutUnseen(header).replace(/[\s\p{Cc}]+/gu, " ").trim();
  return name.slice(0, LONGEST_NAME).trim().toWellFormed() || "field";
}

function isAgeHeader(name: string): boolean {
  return (HEADERS.age as readonly string[]).includes(
    plainHeader(name).replace(/^(?:customer|client|user)/, ""),
  );
}

/** Steps without which values can't be what they are. */
function sureSteps(profile: ColumnProfile, { keys }: TypeGuess): unknown[] {
  const steps = Array.isArray(keys.clean) ? keys.clean : [];
  const nullWords = [...profile.nullWords.sure];
  return [
    ...(profile.quoted > 0 ? ["unquote"] : []),
    ...steps,
    ...(nullWords.length > 0 ? [{ nullWords }] : []),
  ];
}

/** What to add to steps that are in force. */
function emptyNotes(profile: ColumnProfile): string[] {
  return doubtfulSteps(profile).map((step) =>
    `If these words mean that there is nothing, add to clean: ${JSON.stringify(step)}`
  );
}

function doubtfulSteps({ nullWords }: ColumnProfile): unknown[] {
  return nullWords.doubtful.size > 0 ? [{ nullWords: [...nullWords.doubtful] }] : [];
}
