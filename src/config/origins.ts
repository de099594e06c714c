/**
 * Where the settings of a call come from.
 *
 * @module
 */

import type { Environment } from "./environment.ts";
import type { RawFlags } from "./resolve.ts";
import { settingList } from "./resolve.ts";
import { type CommandName, olderVariables, type Setting, variableOfFlag } from "./setting.ts";

/** A setting that somebody gave, and where. */
export interface SettingOrigin {
  /** A flag or a variable. */
  readonly name: string;
  /** `the command line`, `the environment`, or a file. */
  readonly origin: string;
  /** As it was given; null for a secret. */
  readonly value: string | null;
}

/** The settings of a command that are given, in the table's order. */
export function settingOrigins(
  command: CommandName,
  flags: RawFlags,
  environment: Environment,
): SettingOrigin[] {
  return settingList.flatMap(([name, setting]) => {
    if (!setting.commands.includes(command)) return [];
    const flag = flags[name];
    if (flag !== undefined && setting.group === "Report") return []; // How this call tells it.
    if (flag !== undefined) {
      return [{ name: `--${setting.flag}`, origin: "the command line", value: String(flag) }];
    }
    return variablesOf(setting).flatMap((variable) => {
      const found = environment.get(variable);
      if (!found) return [];
      const value = setting.secret ? null : found.value;
      return [{ name: variable, origin: found.origin, value }];
    });
  });
}

/** Every variable that stands for a setting. */
export function settingVariables(): string[] {
  return settingList.flatMap(([, setting]) => variablesOf(setting));
}

function variablesOf(setting: Setting): string[] {
  const own = setting.flag === null ? [] : [variableOfFlag(setting.flag)];
  return [...own, ...olderVariables(setting)];
}
