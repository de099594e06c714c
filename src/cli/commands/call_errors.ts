/**
 * What is wrong with a call that can't be parsed, in the sentence that helps.
 *
 * @module
 */

import type { CommanderError } from "commander";
import type { Io } from "../../io.ts";
import { UsageError } from "../../model/errors.ts";
import { shellWord } from "../../report/format.ts";
import { nearest } from "../../text/nearest.ts";
import { joinWords } from "../../text/words.ts";
import { type Command, HelpError } from "../command.ts";

/** The parser's error in the words of the other errors; a {@linkcode HelpError} where help says more. */
export async function explainCall(
  error: CommanderError,
  args: readonly string[],
  commands: readonly Command[],
  io: Pick<Io, "files">,
): Promise<UsageError> {
  const [first = "", ...rest] = args;
  const command = commands.find(({ name }) => name === first);
  switch (error.code) {
    case "commander.help":
      return first === "help" && rest[0] !== undefined
        ? unknownCommand(rest[0], commands)
        : new HelpError("Name a command; at a terminal, rowferry alone leads the way");
    case "commander.unknownCommand":
      return await isFile(io, first)
        ? new UsageError(`${first} is a file, not a command: ${callOf("import", args)}`)
        : unknownCommand(first, commands);
    case "commander.missingArgument":
      return new HelpError(
        `${first} lacks an argument: rowferry ${[first, ...argumentsOf(command)].join(" ")}`,
      );
    case "commander.excessArguments":
      return await tooManyWords(error, command, rest, io);
    case "commander.unknownOption": {
      const text = sentence(error.message);
      const help = command && !text.includes("did you mean") ? `rowferry ${first} --help` : null;
      return new UsageError(help === null ? text : `${text}; ${help} lists the flags`);
    }
    default:
      return new UsageError(sentence(error.message));
  }
}

function argumentsOf(command: Command | undefined): string[] {
  return (command?.arguments ?? []).map(({ name }) => name);
}

function unknownCommand(word: string, commands: readonly Command[]): UsageError {
  const names = commands.map(({ name }) => name);
  const guess = nearest(word, names);
  return new UsageError(
    `unknown command '${word}'` +
      (guess === null ? `; there are ${joinWords(names)}` : `; did you mean ${guess}?`),
  );
}

/** A name with blanks that is not quoted, or what a shell made of a pattern. */
async function tooManyWords(
  error: CommanderError,
  command: Command | undefined,
  rest: readonly string[],
  io: Pick<Io, "files">,
): Promise<UsageError> {
  const flagsFrom = rest.findIndex((word) => word.startsWith("-"));
  const words = rest.slice(0, flagsFrom === -1 ? rest.length : flagsFrom);
  const flags = rest.slice(words.length);
  const whole = words.join(" ");
  if (command && await isFile(io, whole)) {
    const call = callOf(command.name, [whole, ...flags]);
    return new UsageError(`A name with blanks stands in quotes: ${call}`);
  }
  const are = await Promise.all(words.map((word) => isFile(io, word)));
  if (command && words.length > 1 && are.every(Boolean)) {
    const call = [`rowferry ${command.name} "$file"`, ...flags.map(shellWord)].join(" ");
    return new UsageError(
      `${command.name} takes one file at a time, and ${words.length} are named: ` +
        `for file in ${words.map(shellWord).join(" ")}; do ${call}; done`,
    );
  }
  return new UsageError(sentence(error.message));
}

function callOf(command: string, words: readonly string[]): string {
  return ["rowferry", command, ...words.map(shellWord)].join(" ");
}

async function isFile({ files }: Pick<Io, "files">, path: string): Promise<boolean> {
  return await files.stat(path).then(({ isFile }) => isFile, () => false);
}

/** The parser's message as one plain sentence. */
function sentence(message: string): string {
  return message
    .replace(/^error: /, "")
    .replace(/\n\(Did you mean (.*?)\?\)/, "; did you mean $1?")
    .replace(/\s*\n\s*/g, " ");
}
