/**
 * The destinations that rowferry knows: one line each, and one in `gallery/entries.ts` for each API
 * that is all data.
 *
 * @module
 */

import { UsageError } from "../model/errors.ts";
import { nearest } from "../text/nearest.ts";
import { joinWords } from "../text/words.ts";
import type { DestinationDefinition } from "./definition.ts";
import * as gallery from "./gallery/entries.ts";
import { type GalleryEntry, galleryProfile } from "./gallery_entry.ts";
import { http } from "./http/profile.ts";
import { mparticle } from "./mparticle/profile.ts";
import type { DestinationProfile } from "./profile.ts";
import { showads } from "./showads/profile.ts";

/** A destination that is loaded when it is used. */
export interface KnownDestination extends DestinationProfile {
  load(): Promise<{ readonly definition: DestinationDefinition }>;
}

/** The APIs of the gallery by their names. */
export const galleryEntries: ReadonlyMap<string, GalleryEntry> = new Map(
  Object.entries<GalleryEntry>(gallery),
);

/** Every destination, in the order in which help names them. */
export const destinations: readonly KnownDestination[] = [
  { ...mparticle, load: () => import("./mparticle/definition.ts") },
  { ...showads, load: () => import("./showads/definition.ts") },
  ...[...galleryEntries].map(([name, entry]) => ({
    ...galleryProfile(name, entry),
    load: async () => {
      const { galleryDefinition } = await import("./http/gallery.ts");
      return { definition: galleryDefinition(name, entry) };
    },
  })),
  { ...http, load: () => import("./http/definition.ts") },
];

/**
 * The destination of that name.
 *
 * @param name As a setting gives it; undefined where it is missing.
 * @throws {UsageError} naming the nearest one when there is none.
 */
export function findDestination(name: string | undefined): KnownDestination {
  const found = destinations.find((destination) => destination.name === name);
  if (found) return found;
  const names = destinations.map((destination) => destination.name);
  if (name === undefined) {
    throw new UsageError(`name the destination (${names.join(", ")})`, {
      remedy: { code: "missing-setting", setting: "to" },
    });
  }
  const guess = nearest(name, names);
  throw new UsageError(
    `No destination is called "${name}": ` +
      (guess ? `did you mean ${guess}?` : `there are ${joinWords(names)}`),
  );
}

/** The definition of the destination of that name. @throws {UsageError} when there is none. */
export async function loadDestination(name: string | undefined): Promise<DestinationDefinition> {
  return (await findDestination(name).load()).definition;
}

/** The definitions of all destinations. */
export function loadDestinations(): Promise<DestinationDefinition[]> {
  return Promise.all(destinations.map(({ name }) => loadDestination(name)));
}
