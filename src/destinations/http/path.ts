/**
 * Paths to a place in a JSON value: `properties.email`, `tags[0]`, `["name with . or space"]`.
 *
 * @module
 */

import { FORBIDDEN_KEYS } from "../../mapping/mod.ts";
import { UsageError } from "../../model/errors.ts";

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

/** Reads a place in a parsed answer; undefined where nothing is. */
export type Reader = (value: unknown) => unknown;

/** A path's member names and array indexes. @throws {UsageError} when it is no path. */
export function stepsOf(path: string): readonly (string | number)[] {
  const steps = parsePath(path);
  if ("error" in steps) throw new UsageError(`The mapping's path "${path}" must be ${steps.error}`);
  return steps;
}

/** As {@linkcode compileReader}; without a path, all of the value is found. */
export function compileRootReader(path: string | undefined): Reader {
  return path === undefined ? (value) => value : compileReader(path);
}

/** Compiles a path to a reader of own members only; without a path, nothing is ever found. */
export function compileReader(path: string | undefined): Reader {
  if (path === undefined) return () => undefined;
  const steps = stepsOf(path);
  return (value) => {
    let place = value;
    for (const step of steps) {
      if (typeof place !== "object" || place === null || !Object.hasOwn(place, step)) {
        return undefined;
      }
      place = (place as Record<string | number, unknown>)[step];
    }
    return place;
  };
}
