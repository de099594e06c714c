import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import * as yaml from "yaml";
import { version } from "../../src/version.ts";
import { commands, flagsOf } from "../../src/cli/commands/commands.ts";

const ROOT = join(import.meta.dirname ?? ".", "../..");
const FOLDERS = [".github/workflows", "examples/deploy", "examples/docker"];
const windows = Deno.build.os === "windows";

function recipes(): { name: string; text: string }[] {
  return FOLDERS.flatMap((folder) =>
    Array.from(Deno.readDirSync(join(ROOT, folder)), ({ name }) => `${folder}/${name}`).sort()
  ).map((name) => ({ name, text: Deno.readTextFileSync(join(ROOT, name)) }));
}

function recipe(name: string): string {
  return Deno.readTextFileSync(join(ROOT, "examples/deploy", name));
}

/** Runs a line of shell with a stand-in for rowferry that prints its folder and its arguments. */
async function shell(line: (folder: string) => string, env: Record<string, string> = {}) {
  const folder = await Deno.makeTempDir();
  try {
    const program = '#!/bin/sh\npwd\nprintf "%s\\n" "$@"\n';
    await Deno.writeTextFile(join(folder, "rowferry"), program, { mode: 0o755 });
    const { code, stdout } = await new Deno.Command("sh", {
      args: ["-c", line(folder)],
      env: { ...env, PATH: `${folder}:${Deno.env.get("PATH")}` },
    }).output();
    const appended = await Deno.readTextFile(join(folder, "imports.jsonl")).catch(() => "");
    return { code, folder, lines: (new TextDecoder().decode(stdout) + appended).split("\n") };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("every YAML recipe parses, with no key twice", () => {
  const files = recipes().filter(({ name }) => /\.ya?ml$/.test(name));
  assert(files.length >= 8, `only ${files.length} files`);
  for (const { name, text } of files) {
    for (const document of yaml.parseAllDocuments(text)) {
      assertEquals([...document.errors, ...document.warnings].map(String), [], name);
    }
  }
});

Deno.test("every flag in a recipe is one that its command has", () => {
  let checked = 0;
  for (const { name, text } of recipes()) {
    const flat = text.replace(/\\\n|\n {14,}(?=--)/g, " ").replace(/[,[\]]/g, " ");
    for (const line of flat.split("\n").filter((line) => !line.startsWith("#"))) {
      const call = /(?:rowferry|args:|command:) +(import|resume|send|validate|serve) (.*)$/.exec(
        line,
      );
      if (!call) continue;
      const command = commands.find((command) => command.name === call[1]);
      if (!command) throw new Error(`${name}: no such command in ${line}`);
      const known = flagsOf(command).map(([, { flag }]) => `--${flag}`);
      for (const [flag] of call[2]?.matchAll(/--[a-z-]+/g) ?? []) {
        assert(known.includes(flag), `${name}: ${command.name} has no ${flag}`);
        checked++;
      }
    }
  }
  assert(checked >= 20, `only ${checked} flags were found`);
});

Deno.test("recipes install and run the release that they were made for, not whatever is latest", () => {
  const files = recipes().filter(({ name }) => name.startsWith("examples/"));
  const versions = files.flatMap(({ text }) => [
    ...text.matchAll(/(?:INSTALL_VERSION: v|\browferry:)(\d[\d.]*\d)/g),
  ]).map(([, found]) => found);
  assert(versions.length >= 7, `only ${versions.length} were found`);
  assertEquals([...new Set(versions)], [version]);
  for (const { name, text } of files) {
    assert(!/releases\/latest|image: rowferry$|:latest\b/m.test(text), `${name} names no version`);
  }
});

Deno.test("every recipe says whether it was tried", () => {
  for (const { name, text } of recipes().filter(({ name }) => !name.endsWith("ignore"))) {
    assert(/^# .*\b([Tt]ried|Checked)\b/m.test(text), `${name} does not say it`);
  }
});

Deno.test(
  { name: "the crontab's line runs in its folder and keeps the result", ignore: windows },
  async () => {
    const line = recipe("crontab").trimEnd().split("\n").at(-1) ?? "";
    assert(!line.includes("%"), "cron takes % for a line end");
    const command = /^15 3 \* \* \* rowferry (.*)$/.exec(line)?.[1] ?? "";
    const { code, folder, lines } = await shell((folder) =>
      command.replaceAll("/srv/rowferry", folder).replaceAll("/usr/local/bin/", "")
    );
    assertEquals(code, 0);
    assertEquals(lines.slice(0, 3), [folder, "import", "policies.csv"]);
  },
);

Deno.test({ name: "the pods of the indexed job take shards 1 to 4", ignore: windows }, async () => {
  const job = yaml.parse(recipe("kubernetes-shards.yaml"));
  const [container] = job.spec.template.spec.containers;
  for (let index = 0; index < job.spec.completions; index++) {
    const env = { JOB_COMPLETION_INDEX: String(index) };
    const { lines } = await shell(() => container.command[2], env);
    assertEquals(lines[lines.indexOf("--shard") + 1], `${index + 1}/${job.spec.completions}`);
  }
});

const UNITS = ["rowferry.service", "rowferry.timer", "rowferry-serve.service"];

const systemd = await new Deno.Command("systemd-analyze", { args: ["--version"] }).output()
  .then(({ success }) => success, () => false);

Deno.test({ name: "systemd finds nothing wrong with the units", ignore: !systemd }, async () => {
  const folder = await Deno.makeTempDir();
  try {
    for (const name of UNITS) {
      // The program need not be installed for this.
      const text = recipe(name).replace("/usr/local/bin/rowferry", "/bin/true");
      await Deno.writeTextFile(join(folder, name), text);
    }
    const units = UNITS.map((name) => join(folder, name));
    const { code, stderr } = await new Deno.Command("systemd-analyze", {
      args: ["verify", "--man=no", ...units],
    }).output();
    const text = new TextDecoder().decode(stderr);
    assertEquals(text.split("\n").filter((line) => line.includes("rowferry")), []);
    assertEquals(code, 0, text);
    assertStringIncludes(recipe("rowferry.timer"), "OnCalendar=");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
