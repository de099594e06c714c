import { assertEquals, assertMatch } from "@std/assert";
import { Workdir } from "./support/workdir.ts";

const PRELOAD = new URL("support/time_limit.ts", import.meta.url).pathname;

Deno.test("a test that hangs fails by its name, where it stands, and the others run", async () => {
  await using dir = await Workdir.make();
  const file = await dir.write(
    "some_test.ts",
    `Deno.test("hangs", () => new Promise((r) => setInterval(r, 60_000)).then(() => {}));
     Deno.test({ name: "is right", fn() {} });
     Deno.test(function named() {});
     Deno.test.ignore("is left out", () => {});
     Deno.test("goes step by step", async (t) => void await t.step("one", () => {}));`,
  );
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["test", "--allow-env", "--no-check", `--preload=${PRELOAD}`, file],
    env: { TEST_LIMIT_MS: "200", NO_COLOR: "1" },
    stderr: "null",
  }).output();
  const text = new TextDecoder().decode(stdout);
  assertEquals(code, 1);
  assertMatch(text, /^hangs => \S*some_test\.ts:1:6$/m);
  assertMatch(text, /«hangs» did not end within 0\.2 s/);
  assertMatch(text, /^named \.\.\. ok/m);
  assertMatch(text, /3 passed \(1 step\) \| 1 failed \| 1 ignored/);
});
