/**
 * The destinations that rowferry knows: one line each.
 *
 * @module
 */

import { UsageError } from "../errors.ts";
import { nearest } from "../nearest.ts";
import { joinWords } from "./answers.ts";
import { http } from "./http.ts";
import type { DestinationKind } from "./kind.ts";
import { mparticle } from "./mparticle.ts";
import { showads } from "./showads.ts";

/** Every destination, in the order in which help names them. */
export const destinations: readonly DestinationKind[] = [
  mparticle,
  showads,
  http,
];

/**
 * The destination of that name.
 *
 * @throws {UsageError} naming the nearest one when there is none.
 */
export function findDestination(name: string): DestinationKind {
  const found = destinations.find((destination) => destination.name === name);
  if (found) return found;
  const names = destinations.map((destination) => destination.name);
  const guess = nearest(name, names);
  throw new UsageError(
    `No destination is called "${name}": ` +
      (guess ? `did you mean ${guess}?` : `there are ${joinWords(names)}`),
  );
}
