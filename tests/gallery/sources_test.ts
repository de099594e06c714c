/** The script by which maintainers see which files the gallery was made from have changed. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { createHash } from "node:crypto";
import { sourceReport, sourceStates } from "../../.ci/gallery_sources.ts";
import { galleryEntries } from "../../src/destinations/registry.ts";

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

Deno.test("the script tells files that are the same, changed, gone and without a digest", async () => {
  const files: Record<string, string> = { "/same": "a: 1\n", "/changed": "b: 2\n", "/new": "c" };
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, ({ url }) => {
    const text = files[new URL(url).pathname];
    return text === undefined ? new Response("no", { status: 404 }) : new Response(text);
  });
  const source = (path: string | null, sha256: string | null) => ({
    source: {
      specification: "https://example.com/page",
      file: path === null ? null : `http://127.0.0.1:${server.addr.port}${path}`,
      sha256,
      version: "1",
      read: "2026-11-28",
      licence: "MIT",
      facts: "All of it.",
    },
  });
  const states = await sourceStates([
    ["same", source("/same", digest("a: 1\n"))],
    ["changed", source("/changed", digest("b: 1\n"))],
    ["gone", source("/gone", digest("x"))],
    ["new", source("/new", null)],
    ["page", source(null, null)],
  ]);
  await server.shutdown();
  const refused = await sourceStates([["down", source("/same", digest("a: 1\n"))]]);
  assertEquals(
    [...states, ...refused].map(({ name, state }) => `${name}: ${state}`),
    [
      "same: same",
      "changed: changed",
      "gone: unread",
      "new: undigested",
      "page: undigested",
      "down: unread",
    ],
  );
  const report = sourceReport(states);
  assertStringIncludes(report, `was ${digest("b: 1\n")} on 2026-11-28, and is ${digest("b: 2\n")}`);
  assertStringIncludes(report, "/gone: answered 404");
  assertStringIncludes(report, "look at https://example.com/page");
});

Deno.test("a digest stands only where there is a file that it is of", () => {
  const wrong = [...galleryEntries].filter(([, { source }]) =>
    source.sha256 !== null && source.file === null
  );
  assertEquals(wrong.map(([name]) => name), []);
});
