/**
 * What may stand at the end of a command line: decided by the commands and the table of settings
 * alone, without a look at any file.
 *
 * @module
 */

import type { SettingName } from "../../config/settings.ts";
import type { Command } from "../command.ts";
import { commands, type Flag, flagsOf } from "../commands/commands.ts";

/** Something that a shell offers. */
export interface Candidate {
  readonly value: string;
  readonly help: string;
}

/** The flags and arguments of a command that stand on the line already. */
export interface Given {
  readonly flags: ReadonlyMap<SettingName, readonly string[]>;
  readonly arguments: readonly string[];
}

/** What may stand at the end of the line; for all but `words`, somebody has to look. */
export type Wanted =
  | { readonly kind: "words"; readonly words: readonly Candidate[] }
  | {
    readonly kind: "unfinished-runs" | "runs" | "csv-columns" | "mapping-columns";
    readonly given: Given;
  }
  | { readonly kind: "files" };

/** What is wanted, and the part of the last word that stays before it: `--to=`, or nothing. */
export interface Slot {
  readonly prefix: string;
  readonly wanted: Wanted;
}

const HELP_FLAG: Candidate = { value: "--help", help: "show help" };
const VERSION_FLAG: Candidate = { value: "--version", help: "show the version" };
const LICENSES_FLAG: Candidate = { value: "--licenses", help: "show the licenses" };
const FILES: Wanted = { kind: "files" };

/** Looks at the words behind the program's name; the last one is being typed, and may be empty. */
export function slotOf(line: readonly string[]): Slot {
  const current = line.at(-1) ?? "";
  const [first, ...before] = line.slice(0, -1);
  if (first === undefined) {
    return wordsOf(
      current.startsWith("-")
        ? [HELP_FLAG, VERSION_FLAG, LICENSES_FLAG]
        : [...commandWords(), { value: "help", help: "show help for a command" }],
    );
  }
  if (first === "help") return before.length === 0 ? wordsOf(commandWords()) : whole(FILES);
  const command = commands.find(({ name }) => name === first);
  return command ? slotIn(command, before, current) : whole(FILES);
}

function slotIn(command: Command, before: readonly string[], current: string): Slot {
  const flags = flagsOf(command);
  const { given, pending, onlyArguments } = readWords(before, flags);
  if (pending) return whole(wantedByFlag(pending, given));
  if (!onlyArguments) {
    const attached = /^(--[^=]+=)/.exec(current)?.[1];
    if (attached !== undefined) {
      const flag = flags.find(([, { flag }]) => attached === `--${flag}=`);
      return flag ? { prefix: attached, wanted: wantedByFlag(flag, given) } : whole(FILES);
    }
    if (current.startsWith("-")) return wordsOf(flagWords(flags, given));
  }
  const last = command.arguments.at(-1);
  const argument = command.arguments[given.arguments.length] ??
    (last?.name.includes("...") ? last : undefined);
  if (!argument) return wordsOf(flagWords(flags, given));
  if (argument.words) return wordsOf(argument.words.map((value) => ({ value, help: "" })));
  if (command.name === "resume") return whole({ kind: "unfinished-runs", given });
  return whole(argument.name === "[run]" ? { kind: "runs", given } : FILES);
}

function wantedByFlag([name, { words }]: [SettingName, Flag], given: Given): Wanted {
  if (words) return { kind: "words", words: words.map((value) => ({ value, help: "" })) };
  if (name === "set") return { kind: "mapping-columns", given };
  if (name === "unique") return { kind: "csv-columns", given };
  return FILES;
}

interface WordsRead {
  readonly given: Given;
  /** The flag whose value comes next. */
  readonly pending: [SettingName, Flag] | undefined;
  /** True behind `--`. */
  readonly onlyArguments: boolean;
}

function readWords(words: readonly string[], flags: readonly [SettingName, Flag][]): WordsRead {
  const found = new Map<SettingName, string[]>();
  const args: string[] = [];
  let pending: [SettingName, Flag] | undefined;
  let onlyArguments = false;
  const give = (name: SettingName, value: string) =>
    found.set(name, [...found.get(name) ?? [], value]);
  for (const word of words) {
    if (pending) {
      give(pending[0], word);
      pending = undefined;
    } else if (onlyArguments || word === "-" || !word.startsWith("-")) {
      args.push(word);
    } else if (word === "--") {
      onlyArguments = true;
    } else {
      const [, spelling = "", value] = /^(--[^=]*|-[^-])(?:=?(.+))?$/s.exec(word) ?? [];
      const flag = flags.find(([, { flag, short }]) =>
        [`--${flag}`, `-${short}`].includes(spelling)
      );
      if (!flag) continue;
      if (flag[1].placeholder && value === undefined) pending = flag;
      else give(flag[0], value ?? "");
    }
  }
  return { given: { flags: found, arguments: args }, pending, onlyArguments };
}

function commandWords(): Candidate[] {
  return commands.map(({ name, summary }) => ({ value: name, help: summary }));
}

function flagWords(flags: readonly [SettingName, Flag][], given: Given): Candidate[] {
  const open = flags.filter(([name, { repeatable }]) => repeatable || !given.flags.has(name));
  return [
    ...open.map(([, { flag, help }]) => ({ value: `--${flag}`, help })),
    HELP_FLAG,
  ];
}

function wordsOf(words: readonly Candidate[]): Slot {
  return whole({ kind: "words", words });
}

function whole(wanted: Wanted): Slot {
  return { prefix: "", wanted };
}
