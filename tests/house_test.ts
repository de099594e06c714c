/**
 * Holds the house: who may import whom and through which door, who may touch the outside, how long a
 * file and a function are, and that a name has one meaning.
 *
 * What is not as it should be yet stands in lists called `…_YET`. Each entry must still be true, so
 * that the lists only ever shrink.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { type SourceFile, sourceFiles } from "./support/source_files.ts";

/** A place of the house and the places that it may import. Each may import itself. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  "main.ts": ["cli", "system_io"],
  cli: ["jobs", "server", "report", "config", "log"],
  server: ["jobs", "report", "config", "log"],
  jobs: [
    ...["csv", "mapping", "destinations", "delivery", "checkpoint", "report"],
    ...["config", "sandbox", "log", "kernel"],
  ],
  config: ["destinations"],
  csv: [],
  kernel: [],
  mapping: [],
  destinations: ["mapping"],
  delivery: [],
  checkpoint: [],
  report: ["log"],
  sandbox: ["destinations"],
  log: [],
  system_io: ["http"],
  http: [],
  io: ["model"],
  model: [],
  text: [],
  version: [],
};

/** What every place may import. */
const COMMON = ["model", "io", "text", "version"];

const IMPORTS_YET: readonly string[] = [];

/** The files through which a folder may be entered from other places. */
const DOORS: Record<string, readonly string[]> = {
  "src/cli": ["run.ts"],
  "src/destinations": ["definition.ts", "mappings.ts", "profile.ts", "registry.ts", "stand_in.ts"],
  "src/http": ["client.ts", "proxied.ts"],
  "src/sandbox": ["mod.ts"],
  "src/system_io": [],
  "src/server": ["probe.ts", "serve.ts"],
  "src/delivery": [
    "account.ts",
    "batch.ts",
    "batcher.ts",
    "sender.ts",
    "sliding_window.ts",
    "trial.ts",
  ],
  "src/csv": [
    "blocks.ts",
    "elsewhere.ts",
    "encoding.ts",
    "problem_column.ts",
    "raw.ts",
    "reader.ts",
    "source.ts",
    "utf8_after_all.ts",
  ],
};

const DOORS_YET: readonly string[] = [];

