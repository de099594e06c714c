/**
 * Drives the compiled program, not the source, the way people meet it: a single file, an empty
 * folder, an empty environment, no Deno on the PATH.
 *
 *     deno test --allow-all .ci/smoke.ts
 *
 * `SMOKE_LENT_BASE` says that the executable may stand on a lent base.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { commit, version } from "../src/version.ts";
import { LENT_BASE } from "./executable.ts";

const SUFFIX = Deno.build.os === "windows" ? ".exe" : "";
const PROGRAM = join(import.meta.dirname ?? ".", "..", "dist", `rowferry${SUFFIX}`);

/** Every column of mParticle's built-in mapping. */
const HEADER = [
  ...["customer_id", "Email Address", "Other 2", "$firstname", "$lastname", "$mobile", "$zip"],
  ...["dob", "Guidewire Account IDs", "Types of Ancillaries Held", "Policy Status", "Auto Renewal"],
  ...["Individual Role", "Product", "Brand", "Is Multicar Policy", "Online Policy"],
  ...["Vehicle Registration", "Latest Renewal Date", "Latest End Date", "Latest Start Date"],
  ...["Policy Number", "Payment Method"],
];

/** A policies file of `rows` rows: a customer and an e-mail address each, the rest empty. */
function policies(rows: number, email = (row: number) => `person${row}@example.com`): string {
  const rest = ",".repeat(HEADER.length - 2);
  const lines = Array.from({ length: rows }, (_, i) => `C${i + 1},${email(i + 1)}${rest}`);
  return [HEADER.join(","), ...lines, ""].join("\n");
}

