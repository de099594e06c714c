/**
 * Where mapping files come from: a text that somebody wrote, or the two that are built in.
 *
 * @module
 */

import mparticle from "./builtin/mparticle.json" with { type: "json" };
import showads from "./builtin/showads.json" with { type: "json" };
import { type MappingFile, mappingSchema } from "./schema.ts";

const BUILT_IN: Readonly<Record<string, unknown>> = { mparticle, showads };

/** The built-in mapping of a destination, or null where it has none. */
export function builtinMapping(destination: string): MappingFile | null {
  if (!Object.hasOwn(BUILT_IN, destination)) return null;
  return mappingSchema.parse(BUILT_IN[destination]);
}
