/**
 * Texts about mapping files that need no CSV.
 *
 * @module
 */

import { loadMappingSchema } from "../destinations/mappings.ts";
import { findDestination } from "../destinations/registry.ts";
import { mappingJsonSchema } from "../mapping/json_schema.ts";
import { builtinMappingText } from "../mapping/load.ts";

/** The JSON Schema of mapping files for every destination. */
export async function mappingSchemaText(): Promise<string> {
  return `${JSON.stringify(mappingJsonSchema(await loadMappingSchema()), null, 2)}\n`;
}

/**
 * A destination's built-in mapping as a file; null where it has none.
 *
 * @param schema Where editors find the JSON Schema.
 * @throws {UsageError} when there is no such destination.
 */
export async function builtinMappingFile(
  destination: string,
  schema: string,
): Promise<string | null> {
  const { name, builtinMapping } = findDestination(destination);
  return builtinMapping === null ? null : await builtinMappingText(name, builtinMapping, schema);
}