/** The registry has a line for each destination, and commands show one in their examples. */
const MAY_NAME_DESTINATIONS = [/^src\/destinations\/registry\.ts$/, /^src\/cli\/commands\//];

const NAMING_YET: readonly string[] = [];

/**
 * What speaks of flags and commands: the command line alone. Elsewhere, errors carry remedies. The names
 * of a style sheet's variables begin as flags do.
 */
const MAY_SPEAK_OF_FLAGS = /^(?:main\.ts|src\/(?:cli|config)\/|src\/report\/run\/html\/style\.ts$)/;

const FLAGS_YET: readonly string[] = [];

/** Circles of files that import each other. */
const CIRCLES_YET: readonly (readonly string[])[] = [];

/** Places where one contract has several implementations, whose exports may have the same names. */
const CONTRACTS = [/^src\/destinations\/[^/]+\//, /^src\/cli\/commands\//];

const NAMES_YET: readonly string[] = [];

const MOST_LINES = 300;
const LONG_FILES_YET: readonly string[] = [];

const MOST_FUNCTION_LINES = 70;
const LONG_FUNCTIONS_YET: readonly string[] = [];

/** What only the outside's file may use: the machine, the clock, timers, chance, other globals. */
const OUTSIDE = {
  names: [
    ...["Deno", "process", "globalThis", "performance", "console", "navigator", "Worker"],
    ...["setTimeout", "setInterval", "setImmediate", "queueMicrotask"],
    ...["prompt", "confirm", "alert"],
  ],
  uses: ["AbortSignal.timeout", "Date.now", "new Date()", "Math.random", "crypto.getRandomValues"],
  /** Node's modules that only compute. */
  computing: ["node:buffer", "node:crypto", "node:stream", "node:zlib"],
};

const files = await sourceFiles();
const byPath = new Map(files.map((file) => [file.path, file]));

/** `csv` for `src/csv/reader.ts`, `io` for `src/io.ts`, `main.ts` for itself. */
function placeOf(path: string): string {
  if (!path.startsWith("src/")) return path;
  return path.split("/")[1]?.replace(/\.ts$/, "") ?? "";
}

/** The program's own files that a file imports. */
function neighboursOf(file: SourceFile): string[] {
  return file.imports.filter((path) => path === "main.ts" || path.startsWith("src/"));
}

function sorted(texts: Iterable<string>): string[] {
  return [...new Set(texts)].sort();
}

Deno.test("data goes one way: every import follows the house's direction", () => {
  const wrong: string[] = [];
  const examples: string[] = [];
  for (const file of files) {
    const from = placeOf(file.path);
    const allowed = MAY_IMPORT[from];
    assert(allowed, `${from} has no place in the house: add it to this table`);
    for (const path of neighboursOf(file)) {
      const to = placeOf(path);
      if (to === from || allowed.includes(to)) continue;
      if (COMMON.includes(to) && !COMMON.includes(from)) continue;
      wrong.push(`${from} imports ${to}`);
      examples.push(`${file.path} imports ${path}`);
    }
  }
  assertEquals(sorted(wrong), sorted(IMPORTS_YET), examples.join("\n"));
});

Deno.test("a folder is entered through its doors", () => {
  const wrong: string[] = [];
  for (const file of files) {
    for (const path of neighboursOf(file)) {
      const folder = path.split("/").slice(0, 2).join("/");
      const doors = DOORS[folder];
      if (placeOf(path) === placeOf(file.path) || !doors) continue;
      if (!doors.some((door) => path === `${folder}/${door}`)) wrong.push(path);
    }
  }
  assertEquals(sorted(wrong), sorted(DOORS_YET));
});

Deno.test("a destination's folder is entered by the registry alone, and knows no other's", () => {
  const wrong: string[] = [];
  for (const file of files) {
    for (const path of neighboursOf(file)) {
      const folder = folderOf(path);
      if (folder === undefined || folder === folderOf(file.path)) continue;
      if (file.path !== "src/destinations/registry.ts") wrong.push(`${file.path} imports ${path}`);
    }
  }
  assertEquals(wrong, []);
});

Deno.test("what is said of a destination is said in its folder", () => {
  const naming: string[] = [];
  const names = sorted(files.flatMap(({ path }) => folderOf(path) ?? []));
  for (const { path, texts } of files) {
    if (MAY_NAME_DESTINATIONS.some((pattern) => pattern.test(path))) continue;
    for (const name of names) {
      // These are words of their own.
      if (name === "http" || name === "gallery" || folderOf(path) === name) continue;
      if (texts.some((text) => text.toLowerCase().includes(name))) naming.push(path);
    }
  }
  assertEquals(sorted(naming), sorted(NAMING_YET));
});

Deno.test("only the command line speaks of flags and commands", () => {
  const speaking = files.filter(({ path, texts }) =>
    !MAY_SPEAK_OF_FLAGS.test(path) &&
    texts.some((text) =>
      /(?:^|\s|\()--[a-z]{2}|\browferry (?:import|resume|init|send)\b/.test(text)
    )
  ).map(({ path }) => path);
  assertEquals(sorted(speaking), sorted(FLAGS_YET));
});

/** `mparticle` for what belongs to the destination mparticle. */
function folderOf(path: string): string | undefined {
  return /^src\/destinations\/([^/]+)\//.exec(path)?.[1];
}

Deno.test("no file imports itself by way of others, not even types", () => {
  const found = circles().map((circle) => circle.join(" "));
  assertEquals(sorted(found), sorted(CIRCLES_YET.map((circle) => [...circle].sort().join(" "))));
});

/** The largest groups of files of which each reaches all others (Tarjan 1972). */
function circles(): string[][] {
  const found: string[][] = [];
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const visit = (path: string): number => {
    order.set(path, order.size);
    let low = order.size - 1;
    open.push(path);
    const file = byPath.get(path);
    for (const next of file ? neighboursOf(file) : []) {
      if (!order.has(next)) low = Math.min(low, visit(next));
      else if (open.includes(next)) low = Math.min(low, order.get(next) ?? low);
    }
    lowest.set(path, low);
    if (low === order.get(path)) {
      const circle = open.splice(open.indexOf(path)).sort();
      if (circle.length > 1) found.push(circle);
    }
    return low;
  };
  for (const { path } of files) if (!order.has(path)) visit(path);
  return found;
}

Deno.test("every file of src is reached from main.ts", () => {
  const reached = new Set(["main.ts"]);
  for (const path of reached) {
    const file = byPath.get(path);
    if (file) { for (const next of neighboursOf(file)) reached.add(next); }
  }
  assertEquals(files.map(({ path }) => path).filter((path) => !reached.has(path)), []);
});

Deno.test("only system_io touches Deno, process, timers, the clock and chance", () => {
  const touching: string[] = [];
  for (const { path, names, uses, imports } of files) {
    if (placeOf(path) === "system_io" || path === "main.ts") continue;
    const outside = [
      ...OUTSIDE.names.filter((name) => names.has(name)),
      ...OUTSIDE.uses.filter((use) => uses.has(use)),
      ...imports.filter((name) => name.startsWith("node:") && !OUTSIDE.computing.includes(name)),
    ];
    touching.push(...outside.map((name) => `${path} uses ${name}`));
  }
  assertEquals(touching, []);
});

Deno.test("main.ts is the only reader of the arguments and setter of the exit code, in a few lines", async () => {
  const main = byPath.get("main.ts");
  assert(main && main.lines < 15);
  assertEquals(sorted(main.uses).filter((use) => use.startsWith("Deno.")), [
    "Deno.args",
    "Deno.exit",
  ]);
  const outside = files.filter(({ path }) => placeOf(path) === "system_io");
  // The third signal ends the program whatever it does: nobody is left to return a code to.
  assertEquals(outside.filter(({ uses }) => uses.has("Deno.exit")).map(({ path }) => path), [
    "src/system_io.ts",
  ]);
  assert(!outside.some(({ uses }) => uses.has("Deno.args")));
  const io = await Deno.readTextFile(new URL("../src/system_io.ts", import.meta.url));
  assertEquals(io.match(/Deno\.exit.*/g), ["Deno.exit(code),"]);
});

Deno.test("a name that is exported has one meaning", () => {
  const owners = new Map<string, string[]>();
  for (const { path, exports } of files) {
    const contract = CONTRACTS.findIndex((pattern) => pattern.test(path));
    for (const name of exports) {
      const owner = contract < 0 ? path : `contract ${contract}`;
      owners.set(name, sorted([...owners.get(name) ?? [], owner]));
    }
  }
  const shared = [...owners].flatMap(([name, paths]) => paths.length > 1 ? [name] : []);
  assertEquals(sorted(shared), sorted(NAMES_YET));
});

Deno.test("files and functions are short enough to be read in one go", () => {
  const long = files.filter(({ lines }) => lines > MOST_LINES).map(({ path }) => path);
  assertEquals(sorted(long), sorted(LONG_FILES_YET));
  const functions = files.flatMap(({ path, functions }) =>
    functions.filter(({ lines }) => lines > MOST_FUNCTION_LINES).map(({ name }) =>
      `${path} ${name}`
    )
  );
  assertEquals(sorted(functions), sorted(LONG_FUNCTIONS_YET));
});
