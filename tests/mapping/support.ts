/**
 * Short ways to mappings and rows.
 *
 * @module
 */

import type { CompiledMapping } from "../../src/mapping/compile.ts";
import { loadNeeds } from "../../src/mapping/needs.ts";
import type { MappingFile } from "../../src/mapping/schema.ts";
import type { Row } from "../../src/model/row.ts";
import type { Value } from "../../src/model/value.ts";
import { compileMapping, mappingSchema } from "../support/destinations.ts";

await loadNeeds("pattern phone");

/** 15 June 2024, noon UTC. */
export const NOW = Date.UTC(2024, 5, 15, 12);

/** A row with these fields. */
export function rowOf(fields: readonly string[]): Row {
  return {
    number: 1,
    line: 2,
    start: 0,
    end: 0,
    fields,
    fault: null,
    verbatim: null,
    first: 0,
    block: { text: "", offset: 0, unitBytes: 1, bigEndian: false },
  };
}

/** An `http` mapping file with these parts. */
export function mappingOf(parts: Record<string, unknown>): MappingFile {
  return mappingSchema.parse({
    destination: "http",
    http: { url: "https://api.example.com/items" },
    ...parts,
  });
}

/** The same, compiled for a header. */
export function compile(
  parts: Record<string, unknown>,
  header: readonly string[],
): CompiledMapping {
  return compileMapping(mappingOf(parts), header, "a.csv", { now: NOW });
}

/** The values of a row, or the codes of its problems. */
export function valuesOf(mapping: CompiledMapping, fields: readonly string[]): readonly Value[] {
  const row = rowOf(fields);
  return mapping.check(row) ?? codes(mapping, row);
}

/** The codes of a row's problems. */
export function codes(mapping: CompiledMapping, row: Row): string[] {
  return mapping.problems(row).map(({ code }) => code);
}

export { builtin } from "../support/destinations.ts";
