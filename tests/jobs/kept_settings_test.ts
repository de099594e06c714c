import { assertEquals } from "@std/assert";
import { isKept, settingNames, settings } from "../../src/config/settings.ts";
import type { Setting } from "../../src/config/setting.ts";
import { recordSettings, restoreSettings } from "../../src/jobs/kept_settings.ts";
import type { JsonValue } from "../../src/model/value.ts";

/** A value for each kind of flag, as people give it; none is the default. */
const SAMPLES: Readonly<Record<string, string>> = {
  "<character>": ";",
  "<label>": "utf-16le",
  "<i/n>": "2/3",
  "<time>": "90s",
  "<n|n%>": "3%",
  "<bytes>": "4096",
  "<format>": "json",
  "<origin>": "https://crm.example.com",
  "<pattern>": "^Total",
  "<condition>": "a is empty",
};

/** What a setting is given in the test, checked as the program checks it. */
function sampleOf(name: string, { placeholder, words, check, repeatable }: Setting): unknown {
  if (placeholder === undefined) return true;
  const text = words?.at(-1) ?? SAMPLES[placeholder] ?? "7";
  const read = check.safeParse(text);
  if (!read.success) throw new Error(`${name} needs a sample for ${placeholder}: not "${text}"`);
  return repeatable ? [read.data] : read.data;
}

Deno.test("every kept flag survives a stop, with its value, and no other flag does", () => {
  const table: Readonly<Record<string, Setting>> = settings;
  const given = Object.fromEntries(
    settingNames.map((name) => [name, sampleOf(name, table[name] as Setting)]),
  );
  const variables = { API_URL: "https://api.test" };
  // deno-lint-ignore no-explicit-any -- the samples are of the table's own types
  const recorded = recordSettings({ settings: given as any, variables });
  const read = JSON.parse(JSON.stringify(recorded)) as { [name: string]: JsonValue };
  const restored = restoreSettings(read);
  assertEquals(restored.variables, variables);
  const kept = settingNames.filter(isKept);
  for (const name of kept) assertEquals(restored.settings[name], given[name], name);
  assertEquals(Object.keys(read).sort(), [...kept, "variables"].sort());
});
