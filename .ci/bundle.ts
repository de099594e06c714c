/**
 * The program as JavaScript files, as the executable holds it and the benches run it.
 *
 * @module
 */

import { dirname, join } from "node:path";
import { run } from "./executable.ts";

/** The folder that holds `deno.json`. */
export const REPOSITORY = dirname(import.meta.dirname ?? ".");

/**
 * What is imported on demand stays in files of its own, so that a start reads no more than its
 * command needs. For Deno, the bundle would load `node:module` at each start, for the sake of the few
 * packages that are CommonJS: 15 ms of the 40 that `--version` took.
 */
export const FLAGS = ["--frozen", "--minify", "--code-splitting", "--platform", "browser"];

/**
 * Bundles `main.ts` into `folder`.
 *
 * @param edit has the last word on the text of each file.
 * @throws {Error} when `deno bundle` fails.
 */
export async function bundleProgram(
  folder: string,
  edit: (source: string) => string = (source) => source,
): Promise<void> {
  await deno("bundle", "--quiet", ...FLAGS, "--outdir", folder, "main.ts");
  for await (const { name } of Deno.readDir(folder)) {
    const path = join(folder, name);
    await Deno.writeTextFile(path, edit(defineRequire(await Deno.readTextFile(path))));
  }
}

/** Gives a CommonJS package its `require`, in the file that holds it. */
function defineRequire(source: string): string {
  if (!/(?<!\bimport)\("node:/.test(source)) return source;
  const define = "globalThis.require??=createRequire(import.meta.url);";
  return `import{createRequire}from"node:module";${define}${source}`;
}

/** Runs the Deno that runs this, in the repository, and throws when it fails. */
export async function deno(...args: string[]): Promise<void> {
  const { ok, stderr } = await run(Deno.execPath(), args, REPOSITORY);
  if (!ok) throw new Error(`deno ${args[0]} failed.\n${stderr}`);
}
