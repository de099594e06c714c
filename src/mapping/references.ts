/**
 * References to environment variables in the texts of a mapping file: `${NAME}`.
 *
 * @module
 */

import type { FilePath, MappingFault } from "./fault.ts";

/** Finds each `${NAME}` in a text, and each `${NAME:number}`, which stands for a number. */
export const ENVIRONMENT_REFERENCE = /\$\{([A-Za-z_][A-Za-z0-9_]*)(?::number)?\}/g;

/** References in values that are sent as they stand: a variable would be sent by its name. */
export function* referenceFaults(value: unknown, path: FilePath): Generator<MappingFault> {
  if (typeof value === "string") {
    if (new RegExp(ENVIRONMENT_REFERENCE).test(value)) {
      yield { path, message: "environment variables are not replaced here" };
    }
  } else if (typeof value === "object" && value !== null) {
    for (const [key, part] of Object.entries(value)) {
      yield* referenceFaults(part, [...path, Array.isArray(value) ? Number(key) : key]);
    }
  }
}
