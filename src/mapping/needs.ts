/**
 * What some mappings need and most don't: parts of the program too large to load for each run.
 *
 * @module
 */

import { loadPatterns } from "./pattern.ts";
import { loadPhonePlans } from "./phone_plan.ts";

/** Loads what `text`, a mapping, may need; to be awaited before it is checked or compiled. */
export async function loadNeeds(text: string): Promise<void> {
  await Promise.all([loadPatterns(text), loadPhonePlans(text)]);
}
