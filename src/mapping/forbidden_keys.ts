/**
 * Keys that no mapping file, path or attribute may hold.
 *
 * @module
 */

/** Words that would reach into an object's prototype. */
export const FORBIDDEN_KEYS: ReadonlySet<string> = new Set([
  "__proto__",
  "constructor",
  "prototype",
]);
