/**
 * The whole language of mapping files: its common part, and the dialects of all destinations.
 *
 * @module
 */

import * as z from "zod";
import { UsageError } from "../model/errors.ts";
import type { MappingDialect } from "./dialect.ts";
import type { MappingFault } from "./fault.ts";
import { commonShape, type MappingFile } from "./schema.ts";
import { placementsOf } from "./placements.ts";
import { referenceFaults } from "./references.ts";
import { mappingFaults } from "./semantics.ts";

/** A destination's name, and its part of the language. */
export interface NamedDialect {
  readonly name: string;
  readonly mapping: MappingDialect;
}

/** The schema of mapping files for some destinations. */
export type MappingSchema = z.ZodType<MappingFile>;

/** Puts the schema of mapping files together. */
export function mappingSchema(destinations: readonly NamedDialect[]): MappingSchema {
  // Destinations that share a section share the shape of their files.
  const files = [...Map.groupBy(destinations, sectionName)].map(([name, sharing]) => {
    const section = sharing[0]?.mapping.section;
    return z.strictObject({
      ...commonShape,
      destination: z.literal(sharing.map((destination) => destination.name))
        .describe("Where the rows go: the name of an API, or http for any other"),
      ...(section && { [name]: section.describe("What is particular in this destination") }),
    });
  });
  const [first, ...others] = files;
  if (first === undefined) throw new Error("There is no mapping file without a destination");
  const shape: MappingSchema = z.discriminatedUnion("destination", [first, ...others]);
  return shape.superRefine((file, context) => {
    const destination = destinations.find(({ name }) => name === file.destination);
    const faults = [...mappingFaults(file), ...destination ? dialectFaults(destination, file) : []];
    for (const { path, message } of faults) {
      context.addIssue({ code: "custom", path: [...path], message });
    }
  });
}

/** What a destination's section is called in a file. */
function sectionName({ name, mapping }: NamedDialect): string {
  return mapping.sectionName ?? name;
}

/** What a dialect finds wrong; nothing while the section has yet to be mended by its own schema. */
function dialectFaults(destination: NamedDialect, file: MappingFile): readonly MappingFault[] {
  const { name, mapping } = destination;
  const { section, faults, memberTarget, shapesRecords, fillsConstants } = mapping;
  const isSound = section === null || section.safeParse(file[sectionName(destination)]).success;
  const found = shapesRecords ? [] : [...recordFaults(name, file)];
  if (!fillsConstants) {
    for (const [at, { value }] of file.constants.entries()) {
      found.push(...referenceFaults(value, ["constants", at, "value"]));
    }
  }
  const placements = placementsOf(file);
  if (file.rest !== undefined) {
    const to = memberTarget(file.rest.to, "the rest");
    if (to !== null) placements.push({ to, path: ["rest"] });
    else found.push({ path: ["rest"], message: noPlaceForRest(name, file.rest.to) });
  }
  return isSound ? [...found, ...faults(file, placements)] : found;
}

function noPlaceForRest(name: string, to: string | undefined): string {
  return to === undefined
    ? `say with to where the other columns go: ${name} has no place for any name`
    : `${name} has no "${to}" that takes columns of any name`;
}

/** Words that only mean something in records of any shape. */
function* recordFaults(
  name: string,
  { columns, constants, rest }: MappingFile,
): Generator<MappingFault> {
  if (rest?.whenEmpty !== undefined) {
    yield { path: ["rest", "whenEmpty"], message: `${name} takes nothing for empty values` };
  }
  for (const [at, { whenEmpty }] of columns.entries()) {
    if (whenEmpty === undefined) continue;
    yield { path: ["columns", at, "whenEmpty"], message: `${name} takes nothing for empty values` };
  }
  for (const [at, { needsSibling }] of constants.entries()) {
    if (needsSibling === undefined) continue;
    const message = `for ${name}, constants are in every row`;
    yield { path: ["constants", at, "needsSibling"], message };
  }
}

/**
 * A destination's section, by the name that it has in a file that the whole schema was satisfied with.
 *
 * @throws {UsageError} when the file is for another destination.
 */
export function readSection<Section>(
  name: string,
  schema: z.ZodType<Section>,
  file: MappingFile,
): Section {
  if (file.destination === name || file[name] !== undefined) return schema.parse(file[name]);
  throw new UsageError(`The mapping is for ${file.destination}, and not for ${name}`);
}
