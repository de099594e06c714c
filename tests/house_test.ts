/**
 * Holds the direction of the imports and the places that may touch the outside.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";

const ROOT = new URL("../", import.meta.url);
const SOURCE = new URL("src/", ROOT).href;

/** A place of the house and the places that it may import. Each may import itself. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  "main.ts": ["cli", "system_io"],
  cli: ["config", "jobs", "checkpoint", "mapping", "destinations", "report", "log"],
  jobs: [
    "cli", // Until results carry reason codes.
    "config",
    "csv",
    "mapping",
    "destinations",
    "delivery",
    "checkpoint",
    "report",
    "sandbox",
    "log",
  ],
  config: [],
  csv: [],
  mapping: [],
  destinations: ["mapping"],
  delivery: ["cli"], // Until results carry reason codes.
  checkpoint: ["cli"], // Until results carry reason codes.
  report: ["cli"], // Until results carry reason codes.
  sandbox: [],
  log: [],
  system_io: ["http"],
  io: [],
  http: [],
  model: [],
  text: [],
  version: [],
};

/** What every place may import. */
const COMMON = ["model", "io", "text", "version"];

interface Module {
  readonly specifier: string;
  readonly dependencies?: readonly {
    readonly code?: { readonly specifier?: string };
    readonly type?: { readonly specifier?: string };
  }[];
}

async function modules(): Promise<Module[]> {
  const output = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "main.ts"],
    cwd: ROOT,
    stdout: "piped",
    stderr: "piped",
  }).output();
  assert(output.success, new TextDecoder().decode(output.stderr));
  const graph = JSON.parse(new TextDecoder().decode(output.stdout)) as { modules: Module[] };
  return graph.modules.filter(({ specifier }) => specifier.startsWith(ROOT.href));
}

/** `csv` for `src/csv/reader.ts`, `io` for `src/io.ts`, `main.ts` for itself. */
function placeOf(specifier: string): string {
  if (!specifier.startsWith(SOURCE)) return specifier.slice(ROOT.href.length);
  return specifier.slice(SOURCE.length).split("/")[0]?.replace(/\.ts$/, "") ?? "";
}

async function sourceFiles(folder: URL): Promise<URL[]> {
  const files: URL[] = [];
  for await (const entry of Deno.readDir(folder)) {
    if (entry.isDirectory) files.push(...await sourceFiles(new URL(`${entry.name}/`, folder)));
    else if (entry.name.endsWith(".ts")) files.push(new URL(entry.name, folder));
  }
  return files;
}

Deno.test("data goes one way: every import follows the house's direction", async () => {
  const wrong: string[] = [];
  for (const module of await modules()) {
    const from = placeOf(module.specifier);
    const allowed = MAY_IMPORT[from];
    if (!allowed) throw new Error(`${from} has no place in the house: add it to this table`);
    for (const dependency of module.dependencies ?? []) {
      for (const { specifier } of [dependency.code ?? {}, dependency.type ?? {}]) {
        if (!specifier?.startsWith(ROOT.href)) continue;
        const to = placeOf(specifier);
        if (to !== from && !allowed.includes(to) && !COMMON.includes(to)) {
          wrong.push(`${module.specifier.slice(ROOT.href.length)} imports ${to}`);
        }
      }
    }
  }
  assertEquals([...new Set(wrong)], []);
});

Deno.test("every file of src is reached from main.ts", async () => {
  const reached = new Set((await modules()).map(({ specifier }) => specifier));
  const files = await sourceFiles(new URL("src/", ROOT));
  assertEquals(files.map(({ href }) => href).filter((href) => !reached.has(href)), []);
});

Deno.test("only main.ts and src/system_io.ts touch Deno, process and timers", async () => {
  const touching: string[] = [];
  for (const file of await sourceFiles(new URL("src/", ROOT))) {
    // Comments and texts may name them.
    const code = (await Deno.readTextFile(file))
      .replace(/\/\*[\s\S]*?\*\//g, "")
      .replace(/\/\/.*$/gm, "")
      .replace(/`(?:[^`\\]|\\.)*`|"(?:[^"\\\n]|\\.)*"/g, '""');
    const outside =
      /\bDeno\.|\bprocess\b\.|\bfrom "node:process"|\bset(?:Timeout|Interval|Immediate)\(|AbortSignal\.timeout/;
    if (outside.test(code)) {
      touching.push(file.href.slice(ROOT.href.length));
    }
  }
  assertEquals(touching, ["src/system_io.ts"]);
});

Deno.test("main.ts is the only reader of the arguments and setter of the exit code, in a few lines", async () => {
  const text = await Deno.readTextFile(new URL("main.ts", ROOT));
  assert(text.split("\n").length < 15);
  const io = await Deno.readTextFile(new URL("src/system_io.ts", ROOT));
  // The third signal ends the program whatever it does: nobody is left to return a code to.
  const allowed = io.replace("abort: (code) => Deno.exit(code)", "");
  assert(!/Deno\.(args|exit)/.test(allowed));
});
