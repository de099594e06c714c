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
  const files = destinations.map(({ name, mapping: { section } }) =>
    z.strictObject({
      ...commonShape,
      destination: z.literal(name),
      ...(section && { [name]: section }),
    })
  );
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

/** What a dialect finds wrong; nothing while the section has yet to be mended by its own schema. */
function dialectFaults(
  { name, mapping: { section, faults } }: NamedDialect,
  file: MappingFile,
): readonly MappingFault[] {
  const isSound = section === null || section.safeParse(file[name]).success;
  return isSound ? faults(file, placementsOf(file)) : [];
}

/**
 * A destination's section of a file that the whole schema was satisfied with.
 *
 * @throws {UsageError} when the file is for another destination.
 */
export function readSection<Section>(
  name: string,
  schema: z.ZodType<Section>,
  file: MappingFile,
): Section {
  if (file.destination === name) return schema.parse(file[name]);
  throw new UsageError(`The mapping is for ${file.destination}, and not for ${name}`);
}
