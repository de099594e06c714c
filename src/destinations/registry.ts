/**
 * The destinations that rowferry knows: one line each.
 *
 * @module
 */

import { UsageError } from "../model/errors.ts";
import { nearest } from "../text/nearest.ts";
import { joinWords } from "../text/words.ts";
import { http } from "./http/definition.ts";
import type { DestinationKind } from "./definition.ts";
import { mparticle } from "./mparticle/definition.ts";
import { showads } from "./showads/definition.ts";

/** Every destination, in the order in which help names them. */
export const destinations: readonly DestinationKind[] = [
  mparticle,
  showads,
  http,
];

/**
 * The destination of that name.
 *
 * @param name As `--to` gives it; undefined where it is missing.
 * @throws {UsageError} naming the nearest one when there is none.
 */
export function findDestination(name: string | undefined): DestinationKind {
  const found = destinations.find((destination) => destination.name === name);
  if (found) return found;
  const names = destinations.map((destination) => destination.name);
  if (name === undefined) {
    throw new UsageError(`--to is missing: name the destination (${names.join(", ")})`);
  }
  const guess = nearest(name, names);
  throw new UsageError(
    `No destination is called "${name}": ` +
      (guess ? `did you mean ${guess}?` : `there are ${joinWords(names)}`),
  );
}
