/**
 * Chance in tests: the same draws each time, and others beside them.
 *
 * @module
 */

import fc, { type IAsyncProperty } from "fast-check";

/** The seed of the draws that are the same each time. */
export const FIXED_SEED = 20_261_128;

/** Checks a property on `runs` draws that are the same each time, then on as many new ones. */
export async function holds<T>(property: IAsyncProperty<T>, runs: number): Promise<void> {
  await fc.assert(property, { seed: FIXED_SEED, numRuns: runs });
  await fc.assert(property, { numRuns: runs });
}

/** The same numbers in [0, 1) for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
