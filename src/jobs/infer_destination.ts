/**
 * Where rows go when nobody says it: to the one destination that has settings.
 *
 * @module
 */

import type { Environment } from "../config/environment.ts";
import type { Settings } from "../config/settings.ts";
import { destinations } from "../destinations/registry.ts";
import { UsageError } from "../model/errors.ts";
import type { Observer } from "../model/run_events.ts";
import { joinWords } from "../text/words.ts";

/** A destination, and which of its variables are set. */
export interface ConfiguredDestination {
  readonly name: string;
  readonly title: string;
  readonly variables: readonly string[];
  /** Where the first of them stands: `.env`, or `the environment`. */
  readonly origin: string;
}

/** The destinations that have settings, in the order in which help names them. */
export function configuredDestinations(
  environment: Pick<Environment, "get">,
): ConfiguredDestination[] {
  return destinations.flatMap(({ name, title, needs }) => {
    const variables = needs.filter((variable) => environment.get(variable) !== null);
    const first = variables[0] === undefined ? null : environment.get(variables[0]);
    return first === null ? [] : [{ name, title, variables, origin: first.origin }];
  });
}

/**
 * The destination that the settings name, else the only one that has settings, which the observer is
 * told; undefined where there is none.
 *
 * @throws {UsageError} when several have settings.
 */
export function inferDestination(
  { environment, observer }: { readonly environment: Environment; readonly observer: Observer },
  { to, mapping }: Pick<Settings, "to" | "mapping">,
): string | undefined {
  if (to !== undefined || mapping !== undefined) return to;
  const configured = configuredDestinations(environment);
  const [only] = configured;
  if (configured.length > 1) {
    const names = joinWords(configured.map(({ name }) => name));
    throw new UsageError(`name the destination: ${names} have settings`, {
      remedy: { code: "missing-setting", setting: "to" },
    });
  }
  if (only) {
    const { name: destination, variables, origin } = only;
    observer({ kind: "inferred", destination, variables, origin });
  }
  return only?.name;
}
