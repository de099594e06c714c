/**
 * Paths to a place in a JSON value: `properties.email`, `tags[0]`, `["name with . or space"]`.
 *
 * @module
 */

/** Words that would reach into an object's prototype; no path and no attribute may hold them. */
export const FORBIDDEN_KEYS: ReadonlySet<string> = new Set([
  "__proto__",
  "constructor",
  "prototype",
]);

/** Arrays are built dense, so a slip like `tags[99999999]` must not fill the memory. */
const LARGEST_INDEX = 999;

const SEGMENT = /\.?([^.[\]"']+)|\[(\d+)\]|\["([^"]*)"\]|\['([^']*)'\]/y;

/** A path's steps (member names and array indexes), or what is wrong with it, in words. */
export type ParsedPath = readonly (string | number)[] | { readonly error: string };

/** Reads a path. */
export function parsePath(text: string): ParsedPath {
  const malformed = { error: "a path such as properties.email or tags[0]" };
  if (text === "") return malformed;
  const steps: (string | number)[] = [];
  const pattern = new RegExp(SEGMENT);
  while (pattern.lastIndex < text.length) {
    const start = pattern.lastIndex;
    const match = pattern.exec(text);
    const dotted = match?.[0].startsWith(".") ?? false;
    if (!match || (match[1] !== undefined && dotted !== start > 0)) {
      return malformed;
    }
    const [, word, index, double, single] = match;
    if (index === undefined) {
      const key = word ?? double ?? single ?? "";
      if (FORBIDDEN_KEYS.has(key)) return { error: `a path without "${key}"` };
      steps.push(key);
    } else {
      if (Number(index) > LARGEST_INDEX) return { error: `an index of at most ${LARGEST_INDEX}` };
      steps.push(Number(index));
    }
  }
  return steps;
}
