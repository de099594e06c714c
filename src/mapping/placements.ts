/**
 * Where the values of a mapping file go, and that no two of them go to one place.
 *
 * @module
 */

import type { MappingFault, Placement } from "./fault.ts";
import type { MappingFile } from "./schema.ts";

/** The targets of all columns and constants. */
export function placementsOf(file: MappingFile): Placement[] {
  const placements: Placement[] = [];
  for (const [at, { to }] of file.columns.entries()) {
    if (typeof to === "string") placements.push({ to, path: ["columns", at, "to"] });
    else to?.forEach((each, n) => placements.push({ to: each, path: ["columns", at, "to", n] }));
  }
  for (const [at, { to }] of file.constants.entries()) {
    placements.push({ to, path: ["constants", at, "to"] });
  }
  return placements;
}

/** Targets that two values have. */
export function* doubledTargets(placements: readonly Placement[]): Generator<MappingFault> {
  const seen = new Set<string>();
  for (const { to, path } of placements) {
    if (seen.has(to)) yield { path, message: `"${to}" is the target of another value already` };
    seen.add(to);
  }
}
