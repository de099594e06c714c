/**
 * The programs that the benches run: rowferry as it is shipped, and what it is compared with.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { bundleProgram } from "../../.ci/bundle.ts";
import { V8_FLAGS } from "../../.ci/executable.ts";
import { DATA_FOLDER } from "./data.ts";
import { type Contender, denoProgram } from "./run.ts";

/** A TypeScript file in `programs/`. */
export function benchProgram(name: string, file: string, ...args: string[]): Contender {
  return denoProgram(name, new URL(`programs/${file}`, import.meta.url), ...args);
}

/** A Python file in `programs/`. */
export async function pythonProgram(
  name: string,
  file: string,
  ...args: string[]
): Promise<Contender> {
  const path = fileURLToPath(new URL(`programs/${file}`, import.meta.url));
  return { name, command: [await python(), path, ...args] };
}

/** rowferry, bundled and minified as its executable holds it, with these arguments. */
export async function rowferry(name: string, ...args: string[]): Promise<Contender> {
  const { href } = await (bundle ??= makeBundle());
  const run = ["run", "--allow-all", "--quiet", V8_FLAGS];
  return { name, command: [Deno.execPath(), ...run, href, ...args] };
}

let bundle: Promise<URL> | undefined;

async function makeBundle(): Promise<URL> {
  const folder = `${DATA_FOLDER}program`;
  await Deno.remove(folder, { recursive: true }).catch(() => {}); // There is none the first time.
  await bundleProgram(folder);
  return new URL("program/main.js", new URL(".data/", import.meta.url));
}

let interpreter: Promise<string> | undefined;

/** Path of the interpreter itself: version managers put a slow script in front of it. */
function python(): Promise<string> {
  return interpreter ??= output("python3", ["-c", "import sys; print(sys.executable)"]);
}

async function output(program: string, args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args }).output();
  if (!success) throw new Error(`${program} ${args[0]}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout).trim();
}
