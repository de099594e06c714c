/**
 * The questions of `init` at a terminal: for each gap the column, some of its values, and the best guess
 * first, so that Enter takes it.
 *
 * @module
 */

import type { Io } from "../../io.ts";
import type { InitWords } from "../../mapping/dialect.ts";
import {
  type ColumnDraft,
  type Draft,
  oneLine,
  sentTo,
  withSteps,
  withType,
} from "../../mapping/draft.ts";
import { CancelledError } from "../../model/errors.ts";
import { printable } from "../../text/printable.ts";

/**
 * Asks everything that a draft leaves open.
 *
 * @throws {CancelledError} when the person cancels.
 */
export async function answerDraft(
  { prompts }: Pick<Io, "prompts">,
  draft: Draft,
  words: InitWords,
): Promise<Draft> {
  const columns: ColumnDraft[] = [];
  /** Targets that the destination can't do without are given to one column each. */
  const given = new Set(draft.columns.flatMap(({ target }) => target ?? []));
  for (const column of draft.columns) {
    let answered = column;
    const suggestion = column.target === null ? suggestionFor(column, words, given) : null;
    if (suggestion !== null) {
      const target = await ask(prompts, `${heading(column)}: where does it go?`, [
        { value: suggestion, label: printable(suggestion) },
        { value: NOWHERE, label: "nowhere: check it only" },
      ]);
      answered = sentTo(answered, target === NOWHERE ? null : target);
      if (target !== NOWHERE) given.add(target);
      const keys = target === NOWHERE ? null : words.typeOf(target);
      if (keys !== null && typeof keys === "object") answered = withType(answered, keys);
    }
    const { doubt, doubtfulSteps } = answered;
    if (doubt !== null && doubt.options.length > 1) {
      const answer = await ask(
        prompts,
        `${heading(column)}: ${doubt.question}`,
        doubt.options.map(({ label }, at) => ({ value: String(at), label })),
      );
      answered = withType(answered, doubt.options[Number(answer)]?.keys ?? {});
    }
    if (doubtfulSteps.length > 0) {
      const answer = await ask(
        prompts,
        `${heading(column)}: some values may mean that there is nothing.`,
        [{ value: "empty", label: "leave them empty" }, { value: "text", label: "send them" }],
      );
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

/** The column and some of its values. They are shown to the person who has the file, and nowhere else. */
function heading({ header, examples }: ColumnDraft): string {
  const values = examples.map((text) => printable(cut(text))).join(", ");
  return values === "" ? printable(header) : `${printable(header)} (${values})`;
}

const LONGEST_EXAMPLE = 30;

function cut(text: string): string {
  const characters = [...text.slice(0, 2 * LONGEST_EXAMPLE)];
  return characters.length <= LONGEST_EXAMPLE
    ? characters.join("")
    : `${characters.slice(0, LONGEST_EXAMPLE - 1).join("")}…`;
}

async function ask(
  prompts: Io["prompts"],
  message: string,
  options: readonly { readonly value: string; readonly label: string }[],
): Promise<string> {
  const answer = await prompts.select(message, options);
  if (answer === null) throw new CancelledError("Cancelled: nothing was written");
  return answer;
}
