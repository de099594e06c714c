/**
 * The questions of `init` at a terminal: Enter takes the best guess.
 *
 * @module
 */

import type { Io } from "../../io.ts";
import type { AskAboutColumn } from "../../jobs/draft.ts";
import { CancelledError } from "../../model/errors.ts";
import { printable } from "../../text/printable.ts";

/** Asks at the terminal. The answer throws a `CancelledError` when the person cancels. */
export function askingAt({ prompts }: Pick<Io, "prompts">): AskAboutColumn {
  return async ({ header, examples, question, options }) => {
    const values = examples.map((text) => printable(cut(text))).join(", ");
    const heading = values === "" ? printable(header) : `${printable(header)} (${values})`;
    const answer = await prompts.select(
      `${heading}: ${question}`,
      options.map(({ value, label }) => ({ value, label: printable(label) })),
    );
    if (answer === null) throw new CancelledError("Cancelled: nothing was written");
    return answer;
  };
}

const LONGEST_EXAMPLE = 30;

function cut(text: string): string {
  const characters = [...text.slice(0, 2 * LONGEST_EXAMPLE)];
  return characters.length <= LONGEST_EXAMPLE
    ? characters.join("")
    : `${characters.slice(0, LONGEST_EXAMPLE - 1).join("")}…`;
}
