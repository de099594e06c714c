/**
 * What there is to send to.
 *
 * @module
 */

import { builtinMapping } from "../destinations/mappings.ts";
import { destinations, loadDestinations } from "../destinations/registry.ts";
import type { MappingFile } from "../mapping/schema.ts";

/** The destination of the older service, and the columns of its records as its files have them. */
export function olderService(): {
  readonly destination: string;
  readonly columns: readonly string[];
} {
  for (const { name, olderService } of destinations) {
    if (olderService) return { destination: name, columns: olderService.columns };
  }
  throw new Error("No destination had an older service");
}

/** A column that a mapping reads. */
export interface MappedField {
  readonly column: string;
  readonly aliases: string[];
  /** Where its value goes; empty where it is only checked. */
  readonly to: string[];
  readonly type: string;
  readonly required: boolean;
}

/** A destination, as somebody sees it who chooses one. */
export interface OfferedDestination {
  readonly name: string;
  readonly title: string;
  /** Variables without a default that it can't do without. */
  readonly needs: string[];
  /** Of the mapping that is used where none is named; null where there is none. */
  readonly fields: MappedField[] | null;
}

/** All destinations. */
export async function listDestinations(): Promise<OfferedDestination[]> {
  const definitions = await loadDestinations();
  return await Promise.all(definitions.map(async (definition) => {
    const { name, title, needs } = definition;
    const mapping = await builtinMapping(definition);
    const variables = mapping ? definition.variables(mapping) : [];
    return {
      name,
      title,
      needs: variables.map(({ name }) => name).filter((name) => needs.includes(name)),
      fields: mapping && mappingFields(mapping),
    };
  }));
}

/** The columns that a mapping reads. */
export function mappingFields({ columns }: MappingFile): MappedField[] {
  return columns.map(({ from, aliases = [], to, required, ...column }) => ({
    column: from,
    aliases,
    to: to === undefined ? [] : [to].flat(),
    type: "type" in column ? column.type : "text",
    required,
  }));
}
