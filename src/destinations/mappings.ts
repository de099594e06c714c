/**
 * Mapping files for all destinations: the one place where their dialects come together.
 *
 * @module
 */

import { type MappingSchema, mappingSchema } from "../mapping/language.ts";
import { loadNeeds } from "../mapping/needs.ts";
import type { MappingFile } from "../mapping/schema.ts";
import type { DestinationDefinition } from "./definition.ts";
import { loadDestinations } from "./registry.ts";

/** The schema of mapping files for every destination. */
export async function loadMappingSchema(): Promise<MappingSchema> {
  return mappingSchema(await loadDestinations());
}

/** The mapping that a destination uses when none is named, or null where it has none. */
export async function builtinMapping(
  destination: DestinationDefinition,
): Promise<MappingFile | null> {
  const { builtinMapping: file } = destination;
  await loadNeeds(JSON.stringify(file));
  return file === null ? null : mappingSchema([destination]).parse(file);
}
