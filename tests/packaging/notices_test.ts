import { assertEquals } from "@std/assert";
import { checkNotices, packagesIn } from "../../.ci/notices.ts";
import packages from "../../src/cli/notices/packages.json" with { type: "json" };

/** The Deno whose bundler builds releases; another's may leave in more. */
const ignore = !Deno.version.deno.startsWith("2.9.");

Deno.test({
  name: "--licenses tells of the packages that are bundled, and of no others",
  ignore,
  fn: checkNotices,
});

Deno.test("the packages of a bundle are read from its comments", () => {
  const bundle =
    `// ../../home/ann/.cache/deno/npm/registry.example.org/@clack/core/1.6.0/dist/index.mjs
  // npm/registry.example.org/yaml/2.9.1/browser/dist/doc.js
  // ../deno/npm/registry.example.org/yaml/2.9.1/browser/dist/schema.js
  // src/http/npm/client.ts
  const a = "// /npm/registry.example.org/left-pad/1.0.0/index.js";`;
  assertEquals(packagesIn(bundle), ["@clack/core/1.6.0", "yaml/2.9.1"]);
});

Deno.test("each package's terms are those of a license that asks for no more than its notice", () => {
  const licenses = [
    "MIT",
    "ISC",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "Apache-2.0",
    "0BSD",
    "BlueOak-1.0.0",
  ];
  const others = packages.filter(({ license }) => !licenses.includes(license));
  assertEquals(others.map(({ name, license }) => `${name}: ${license}`), []);
  assertEquals(packages.filter(({ text }) => text.length < 200).map(({ name }) => name), []);
});
