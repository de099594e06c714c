/**
 * All destinations, loaded, and short ways to their mappings.
 *
 * @module
 */

import type { DestinationDefinition } from "../../src/destinations/definition.ts";
import * as mappings from "../../src/destinations/mappings.ts";
import { loadDestinations } from "../../src/destinations/registry.ts";
import {
  type CompiledMapping,
  compileMapping as compile,
  type CompileOptions,
} from "../../src/mapping/compile.ts";
import { parseMapping as parse } from "../../src/mapping/load.ts";
import type { MappingFile } from "../../src/mapping/schema.ts";

/** Every destination. */
export const definitions: readonly DestinationDefinition[] = await loadDestinations();

/** The schema of mapping files. */
export const mappingSchema = await mappings.loadMappingSchema();

/** The definition of a destination. */
export function definitionOf(name: string): DestinationDefinition {
  const found = definitions.find((definition) => definition.name === name);
  if (!found) throw new Error(`There is no destination ${name}`);
  return found;
}

const builtins = new Map<string, MappingFile | null>();
for (const definition of definitions) {
  builtins.set(definition.name, await mappings.builtinMapping(definition));
}

/** The built-in mapping of a destination, or null. */
export function builtinMapping(name: string): MappingFile | null {
  return builtins.get(name) ?? null;
}

/** The built-in mapping of a destination that has one. */
export function builtin(name: string): MappingFile {
  const file = builtinMapping(name);
  if (file === null) throw new Error(`${name} has no built-in mapping`);
  return file;
}

/** Reads a mapping file for any destination. */
export function parseMapping(text: string, file: string): Promise<MappingFile> {
  return parse(text, file, mappingSchema);
}

/** Compiles a mapping with the dialect of its destination. */
export function compileMapping(
  file: MappingFile,
  header: readonly string[],
  source: string,
  options: Omit<CompileOptions, "destination">,
): CompiledMapping {
  const destination = definitionOf(file.destination);
  return compile(file, header, source, { ...options, destination });
}
