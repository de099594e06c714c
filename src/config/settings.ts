/**
 * Every setting, once: its flag, its environment variables, its check, its help. The commands'
 * flags, the reading of the environment, `.env_sample` and `docs/settings.md` all come from this table.
 *
 * @module
 */

import type * as z from "zod";
import type { Setting } from "./setting.ts";
import { deliverySettings } from "./settings/delivery.ts";
import { generalSettings } from "./settings/general.ts";
import { reportSettings } from "./settings/report.ts";
import { rowSettings } from "./settings/rows.ts";
import { runSettings } from "./settings/run.ts";
import { serverSettings } from "./settings/server.ts";

/** The settings by the name under which the program knows them. */
export const settings = {
  ...rowSettings,
  ...deliverySettings,
  ...runSettings,
  ...serverSettings,
  ...reportSettings,
  ...generalSettings,
} as const;

/** Name of a setting. */
export type SettingName = keyof typeof settings;

type Table = typeof settings;

/** The names of settings that a line of the table says something of. */
type NameOf<Said> = {
  [Name in SettingName]: Table[Name] extends Said ? Name : never;
}[SettingName];

/** The names of settings that may be given several times. */
export type RepeatableName = NameOf<{ readonly repeatable: true }>;

/** The names of settings that a run keeps over its resumes. */
export type KeptName = NameOf<{ readonly kept: true }>;

/** The names of settings that have a default. */
type DefaultedName = NameOf<{ readonly default: string }>;

type ValueOf<Name extends SettingName> = Name extends RepeatableName ? readonly string[]
  : z.output<Table[Name]["check"]>;

/** Settings that were given or have a default, by name, checked. What has neither is absent. */
export type Settings =
  & { readonly [Name in DefaultedName]: ValueOf<Name> }
  & { readonly [Name in Exclude<SettingName, DefaultedName>]?: ValueOf<Name> };

/** The names of all settings, in the table's order. */
export const settingNames = Object.keys(settings) as SettingName[];

/** Whether a run keeps a setting over its resumes. */
export function isKept(name: SettingName): name is KeptName {
  const setting: Setting = settings[name];
  return setting.kept === true;
}
