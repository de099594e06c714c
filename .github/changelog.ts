/**
 * Prints the release notes of a tag: its section of CHANGELOG.md.
 *
 *     deno run --allow-read .github/changelog.ts v0.1.0
 *
 * @module
 */

import { version } from "../src/version.ts";

/**
 * The text below a release's heading (`## [0.1.0] - 2026-01-31`, https://keepachangelog.com),
 * without the heading.
 *
 * @throws {Error} when there is no such section, or it is empty, or it has no date yet.
 */
export function releaseNotes(changelog: string, release: string): string {
  const sections = changelog.split(/^## /m).slice(1);
  const section = sections.find((text) => text.startsWith(`[${release}]`));
  if (section === undefined) throw new Error(`CHANGELOG.md has no section for ${release}.`);
  const [heading = "", ...lines] = section.split("\n");
  if (!/\] - \d{4}-\d{2}-\d{2}$/.test(heading.trim())) {
    throw new Error(`CHANGELOG.md gives no date for ${release}.`);
  }
  // Link definitions at the end of the file belong to no section.
  const notes = lines.filter((line) => !/^\[[^\]]+\]: /.test(line)).join("\n").trim();
  if (notes === "") throw new Error(`CHANGELOG.md says nothing about ${release}.`);
  return notes;
}

if (import.meta.main) {
  const tag = Deno.args[0];
  if (tag !== `v${version}`) throw new Error(`The tag is ${tag}, but the program is ${version}.`);
  const changelog = await Deno.readTextFile(new URL("../CHANGELOG.md", import.meta.url));
  await Deno.stdout.write(new TextEncoder().encode(`${releaseNotes(changelog, version)}\n`));
}
