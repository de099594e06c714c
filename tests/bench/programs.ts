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

/** A TypeScript file in `programs/` that takes packages from npm which deno.json doesn't name. */
export function npmProgram(name: string, file: string, ...args: string[]): Contender {
  const program = new URL(`programs/${file}`, import.meta.url);
  const run = ["run", "--allow-all", "--quiet", "--no-lock"];
  return { name, command: [Deno.execPath(), ...run, program.href, ...args] };
}

/** rowferry, bundled and minified as its executable holds it, with these arguments. */
export async function rowferry(name: string, ...args: string[]): Promise<Contender> {
  return bundled(name, await (bundle ??= makeBundle()), args);
}

/** The same at an earlier commit. */
export async function rowferryEarlier(name: string, ...args: string[]): Promise<Contender> {
  const commit = await earlierCommit();
  if (commit === null) throw new Error("There is no earlier commit to measure");
  return bundled(name, await (earlierBundle ??= makeEarlierBundle(commit)), args);
}

/** The commit that `BENCH_BEFORE` names, else the last release; null where there is neither. */
export async function earlierCommit(): Promise<string | null> {
  const named = Deno.env.get("BENCH_BEFORE");
  if (named !== undefined) return named;
  return await git("describe", "--tags", "--abbrev=0").catch(() => null);
}

let bundle: Promise<string> | undefined;
let earlierBundle: Promise<string> | undefined;

function bundled(name: string, program: string, args: readonly string[]): Contender {
  const run = ["run", "--allow-all", "--quiet", "--no-config", V8_FLAGS];
  return { name, command: [Deno.execPath(), ...run, program, ...args] };
}

async function makeBundle(): Promise<string> {
  const folder = `${DATA_FOLDER}program`;
  await Deno.remove(folder, { recursive: true }).catch(() => {}); // There is none the first time.
  await bundleProgram(folder);
  return `${folder}/main.js`;
}

/** Bundles a commit in a folder of its own, by its own script. */
async function makeEarlierBundle(commit: string): Promise<string> {
  const id = await git("rev-parse", "--short=12", `${commit}^{commit}`);
  const folder = `${DATA_FOLDER}program-${id}`;
  if (await Deno.stat(`${folder}/main.js`).then(() => true, () => false)) {
    return `${folder}/main.js`;
  }
  const source = await Deno.makeTempDir();
  try {
    await git("worktree", "add", "--detach", source, id);
    const call =
      'import { bundleProgram } from "./.ci/bundle.ts"; await bundleProgram(Deno.args[0]);';
    await Deno.writeTextFile(`${source}/bundle_here.ts`, call);
    await output(Deno.execPath(), ["run", "-A", `${source}/bundle_here.ts`, folder], source);
  } finally {
    await git("worktree", "remove", "--force", source);
  }
  return `${folder}/main.js`;
}

function git(...args: string[]): Promise<string> {
  return output("git", args, import.meta.dirname);
}

let interpreter: Promise<string> | undefined;

/** Path of the interpreter itself: version managers put a slow script in front of it. */
function python(): Promise<string> {
  return interpreter ??= output("python3", ["-c", "import sys; print(sys.executable)"]);
}

async function output(program: string, args: string[], cwd?: string): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args, cwd }).output();
  if (!success) throw new Error(`${program} ${args[0]}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout).trim();
}
