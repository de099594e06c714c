/**
 * Builds the executable: checks types, bundles, stamps the commit, compiles.
 *
 *     deno task compile [--target <triple>] [--output <path>]
 *
 * Bundling leaves out what the program never imports. Exit code 69 says that no base binary could be
 * had, which is nobody's mistake.
 *
 * @module
 */

import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { commit as commitMark } from "../src/version.ts";
import { BUNDLE_FLAGS, compileExecutable, NoBaseError, run } from "./executable.ts";

const REPOSITORY = dirname(import.meta.dirname ?? ".");

/** More than this embedded means that something slipped into the bundle. */
const MOST_EMBEDDED_BYTES = 3_000_000;

/** Bundles `main.ts` into `folder`, the commit stamped in, and returns the bytes there. */
async function bundle(folder: string): Promise<number> {
  await deno("bundle", "--quiet", "--frozen", ...BUNDLE_FLAGS, "--outdir", folder, "main.ts");
  const commit = await commitOf(REPOSITORY);
  let bytes = 0;
  let stamped = false;
  for await (const { name } of Deno.readDir(folder)) {
    const path = join(folder, name);
    const source = await Deno.readTextFile(path);
    stamped ||= source.includes(commitMark);
    const text = defineRequire(source).replaceAll(commitMark, commit);
    await Deno.writeTextFile(path, text);
    bytes += new TextEncoder().encode(text).length;
  }
  if (!stamped) throw new Error("The bundle has no place for the commit: see src/version.ts.");
  return bytes;
}

/**
 * Gives a CommonJS package its `require` in the file that holds it. Bundles for Deno do so in a file
 * that each start loads; see {@linkcode BUNDLE_FLAGS}.
 */
function defineRequire(source: string): string {
  if (!/(?<!\bimport)\("node:/.test(source)) return source;
  const define = "globalThis.require??=createRequire(import.meta.url);";
  return `import{createRequire}from"node:module";${define}${source}`;
}

/** The short commit, `-dirty` when files differ from it; `unknown` outside a git checkout. */
async function commitOf(folder: string): Promise<string> {
  const describe = ["describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"];
  const { ok, stdout } = await run("git", describe, folder);
  return ok ? stdout.trim() : "unknown";
}

async function deno(...args: string[]): Promise<void> {
  const { ok, stderr } = await run(Deno.execPath(), args, REPOSITORY);
  if (!ok) throw new Error(`deno ${args[0]} failed.\n${stderr}`);
}

function say(text: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`${text}\n`));
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    args: Deno.args,
    options: {
      target: { type: "string", default: Deno.build.target },
      output: { type: "string", default: join(REPOSITORY, "dist", "rowferry") },
    },
  });
  const folder = await Deno.makeTempDir({ prefix: "rowferry-bundle-" });
  try {
    await deno("check", "main.ts");
    const bytes = await bundle(folder);
    if (bytes > MOST_EMBEDDED_BYTES) throw new Error(`The bundle has ${bytes} bytes: too many.`);
    const output = resolve(values.output);
    await Deno.mkdir(dirname(output), { recursive: true });
    const { target } = values;
    const { lentBase } = await compileExecutable({ folder, entry: "main.js", output, target });
    const base = lentBase ? ", on a base binary that npm lent: for tests only" : "";
    say(`${output}: ${target}, ${bytes} bytes embedded${base}`);
    return 0;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    say(error.message);
    return error instanceof NoBaseError ? 69 : 1;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

if (import.meta.main) Deno.exitCode = await main();
