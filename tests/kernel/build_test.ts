import { assertEquals } from "@std/assert";
import { buildKernel, bytesFile } from "../../.ci/kernel.ts";

Deno.test("the kernel's bytes are those of its source", async () => {
  const file = new URL("../../src/kernel/bytes.ts", import.meta.url);
  assertEquals(await Deno.readTextFile(file), bytesFile(await buildKernel()));
});
