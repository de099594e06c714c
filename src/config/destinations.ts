/**
 * What settings and their help know of the destinations.
 *
 * @module
 */

import type { OlderSetting } from "../destinations/profile.ts";
import { destinations } from "../destinations/registry.ts";
import { joinWords } from "../text/words.ts";

/** The names of all destinations. */
export const destinationNames: readonly string[] = destinations.map(({ name }) => name);

/** The names of those that can do without a mapping file. */
export const namesWithMapping: readonly string[] = destinations.flatMap((
  { name, builtinMapping },
) => builtinMapping === null ? [] : [name]);

/** Each destination and the variables that it has settings in, in words. */
export const credentialHelp = destinations.map(({ name, needs }) =>
  [name, needs.length > 0 ? joinWords(needs) : "the variables that the mapping file names"] as const
);

/** Variables that stand for a setting at one destination each. */
export function byDestination(setting: OlderSetting): Record<string, string> {
  return Object.fromEntries(
    destinations.flatMap(({ name, olderVariables: { [setting]: variable } }) =>
      variable === undefined ? [] : [[name, variable]]
    ),
  );
}
