import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { releaseNotes } from "../../.github/changelog.ts";
import { version } from "../../src/version.ts";

const CHANGELOG = `# Changelog

## [Unreleased]

## [0.2.0] - 2026-12-01

### Added

- Shards.

## [0.1.0] - 2026-11-20

- First.

[0.2.0]: https://example.com/compare
`;

Deno.test("release notes are the release's section without its heading", () => {
  assertEquals(releaseNotes(CHANGELOG, "0.2.0"), "### Added\n\n- Shards.");
  assertEquals(releaseNotes(CHANGELOG, "0.1.0"), "- First.");
});

Deno.test("a release without a section, a date or any text is refused", () => {
  assertThrows(() => releaseNotes(CHANGELOG, "0.3.0"), Error, "no section for 0.3.0");
  assertThrows(() => releaseNotes("## [1.0.0] - unreleased\n\n- x\n", "1.0.0"), Error, "no date");
  assertThrows(() => releaseNotes("## [1.0.0] - 2026-01-01\n", "1.0.0"), Error, "says nothing");
});

Deno.test("deno.json and the changelog name the version that the program shows", async () => {
  const root = new URL("../../", import.meta.url);
  const manifest = JSON.parse(await Deno.readTextFile(new URL("deno.json", root)));
  assertEquals(manifest.version, version);
  assertStringIncludes(
    await Deno.readTextFile(new URL("CHANGELOG.md", root)),
    `\n## [${version}] - `,
  );
});
