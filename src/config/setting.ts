/**
 * What there is to know about a setting: the columns of the table in `settings.ts`.
 *
 * @module
 */

import type * as z from "zod";
import type { Secret } from "../model/secret.ts";
import { joinWords } from "../text/words.ts";
import { oneOf } from "./values.ts";

/** The commands that take settings. */
export type CommandName =
  | "import"
  | "resume"
  | "send"
  | "validate"
  | "serve"
  | "status"
  | "report"
  | "doctor"
  | "init"
  | "mapping"
  | "schema"
  | "completions";

/** What settings are that may be shown and recorded. */
export type OpenValue =
  | string
  | number
  | boolean
  | readonly string[]
  | { readonly [name: string]: number };

interface AnySetting {
  /** Variables of the two systems that rowferry replaces; `ROWFERRY_<FLAG>` is always read too. */
  readonly variables?: readonly string[];
  /** The same, of variables that count only for one destination, by its name. */
  readonly destinationVariables?: Readonly<Record<string, string>>;
  readonly commands: readonly CommandName[];
  readonly group: "Rows" | "Delivery" | "Run" | "Server" | "Report" | "General";
  /** What it does; help, `.env_sample` and docs/settings.md put the default behind it. */
  readonly help: string;
  readonly short?: string;
  /** What the flag's value is called in `--help`; a flag without one is a switch. */
  readonly placeholder?: string;
  /** Values that a shell offers; the check may take others. */
  readonly words?: readonly string[];
  /** The only values that it takes, where that differs between commands, and what holds without it. */
  readonly wordsOf?: Readonly<
    Partial<Record<CommandName, { readonly words: readonly string[]; readonly otherwise: string }>>
  >;
  /** True for flags that may be given several times. */
  readonly repeatable?: boolean;
  /** What holds where no single value does, in words for the help: `the destination's limit`. */
  readonly otherwise?: string;
}

/** A setting that may be shown. */
export interface OpenSetting extends AnySetting {
  readonly secret?: false;
  /** Long flag without its dashes, or null for what only the environment gives. */
  readonly flag: string | null;
  readonly check: z.ZodType<OpenValue, string>;
  /** True when a resumed run keeps the value that it was started with, in its checkpoint. */
  readonly kept?: boolean;
  /** What holds where nothing says otherwise: a text that the check takes. */
  readonly default?: string;
}

/** A key or a token: no flag, not kept, without a default, and its value is a `Secret`. */
export interface SecretSetting extends AnySetting {
  readonly secret: true;
  readonly flag: null;
  readonly check: z.ZodType<Secret, string>;
  readonly kept?: false;
  readonly default?: undefined;
}

/** A line of the table. */
export type Setting = OpenSetting | SecretSetting;

/** A line of the table, with its members as narrow as they are written. */
export function define<const Line extends Setting>(line: Line): Line {
  return line;
}

/** A setting as one command takes it. */
export function forCommand<Line extends Setting>(command: CommandName, setting: Line): Line {
  const own = setting.wordsOf?.[command];
  if (own === undefined) return setting;
  return { ...setting, ...own, check: oneOf(own.words), help: joinWords(own.words, "or") };
}

/** The variable that stands for a flag: `ROWFERRY_LOG_DIR` for `--log-dir`. */
export function variableOfFlag(flag: string): string {
  return `ROWFERRY_${flag.toUpperCase().replaceAll("-", "_")}`;
}

/** The variables of older systems that stand for a setting, at whichever destination. */
export function olderVariables({ variables, destinationVariables }: Setting): string[] {
  return [...variables ?? [], ...Object.values(destinationVariables ?? {})];
}

/** What a setting does, and its default. */
export function helpWithDefault({ help, default: value, otherwise = value }: Setting): string {
  return otherwise === undefined ? help : `${help} (default: ${otherwise})`;
}
