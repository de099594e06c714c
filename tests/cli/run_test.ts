import { assertEquals, assertStringIncludes } from "@std/assert";
import { Workdir } from "../support/workdir.ts";

Deno.test("--licenses shows the terms of rowferry, of Deno and of the packages in it", async () => {
  await using dir = await Workdir.make();
  const { code, stdout } = await dir.run(["--licenses"]);
  assertEquals(code, 0);
  for (const name of ["rowferry ", "Deno", "\ncommander 1", "\nzod 4", "\nyaml 2"]) {
    assertStringIncludes(stdout, name);
  }
  assertStringIncludes(stdout, 'THE SOFTWARE IS PROVIDED "AS IS"');
});

Deno.test("--licenses stands alone", async () => {
  await using dir = await Workdir.make();
  for (const args of [["--licenses", "status"], ["status", "--licenses"]]) {
    const { code, stdout, stderr } = await dir.run(args);
    assertEquals([code, stdout], [2, ""]);
    assertStringIncludes(stderr, "--licenses");
  }
});

Deno.test("the one release of Deno in which time limits don't fire is refused by name", async () => {
  await using dir = await Workdir.make();
  const runtime = { deno: "2.8.3", target: "x86_64-unknown-linux-gnu" };
  const refused = await dir.run(["status"], { io: { runtime } });
  assertEquals(refused.code, 2);
  assertStringIncludes(refused.stderr, "Deno 2.8.3 has a fault");
  assertEquals((await dir.run(["--version"], { io: { runtime } })).code, 0);
  for (const deno of ["2.4.2", "2.8.2", "2.9.6"]) {
    const { code } = await dir.run(["status"], { io: { runtime: { ...runtime, deno } } });
    assertEquals(code, 0, deno);
  }
});