/** A folder with the program's input and nothing else, gone after `use`. */
async function inEmptyFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "rowferry smoke " });
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function command(cwd: string, args: string[]): Deno.Command {
  // Windows can't open a socket without SystemRoot.
  const env: Record<string, string> = Deno.build.os === "windows"
    ? { SystemRoot: "C:\\Windows" }
    : { PATH: cwd };
  return new Deno.Command(PROGRAM, {
    args,
    cwd,
    env,
    clearEnv: true,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

/** Runs the program to its end; a wrong exit code fails with everything it printed. */
async function rowferry(cwd: string, args: string[], exitCode: number): Promise<string> {
  const output = await command(cwd, args).output();
  const [stdout, stderr] = [output.stdout, output.stderr].map((b) => new TextDecoder().decode(b));
  assertEquals(output.code, exitCode, `rowferry ${args.join(" ")}\n${stdout}\n${stderr}`);
  return stdout ?? "";
}

/** The JSON object that `--json` prints last. */
async function json(cwd: string, args: string[], exitCode: number) {
  return JSON.parse(await rowferry(cwd, [...args, "--json"], exitCode));
}

/** Waits until some checkpoint under `folder` holds a settled span after its first line. */
async function settledSomething(folder: string, changes: Deno.FsWatcher): Promise<void> {
  for await (const { paths } of changes) {
    for (const path of paths.filter((path) => path.endsWith("checkpoint.jsonl"))) {
      const text = await Deno.readTextFile(path).catch(() => "");
      if (text.split("\n").length > 3) return;
    }
  }
  throw new Error(`No checkpoint appeared in ${folder}.`);
}

Deno.test("--version names the release, the commit, Deno and the build target", async () => {
  await inEmptyFolder(async (folder) => {
    const text = await rowferry(folder, ["--version"], 0);
    assertStringIncludes(text, `rowferry ${version} `);
    assert(!text.includes(commit), `no commit in ${text}`);
    const [, deno = ""] = /, Deno (\d+\.\d+\.\d+), (?:x86_64|aarch64)-/.exec(text) ?? [];
    // A release holds the Deno that made it; only a test's executable may stand on a lent base.
    const allowed = [Deno.version.deno];
    if (Deno.env.has("SMOKE_LENT_BASE")) allowed.push(LENT_BASE.deno);
    assert(allowed.includes(deno), `${text} is not on Deno ${allowed.join(" or ")}`);
  });
});

Deno.test("--licenses shows what the executable is made of", async () => {
  await inEmptyFolder(async (folder) => {
    assertStringIncludes(await rowferry(folder, ["--licenses"], 0), "\ncommander ");
  });
});

Deno.test("--help lists the commands within 80 columns, and so does each command", async () => {
  await inEmptyFolder(async (folder) => {
    const texts = [await rowferry(folder, ["--help"], 0)];
    for (const name of ["import", "resume", "send", "validate"]) {
      assertStringIncludes(texts[0] ?? "", name);
      texts.push(await rowferry(folder, [name, "--help"], 0));
    }
    const long = texts.join("\n").split("\n").filter((line) => line.length > 80);
    assertEquals(long, []);
  });
});

Deno.test("import delivers every row of a file to the sandbox", async () => {
  await inEmptyFolder(async (folder) => {
    await Deno.writeTextFile(join(folder, "policies.csv"), policies(250));
    const result = await json(
      folder,
      ["import", "policies.csv", "-t", "mparticle", "--sandbox"],
      0,
    );
    assertEquals(result.status, "completed");
    const { read, accepted, pending } = result.rows;
    assertEquals({ read, accepted, pending }, { read: 250, accepted: 250, pending: 0 });
  });
});

Deno.test("an import that is killed is resumed without losing a row", async () => {
  await inEmptyFolder(async (folder) => {
    await Deno.writeTextFile(join(folder, "policies.csv"), policies(1000));
    const changes = Deno.watchFs(folder, { recursive: true });
    const slow = ["--sandbox", "--rate", "100", "--batch-size", "10"];
    const child = command(folder, ["import", "policies.csv", "-t", "mparticle", ...slow]).spawn();
    const ended = child.output();
    const failed = ended.then(({ stderr }) => {
      throw new Error(`The import ended by itself.\n${new TextDecoder().decode(stderr)}`);
    });
    await Promise.race([settledSomething(folder, changes), failed]);
    failed.catch(() => {}); // From here on the end is what we ask for.
    child.kill("SIGKILL");
    await ended;
    changes.close();

    const result = await json(folder, ["resume", "--rate", "100000"], 0);
    assertEquals(result.status, "completed");
    const { read, accepted, pending } = result.rows;
    assertEquals({ read, accepted, pending }, { read: 1000, accepted: 1000, pending: 0 });
  });
});

Deno.test("validate finds the invalid rows and exits 1", async () => {
  await inEmptyFolder(async (folder) => {
    const file = policies(20, (row) => row % 10 === 0 ? "nobody" : `person${row}@example.com`);
    await Deno.writeTextFile(join(folder, "policies.csv"), file);
    const result = await json(folder, ["validate", "policies.csv", "-t", "mparticle"], 1);
    const { read, valid, invalid } = result.rows;
    assertEquals({ read, valid, invalid }, { read: 20, valid: 18, invalid: 2 });
    assertEquals(result.errors.map((error: { row: number }) => error.row), [10, 20]);
  });
});

Deno.test("settings come from .env, and init writes a mapping that import reads", async () => {
  await inEmptyFolder(async (folder) => {
    await Deno.writeTextFile(join(folder, ".env"), "ROWFERRY_LOG_DIR='runs of the day'\n");
    await Deno.writeTextFile(join(folder, "people.csv"), "customer_id,E-Mail\nC1,a@example.com\n");
    await rowferry(folder, ["init", "people.csv", "-t", "mparticle", "-o", "people.yaml"], 0);
    const args = ["import", "people.csv", "-m", "people.yaml", "--sandbox"];
    const result = await json(folder, args, 0);
    assertEquals(result.rows.accepted, 1);
    assertMatch(result.files.checkpoint, /^runs of the day/);
    assertStringIncludes(await rowferry(folder, ["mapping", "showads"], 0), "VisitorCookie");
  });
});

Deno.test("send delivers one record to the sandbox", async () => {
  await inEmptyFolder(async (folder) => {
    const record = ["--set", "customer_id=C1", "--set", "Email Address=person1@example.com"];
    const result = await json(folder, ["send", "-t", "mparticle", "--sandbox", ...record], 0);
    assertEquals(result.rows.accepted, 1);
  });
});
