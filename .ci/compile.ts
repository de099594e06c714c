/**
 * Builds the executable: checks types, bundles, stamps the commit, compiles.
 *
 *     deno task compile [--target <triple>] [--output <path>] [--lent-base]
 *
 * Bundling leaves out what the program never imports. Exit code 69 says that no base binary could be
 * had, which is nobody's mistake. With `--lent-base`, which is for tests alone, one that npm lends
 * is good enough.
 *
 * Beside the executable comes `THIRD_PARTY_NOTICES.txt`, for the archives.
 *
 * @module
 */

import { dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { commit as commitMark } from "../src/version.ts";
import { bundleProgram, deno, REPOSITORY } from "./bundle.ts";
import { licensesText } from "../src/cli/notices/licenses.ts";
import { compileExecutable, NoBaseError, run } from "./executable.ts";
import { checkNotices } from "./notices.ts";

/** More than this embedded means that something slipped into the bundle. */
const MOST_EMBEDDED_BYTES = 6_000_000;

/** Bundles the program into `folder`, the commit stamped in, and returns the bytes there. */
async function bundle(folder: string): Promise<number> {
  const commit = await commitOf(REPOSITORY);
  let bytes = 0;
  let stamped = false;
  await bundleProgram(folder, (source) => {
    stamped ||= source.includes(commitMark);
    const text = source.replaceAll(commitMark, commit);
    bytes += new TextEncoder().encode(text).length;
    return text;
  });
  if (!stamped) throw new Error("The bundle has no place for the commit: see src/version.ts.");
  return bytes;
}

/** The short commit, `-dirty` when files differ from it; `unknown` outside a git checkout. */
async function commitOf(folder: string): Promise<string> {
  const describe = ["describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"];
  const { ok, stdout } = await run("git", describe, folder);
  return ok ? stdout.trim() : "unknown";
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
      "lent-base": { type: "boolean", default: false },
    },
  });
  const folder = await Deno.makeTempDir({ prefix: "rowferry-bundle-" });
  try {
    await deno("check", "main.ts");
    await checkNotices();
    const bytes = await bundle(folder);
    if (bytes > MOST_EMBEDDED_BYTES) throw new Error(`The bundle has ${bytes} bytes: too many.`);
    const output = resolve(values.output);
    await Deno.mkdir(dirname(output), { recursive: true });
    const { target } = values;
    const executable = { folder, entry: "main.js", output, target };
    const { lentBase } = await compileExecutable(executable, values["lent-base"]);
    await Deno.writeTextFile(join(dirname(output), "THIRD_PARTY_NOTICES.txt"), licensesText());
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
