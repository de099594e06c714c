/**
 * Turns a folder of bundled JavaScript into one executable with `deno compile`.
 *
 * `deno compile` downloads its base binary from Deno's own host. Behind networks that only reach
 * the npm registry, an npm package that is itself such an executable lends its base instead, to tests
 * that ask for it: good enough to try the program on Linux x86_64, never for a release.
 *
 * @module
 */

/**
 * The program starts no subprocess and loads no library; but Deno shows /proc, where it stands whether
 * nohup has SIGHUP ignored, to none that is not allowed to.
 */
const PERMISSIONS = ["--allow-all"];

/** The base that npm lends. */
export const LENT_BASE = {
  target: "x86_64-unknown-linux-gnu",
  package: "@vltpkg/cli-linux-x64@0.0.0-18",
  file: "package/vlt",
  /** The Deno that made the base, which is the only one that can read it. */
  deno: "2.4.2",
};

/** No base binary can be had: neither from Deno's host nor from the npm registry. */
export class NoBaseError extends Error {
  override readonly name = "NoBaseError";
}

/**
 * Rows die young: a small nursery, collected by one thread, takes a third less memory, and hardly any
 * more time. `deno.json` has the same for the source.
 */
export const V8_FLAGS =
  "--v8-flags=--max-semi-space-size=8,--no-parallel-scavenge,--initial-old-space-size=8";

/** What is compiled, and for which machine. */
export interface Executable {
  /** Folder with nothing in it but the program's modules. */
  readonly folder: string;
  /** The module in `folder` that starts the program. */
  readonly entry: string;
  /** Absolute path of the executable; Windows targets add `.exe`. */
  readonly output: string;
  /** Target triple; the running machine's when left out. */
  readonly target?: string;
}

/**
 * Compiles `executable` with the running Deno, or else, if `mayBorrow`, with the base that npm lends.
 *
 * @returns Whether the base was lent.
 * @throws {NoBaseError} when there is no base for the target, or only a lent one that isn't wanted.
 */
export async function compileExecutable(
  executable: Executable,
  mayBorrow: boolean,
): Promise<{ lentBase: boolean }> {
  const { folder, entry, output, target = Deno.build.target } = executable;
  const args = [
    "compile",
    "--quiet",
    // The folder is complete: whatever a deno.json around it lists must not be embedded.
    ...["--no-config", "--no-lock", "--no-npm", "--no-remote", "--no-check"],
    // The cache would be a file of guessable name in the shared temp folder, and saves nothing.
    "--no-code-cache",
    "--no-prompt",
    V8_FLAGS,
    ...PERMISSIONS,
  ];
  const files = ["--output", output, entry];
  const own = await run(Deno.execPath(), [...args, "--target", target, ...files], folder);
  if (own.ok) return { lentBase: false };
  if (!own.stderr.includes("base binary")) throw new Error(`deno compile failed.\n${own.stderr}`);
  if (!mayBorrow) {
    throw new NoBaseError(
      `The base binary for ${target} can't be downloaded. Tests may borrow another: --lent-base.\n` +
        own.stderr,
    );
  }
  if (target !== LENT_BASE.target || Deno.build.target !== target) {
    throw new NoBaseError(`The base binary for ${target} can't be downloaded.\n${own.stderr}`);
  }
  const lent = await run(...npx(`deno@${LENT_BASE.deno}`, [...args, ...files]), folder, {
    DENORT_BIN: await lentBase(),
  });
  if (!lent.ok) throw new Error(`deno ${LENT_BASE.deno} compile failed.\n${lent.stderr}`);
  return { lentBase: true };
}

function npx(name: string, args: string[]): [string, string[]] {
  return ["npx", ["--yes", name, ...args]];
}

/** Path of the lent base, which is downloaded once and kept outside the repository. */
async function lentBase(): Promise<string> {
  const home = Deno.env.get("XDG_CACHE_HOME") ?? `${Deno.env.get("HOME") ?? "/tmp"}/.cache`;
  const cache = `${home}/rowferry`;
  const base = `${cache}/base-${LENT_BASE.deno}`;
  if (await Deno.stat(base).then(() => true, () => false)) return base;
  await Deno.mkdir(cache, { recursive: true });
  const folder = await Deno.makeTempDir({ dir: cache });
  try {
    const pack = await run("npm", ["pack", "--silent", LENT_BASE.package], folder);
    if (!pack.ok) throw new NoBaseError(`No base binary from npm either.\n${pack.stderr}`);
    const untar = await run("tar", ["-xzf", pack.stdout.trim(), LENT_BASE.file], folder);
    if (!untar.ok) {
      throw new NoBaseError(`${LENT_BASE.package} can't be unpacked.\n${untar.stderr}`);
    }
    await Deno.rename(`${folder}/${LENT_BASE.file}`, base);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  return base;
}

/** Runs a program to its end, with what it printed. */
export async function run(
  program: string,
  args: string[],
  cwd: string,
  env: Record<string, string> = {},
): Promise<{ ok: boolean; stdout: string; stderr: string }> {
  const command = new Deno.Command(program, { args, cwd, env: { NO_COLOR: "1", ...env } });
  const { success, stdout, stderr } = await command.output();
  const decoder = new TextDecoder();
  return { ok: success, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}
