/**
 * What settings know of the destinations.
 *
 * @module
 */

import type { OlderSetting } from "../../destinations/profile.ts";
import { destinations } from "../../destinations/registry.ts";

export const DESTINATIONS: readonly string[] = destinations.map(({ name }) => name);

/** Variables that stand for a setting at one destination each. */
export function byDestination(setting: OlderSetting): Record<string, string> {
  return Object.fromEntries(
    destinations.flatMap(({ name, olderVariables: { [setting]: variable } }) =>
      variable === undefined ? [] : [[name, variable]]
    ),
  );
}

/** Logs are begun before the destination is known. */
export const DEBUG_VARIABLES: readonly string[] = Object.values(byDestination("debug"));
