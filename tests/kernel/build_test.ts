import { assertEquals } from "@std/assert";
import { buildModule, bytesFile, MODULES } from "../../.ci/kernel.ts";

for (const { source, file, name } of MODULES) {
  Deno.test(`the bytes of ${source} are those of its source`, async () => {
    const path = new URL(`../../${file}`, import.meta.url);
    assertEquals(await Deno.readTextFile(path), bytesFile(name, await buildModule(source)));
  });
}
