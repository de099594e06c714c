/**
 * The scripts themselves: driven in a real bash, and read by each shell that is there.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { assertCode, Workdir } from "../support/workdir.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const CTRL_A = "\x01";
const CTRL_E = "\x05";

/** Where a shell is, or null. */
function find(shell: string): string | null {
  const folders = (Deno.env.get("PATH") ?? "").split(":");
  const paths = folders.map((folder) => `${folder}/${shell}`);
  return paths.find((path) => {
    try {
      return Deno.statSync(path).isFile;
    } catch {
      return false;
    }
  }) ?? null;
}

/** An interactive bash in the folder, with `rowferry` on its path; returns what it printed. */
async function typeIntoBash(dir: Workdir, bash: string, keys: string): Promise<string> {
  const main = `"${Deno.execPath()}" run --quiet --allow-all --config "${ROOT}deno.json"`;
  await dir.write("bin-rowferry", `#!/bin/sh\nexec ${main} "${ROOT}main.ts" "$@"\n`);
  await Deno.mkdir(dir.file("bin"));
  await Deno.rename(dir.file("bin-rowferry"), dir.file("bin", "rowferry"));
  await Deno.chmod(dir.file("bin", "rowferry"), 0o755);
  await dir.write("rc", 'PS1=\neval "$(rowferry completions bash)"\n');
  const child = new Deno.Command(bash, {
    args: ["--noprofile", "--rcfile", "rc", "-i"],
    cwd: dir.path,
    env: {
      PATH: `${dir.file("bin")}:/usr/bin:/bin`,
      HOME: dir.path,
      DENO_DIR: Deno.env.get("DENO_DIR") ?? `${Deno.env.get("HOME")}/.cache/deno`,
      HISTFILE: "",
      INPUTRC: "/dev/null",
      LC_ALL: "C.UTF-8",
      TERM: "dumb",
    },
    clearEnv: true,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const input = child.stdin.getWriter();
  await input.write(new TextEncoder().encode(keys));
  await input.close();
  const { stdout } = await child.output();
  return new TextDecoder().decode(stdout);
}

/** Bash 3, which macOS has, can't leave out the space behind `Column=`: it knows no compopt. */
function modernBash(): string | null {
  const bash = find("bash");
  if (bash === null) return null;
  return new Deno.Command(bash, { args: ["-c", "type compopt"] }).outputSync().success
    ? bash
    : null;
}

const BASH = modernBash();

Deno.test({
  name: `a real bash completes words that it then reads as they were meant${
    BASH ? "" : " (SKIPPED: there is no bash 4 or later here)"
  }`,
  ignore: BASH === null,
  async fn() {
    await using dir = await Workdir.make();
    await dir.write("my data.csv", 'First Name,"a ""b""",It\'s,Größe\n1,2,3,4\n');
    // Each line is completed, then turned into a command that prints its words.
    const lines = [
      "rowferry imp\t",
      "rowferry import my\t",
      "rowferry import 'my data.csv' --to mp\t",
      "rowferry import --to=sh\t",
      "rowferry validate my\\ data.csv --unique Fi\t",
      "rowferry validate my\\ data.csv --unique First\\ N\t",
      'rowferry validate my\\ data.csv --unique "a\t',
      "rowferry validate my\\ data.csv --unique=It\t",
      "rowferry validate 'my data.csv' --unique 'Gr\t",
      "rowferry send --to mparticle --set Em\tann@example.com",
      "FOO=1 rowferry send --to showads --set=Coo\tc1",
    ];
    const words = (line: string) => `${line}${CTRL_A}printf '[%s]' ${CTRL_E}\necho\n`;
    const printed = await typeIntoBash(dir, BASH ?? "", lines.map(words).join(""));
    assertEquals(printed.trimEnd().split("\n"), [
      "[rowferry][import]",
      "[rowferry][import][my data.csv]",
      "[rowferry][import][my data.csv][--to][mparticle]",
      "[rowferry][import][--to=showads]",
      "[rowferry][validate][my data.csv][--unique][First Name]",
      "[rowferry][validate][my data.csv][--unique][First Name]",
      '[rowferry][validate][my data.csv][--unique][a "b"]',
      "[rowferry][validate][my data.csv][--unique=It's]",
      "[rowferry][validate][my data.csv][--unique][Größe]",
      "[rowferry][send][--to][mparticle][--set][Email Address=ann@example.com]",
      "[FOO=1][rowferry][send][--to][showads][--set=Cookie=c1]",
    ]);
  },
});

for (const name of ["bash", "zsh", "fish"]) {
  const shell = find(name);
  Deno.test({
    name: `${name} reads its script without complaint${
      shell ? "" : ` (SKIPPED: there is no ${name} here)`
    }`,
    ignore: shell === null,
    async fn() {
      await using dir = await Workdir.make();
      const { stdout } = await dir.run(["completions", name]);
      await dir.write("script", stdout);
      const args = ["-n", dir.file("script")];
      const { code, stderr } = await new Deno.Command(shell ?? "", { args }).output();
      assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
    },
  });
}

Deno.test("a shell that there is no script for exits 2, with the nearest that there is", async () => {
  await using dir = await Workdir.make();
  for (const shell of ["powershell", "constructor", "bsh"]) {
    const ended = await dir.run(["completions", shell]);
    assertCode(ended, 2);
    assertMatch(ended.stderr, /^rowferry: There is no completion script for ".+\n$/);
    assertEquals(ended.stderr.includes("did you mean bash?"), shell === "bsh");
  }
});

Deno.test("what completes is hidden from help", async () => {
  await using dir = await Workdir.make();
  const { stdout } = await dir.run(["--help"]);
  assert(!stdout.includes("__complete"));
});
