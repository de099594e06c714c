/**
 * Which rowferry this is.
 *
 * @module
 */

/** The release, as `deno.json` has it: a test holds the two together. */
export const version: string = "0.1.0";

/** The git commit that the program was built from; `.ci/compile.ts` puts it in place of this text. */
export const commit: string = "uncompiled source";

/** One line with everything that a bug report needs to say about the program. */
export function describeVersion(
  runtime: { readonly deno: string; readonly target: string },
): string {
  return `rowferry ${version} (${commit}, Deno ${runtime.deno}, ${runtime.target})`;
}
