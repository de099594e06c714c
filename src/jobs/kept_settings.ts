/**
 * The settings that a run keeps over its resumes, as its checkpoint holds them. Never a secret.
 *
 * @module
 */

import { isUsualEnvFile } from "../config/environment.ts";
import { withDefaults } from "../config/resolve.ts";
import { isKept, settingNames, type Settings } from "../config/settings.ts";
import type { JsonValue } from "../model/value.ts";

/** The part of a run's first line that later resumes are made from. */
export interface KeptSettings {
  readonly settings: Settings;
  /** The destination's variables that are no secrets. */
  readonly variables: Readonly<Record<string, string>>;
}

type RecordedSettings = { readonly [name: string]: JsonValue };

/** As the checkpoint records them. */
export function recordSettings({ settings, variables }: KeptSettings): RecordedSettings {
  const kept: Record<string, JsonValue> = {};
  for (const name of settingNames) {
    const value = isKept(name) ? settings[name] : undefined;
    if (name === "envFile" && isUsualEnvFile(settings.envFile)) continue;
    if (value !== undefined) kept[name] = value;
  }
  return { ...kept, variables };
}

/** As they were recorded; the line's checksum says that they are what was written. */
export function restoreSettings(recorded: RecordedSettings): KeptSettings {
  const { variables, ...settings } = recorded;
  return { settings: withDefaults(settings), variables: variables as Record<string, string> };
}
