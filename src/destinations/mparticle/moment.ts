/**
 * Moments as mParticle has them.
 *
 * @module
 */

import type { Value } from "../../model/value.ts";

/** Epoch milliseconds of a date: ISO 8601 text, or milliseconds already. Null when it is empty. */
export function momentOf(value: Value): number | null {
  if (value === undefined) return null;
  return typeof value === "number" ? value : Date.parse(String(value));
}
