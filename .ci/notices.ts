/**
 * The licenses of what the executable is made of, for `rowferry --licenses` and the archives:
 *
 *     deno task notices
 *
 * writes `src/cli/notices/packages.json`. Only packages are in it of which the bundle really holds
 * something; the bundler's comments name each file that it took from where.
 *
 * @module
 */

import { join } from "node:path";
import { deno, FLAGS, REPOSITORY } from "./bundle.ts";
import { run } from "./executable.ts";
import type { Notice } from "../src/cli/notices/licenses.ts";

/** The file that the program reads. */
export const NOTICES = join(REPOSITORY, "src", "cli", "notices", "packages.json");

/** The licenses of the packages in the bundle, by name. */
export async function collectNotices(): Promise<Notice[]> {
  const folder = await Deno.makeTempDir({ prefix: "rowferry-notices-" });
  try {
    const flags = FLAGS.filter((flag) => flag !== "--minify"); // Comments are what is read.
    await deno("bundle", "--quiet", ...flags, "--outdir", folder, "main.ts");
    const packages = new Set<string>();
    for await (const { name } of Deno.readDir(folder)) {
      const text = await Deno.readTextFile(join(folder, name));
      for (const found of packagesIn(text)) packages.add(found);
    }
    const cache = await npmCache();
    const list = [...packages].sort();
    return await Promise.all(list.map((found) => noticeOf(cache, found, list)));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** `@clack/core/1.6.0` for each file of it that a bundle names in a comment. */
export function packagesIn(bundle: string): string[] {
  const comments = bundle.matchAll(
    /^\s*\/\/ \S*\/npm\/[^/\s]+\/((?:@[^/\s]+\/)?[^/\s@]+\/\d[^/\s]*)\/\S+$/gm,
  );
  return [...new Set([...comments].map(([, found = ""]) => found))];
}

async function npmCache(): Promise<string> {
  const { ok, stdout, stderr } = await run(Deno.execPath(), ["info", "--json"], REPOSITORY);
  if (!ok) throw new Error(`deno info failed.\n${stderr}`);
  return JSON.parse(stdout).npmCache;
}

/** Packages that leave the text out: it is that of another one, by the same authors under the same terms. */
const TEXT_ELSEWHERE: Readonly<Record<string, string>> = {
  "@hono/zod-openapi": "hono",
  "@hono/zod-validator": "hono",
};

async function noticeOf(
  cache: string,
  found: string,
  others: readonly string[],
): Promise<Notice> {
  for await (const registry of Deno.readDir(cache)) {
    const folder = join(cache, registry.name, found);
    const manifest = await Deno.readTextFile(join(folder, "package.json")).catch(() => null);
    if (manifest === null) continue;
    const { name, version, license } = JSON.parse(manifest);
    const elsewhere = others.find((other) => other.startsWith(`${TEXT_ELSEWHERE[name]}/`));
    const text = await termsIn(elsewhere ? join(cache, registry.name, elsewhere) : folder);
    if (text === "") throw new Error(`${name} ${version} comes without its license's text.`);
    return { name, version, license, text };
  }
  throw new Error(`${found} is in the bundle, but not in Deno's cache.`);
}

/** The texts of a package's license and, where there is one, of its notice. */
async function termsIn(folder: string): Promise<string> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(folder)) {
    // A bundle of several packages says theirs in a file beside it.
    if (/^(licen[cs]e|copying|notice|swagger-ui-bundle\.js\.license)(\.(md|txt))?$/i.test(name)) {
      names.push(name);
    }
  }
  const texts = names.sort().map((name) => Deno.readTextFile(join(folder, name)));
  return (await Promise.all(texts)).join("\n\n").replaceAll("\r\n", "\n").trim();
}

/** The notices as the file holds them. */
export function fileOf(notices: readonly Notice[]): string {
  return `${JSON.stringify(notices, null, 2)}\n`;
}

/**
 * Fails unless the program's own list is that of the bundle.
 *
 * @throws {Error} when a package came, went or changed since the list was made.
 */
export async function checkNotices(): Promise<void> {
  const kept = await Deno.readTextFile(NOTICES).catch(() => "");
  if (kept === fileOf(await collectNotices())) return;
  throw new Error("The bundled packages are not those of --licenses: run deno task notices.");
}

if (import.meta.main) await Deno.writeTextFile(NOTICES, fileOf(await collectNotices()));
