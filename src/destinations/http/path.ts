/**
 * Paths of the mapping's `http:` section: their steps, and reading what they lead to in an answer.
 *
 * @module
 */

import { UsageError } from "../../model/errors.ts";
import { parsePath } from "../../mapping/mod.ts";

/** Reads a place in a parsed answer; undefined where nothing is. */
export type Reader = (value: unknown) => unknown;

/** A path's member names and array indexes. @throws {UsageError} when it is no path. */
export function stepsOf(path: string): readonly (string | number)[] {
  const steps = parsePath(path);
  if ("error" in steps) throw new UsageError(`The mapping's path "${path}" must be ${steps.error}`);
  return steps;
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
