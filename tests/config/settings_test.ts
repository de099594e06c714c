import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { pages, rendered } from "../../.ci/settings_page.ts";
import { commands, flagsOf } from "../../src/cli/commands/commands.ts";
import { resolveSettings, settingList, withDefaults } from "../../src/config/resolve.ts";
import { helpWithDefault } from "../../src/config/setting.ts";
import { Workdir } from "../support/workdir.ts";

const NOTHING = { get: () => null, names: () => [] };

Deno.test("every default is a text that its own setting takes", () => {
  for (const [name, setting] of settingList) {
    if (setting.default === undefined) continue;
    assert(setting.check.safeParse(setting.default).success, name);
    assertEquals(setting.otherwise, undefined, name);
  }
});

Deno.test("a setting that nobody gave has its default, checked", () => {
  const { settings, flags } = resolveSettings("import", {}, NOTHING);
  assertEquals(flags.size, 0);
  assertEquals(settings.retryFor, 5 * 60_000);
  assertEquals(settings.grace, 10_000);
  assertEquals(settings.limit, 20);
  assertEquals(settings.logDir, "log");
  assertEquals(settings.maxErrors, undefined);
});

Deno.test("what was given goes over the default", () => {
  assertEquals(resolveSettings("import", { grace: "1s" }, NOTHING).settings.grace, 1000);
  assertEquals(withDefaults({ grace: 0, logDir: "runs" }).grace, 0);
});

Deno.test("help prints each default as the table has it", async () => {
  await using dir = await Workdir.make();
  for (const command of commands) {
    if (command.name === "resume") continue; // Its defaults are those of the run.
    const text = (await dir.run([command.name, "--help"])).stdout.replaceAll(/\s+/g, " ");
    for (const [, setting] of flagsOf(command)) {
      assertStringIncludes(text, helpWithDefault(setting));
    }
  }
});

for (const page of pages) {
  const name = page.url.pathname.split("/").at(-1);
  Deno.test(`${name} says of the flags what the table says (deno task settings writes it)`, async () => {
    const text = await Deno.readTextFile(page.url);
    // The formatter pads tables in its own way.
    const unpadded = (given: string) => given.replaceAll(/ +/g, " ").replaceAll(/-{3,}/g, "-");
    assertEquals(unpadded(text), unpadded(rendered(page, text)));
  });
}
