/**
 * `rowferry __complete`: what the scripts of `rowferry completions` ask. It is not for people, so
 * help doesn't list it; it is fast, never fails and says nothing but candidates.
 *
 * `__complete bash <line up to the cursor> <text to replace>` prints what takes the text's place;
 * `__complete zsh|fish <word>…` prints whole words, each with a tab and its help. No candidates
 * mean: offer files.
 *
 * @module
 */

import { EXIT } from "../exit_code.ts";
import type { Io } from "../../io.ts";
import { splitLine, typedAs } from "./bash.ts";
import { lookUp } from "./lookup.ts";
import { type Candidate, slotOf } from "./words.ts";

/** Prints the candidates for the end of a line, and returns the exit code, which is always 0. */
export async function complete([shell, ...rest]: readonly string[], io: Io): Promise<number> {
  try {
    const lines = shell === "bash"
      ? await completeBash(rest[0] ?? "", rest[1] ?? "", io)
      : (await candidates(rest, io)).map(({ value, help }) => `${value}\t${help}`);
    io.stdout.write(lines.map((line) => `${line}\n`).join(""));
  } catch {
    // There is no place for an error in the middle of a line: the shell offers files.
  }
  return EXIT.done;
}

async function completeBash(line: string, text: string, io: Io): Promise<string[]> {
  const typed = splitLine(line.trimStart());
  const found = await candidates(typed.words.slice(1), io);
  return found.flatMap(({ value }) => typedAs(value, typed, text) ?? []);
}

/** Whole words that the last one of `words` may become. */
async function candidates(words: readonly string[], io: Io): Promise<Candidate[]> {
  const current = words.at(-1) ?? "";
  const { prefix, wanted } = slotOf(words);
  return (await lookUp(io, wanted))
    .map(({ value, help }) => ({ value: prefix + value, help }))
    // A name with a control character can't stand on a line of its own.
    .filter(({ value }) => value.startsWith(current) && !/\p{Cc}/u.test(value));
}
