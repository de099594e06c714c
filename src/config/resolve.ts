/**
 * Puts the settings of one call together: flag, else environment, else `.env`, else the default. What
 * a mapping file or a destination says is decided where it is used.
 *
 * @module
 */

import { UsageError } from "../model/errors.ts";
import { nearest } from "../text/nearest.ts";
import { refuseConflicts } from "./conflicts.ts";
import type { Environment } from "./environment.ts";
import { type CommandName, forCommand, type Setting, variableOfFlag } from "./setting.ts";
import { type SettingName, type Settings, settings } from "./settings.ts";

/** Flags as they were given, by setting: text, `true` for a switch, a list where repeatable. */
export type RawFlags = { readonly [Name in SettingName]?: string | boolean | readonly string[] };

/** Settings together with what was given as a flag, which wins over all else. */
export interface Resolved {
  readonly settings: Settings;
  readonly flags: ReadonlySet<SettingName>;
}

/** The settings' names with their definitions, as a list. */
export const settingList = Object.entries(settings) as [SettingName, Setting][];

/**
 * Checks flags and variables and merges them for a command.
 *
 * @throws {UsageError} for a value that a setting does not take, and for unknown `ROWFERRY_` names.
 */
export function resolveSettings(
  command: CommandName,
  flags: RawFlags,
  environment: Environment,
): Resolved {
  refuseUnknownVariables(environment);
  const resolved: Record<string, unknown> = {};
  const given = new Set<SettingName>();
  for (const [name, line] of settingList) {
    if (!line.commands.includes(command)) continue;
    const setting = forCommand(command, line);
    const flag = flags[name];
    if (flag !== undefined) {
      resolved[name] = checkFlag(setting, flag);
      given.add(name);
      continue;
    }
    // A resumed run keeps what it was started with; its environment gives only secrets.
    if (command === "resume" && setting.kept) continue;
    const value = fromEnvironment(setting, setting.variables, environment);
    if (value !== undefined) resolved[name] = value;
  }
  preferFlags(resolved, given);
  const settings = withDefaults(resolved);
  refuseConflicts(settings, given);
  return { settings, flags: given };
}

/**
 * The settings with those that only an older system's variables give, now that the destination is
 * known: a mapping file may be what names it.
 *
 * @throws {UsageError} for a value that a setting does not take.
 */
export function settingsFor(
  destination: string,
  { settings: given, flags }: Resolved,
  environment: Environment,
): Settings {
  const resolved: Record<string, unknown> = { ...given };
  for (const [name, setting] of settingList) {
    const variable = setting.destinationVariables?.[destination];
    if (variable === undefined || flags.has(name)) continue;
    const value = fromEnvironment(setting, [variable], environment);
    if (value !== undefined) resolved[name] = value;
  }
  preferFlags(resolved, flags);
  return withDefaults(resolved);
}

/** Checked settings by name, and the table's defaults for those that are missing. */
export function withDefaults(given: Readonly<Record<string, unknown>>): Settings {
  const filled: Record<string, unknown> = { ...given };
  for (const [name, setting] of settingList) {
    if (setting.default !== undefined) filled[name] ??= setting.check.parse(setting.default);
  }
  return filled as Settings;
}

/** Settings of which one makes the others meaningless. */
const ALTERNATIVES: readonly (readonly SettingName[])[] = [
  ["quiet", "verbose"],
  ["single", "batchSize"],
  ["json", "format"],
  ["resume", "restart", "resumeOrStart"],
];

/** A flag outdoes what variables say of its alternatives, too. */
function preferFlags(resolved: Record<string, unknown>, flags: ReadonlySet<SettingName>): void {
  for (const group of ALTERNATIVES) {
    if (!group.some((name) => flags.has(name))) continue;
    for (const name of group) if (!flags.has(name)) delete resolved[name];
  }
}

function checkFlag(setting: Setting, given: string | boolean | readonly string[]): unknown {
  const label = `--${setting.flag}`;
  if (typeof given === "boolean") return given;
  if (typeof given === "string") return checkText(setting, given, label);
  return given.map((text) => checkText(setting, text, label));
}

/** The value of a setting's own variable, else of the first of its older ones that is set. */
function fromEnvironment(
  setting: Setting,
  older: readonly string[] | undefined,
  environment: Environment,
): unknown {
  const found = [...ownVariables(setting), ...older ?? []].flatMap((name) => {
    const variable = environment.get(name);
    return variable ? [{ name, ...variable }] : [];
  });
  const first = found.find(({ isFromFile }) => !isFromFile) ?? found[0];
  if (!first) return undefined;
  const value = checkText(setting, first.value, `${first.name} in ${first.origin}`);
  return setting.repeatable ? [value] : value;
}

function ownVariables({ flag }: Setting): string[] {
  return flag === null ? [] : [variableOfFlag(flag)];
}

function checkText(setting: Setting, text: string, label: string): unknown {
  const result = setting.check.safeParse(text);
  if (result.success) return result.data;
  const given = setting.secret ? "" : `, not "${text}"`;
  throw new UsageError(`${label} ${result.error.issues[0]?.message}${given}`);
}

function refuseUnknownVariables(environment: Environment): void {
  const known = settingList.flatMap(([, setting]) => [
    ...ownVariables(setting),
    ...setting.variables ?? [],
  ]);
  for (const name of environment.names()) {
    if (!name.startsWith("ROWFERRY_") || known.includes(name)) continue;
    const guess = nearest(name, known);
    const { origin = "the environment" } = environment.get(name) ?? {};
    throw new UsageError(
      `${name} in ${origin} is no setting of rowferry${guess ? `; did you mean ${guess}?` : ""}`,
    );
  }
}
