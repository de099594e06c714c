/**
 * What a draft leaves open, as questions to somebody who knows the file: for each gap the column, some of
 * its values, and the best guess first.
 *
 * @module
 */

import type { InitWords } from "./dialect.ts";
import { type ColumnDraft, type Draft, oneLine, sentTo, withSteps, withType } from "./draft.ts";

/** A question about a column. The first option is the best guess. */
export interface ColumnQuestion {
  readonly header: string;
  /** Some of its values, for the person who has the file, and nobody else. */
  readonly examples: readonly string[];
  readonly question: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
}

/** Asks somebody; the answer is the value of an option. */
export type AskAboutColumn = (question: ColumnQuestion) => Promise<string>;

/**
 * Asks everything that a draft leaves open.
 *
 * @throws What `ask` throws, when the person cancels for instance.
 */
export async function answerDraft(
  draft: Draft,
  words: InitWords,
  ask: AskAboutColumn,
): Promise<Draft> {
  const columns: ColumnDraft[] = [];
  /** Targets that the destination can't do without are given to one column each. */
  const given = new Set(draft.columns.flatMap(({ target }) => target ?? []));
  for (const column of draft.columns) {
    const askOf = (question: string, options: ColumnQuestion["options"]) =>
      ask({ header: column.header, examples: column.examples, question, options });
    let answered = column;
    const suggestion = column.target === null ? suggestionFor(column, words, given) : null;
    if (suggestion !== null) {
      const target = await askOf("where does it go?", [
        { value: suggestion, label: [suggestion, column.alsoAt ?? []].flat().join(" and ") },
        { value: NOWHERE, label: "nowhere: check it only" },
      ]);
      answered = sentTo(answered, target === NOWHERE ? null : target);
      if (target !== NOWHERE) given.add(target);
      const keys = target === NOWHERE ? null : words.typeOf(target);
      if (keys !== null && typeof keys === "object") answered = withType(answered, keys);
    }
    const { doubt, doubtfulSteps } = answered;
    if (doubt !== null && doubt.options.length > 1) {
      const options = doubt.options.map(({ label }, at) => ({ value: String(at), label }));
      const answer = await askOf(doubt.question, options);
      answered = withType(answered, doubt.options[Number(answer)]?.keys ?? {});
    }
    if (doubtfulSteps.length > 0) {
      const answer = await askOf("some values may mean that there is nothing.", [
        { value: "empty", label: "leave them empty" },
        { value: "text", label: "send them" },
      ]);
      answered = withSteps(answered, answer === "empty");
    }
    columns.push(answered);
  }
  return { ...draft, columns };
}

const NOWHERE = "";

/** The draft's suggestion, or another one if an answer has given that away. */
function suggestionFor(
  { header, suggestion }: ColumnDraft,
  words: InitWords,
  given: ReadonlySet<string>,
): string | null {
  if (suggestion !== null && !given.has(suggestion)) return suggestion;
  const other = words.suggest(oneLine(header), [...given]);
  return other !== null && !given.has(other) ? other : null;
}
