/**
 * Which rowferry this is.
 *
 * @module
 */

import manifest from "../deno.json" with { type: "json" };

/** The release, e.g. `0.1.0`: `deno.json` is the only place that names it. */
export const version: string = manifest.version;

/** The git commit that the program was built from; `.ci/compile.ts` puts it in place of this text. */
export const commit: string = "uncompiled source";

/** One line with everything that a bug report needs to say about the program. */
export function describeVersion(
  runtime: { readonly deno: string; readonly target: string },
): string {
  return `rowferry ${version} (${commit}, Deno ${runtime.deno}, ${runtime.target})`;
}
