/**
 * Builds the modules of `src/kernel/assembly/` into `src/kernel/`:
 *
 *     deno task kernel
 *
 * The built bytes are part of the repository, so that nobody needs a compiler who only runs the
 * program; a test sees to it that they are those of the source.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { join } from "node:path";
import asc from "assemblyscript/asc";
import { REPOSITORY } from "./bundle.ts";

/** Each module's source and the file of its bytes. */
export const MODULES = [
  { source: "src/kernel/assembly/index.ts", file: "src/kernel/bytes.ts", name: "KERNEL" },
  {
    source: "src/kernel/assembly/passing.ts",
    file: "src/kernel/passing_bytes.ts",
    name: "PASSING",
  },
] as const;

/** Without a runtime: the kernel has no objects. */
const OPTIONS = ["--enable", "simd", "--runtime", "stub", "-O3", "--noAssert"];

/**
 * Compiles a module.
 *
 * @throws {Error} with what the compiler says, when it fails.
 */
export async function buildModule(source: string): Promise<Uint8Array> {
  let built = new Uint8Array();
  const { error, stderr } = await asc.main(
    [source, ...OPTIONS, "--outFile", "module.wasm"],
    {
      readFile: (name: string, folder: string) =>
        Deno.readTextFile(join(REPOSITORY, folder, name)).catch(() => null),
      writeFile: (_name: string, contents: Uint8Array | string) => {
        if (typeof contents !== "string") built = contents.slice();
      },
      listFiles: () => [],
    },
  );
  if (error) throw new Error(`${source} can't be built: ${error.message}\n${stderr.toString()}`);
  return built;
}

/** The file that holds a module's bytes. */
export function bytesFile(name: string, bytes: Uint8Array): string {
  return [
    "/**",
    " * The kernel's bytes in base64. Built by `deno task kernel`, never written by hand.",
    " *",
    " * @module",
    " */",
    "",
    `export const ${name} =`,
    `  "${Buffer.from(bytes).toString("base64")}";`,
    "",
  ].join("\n");
}

if (import.meta.main) {
  for (const { source, file, name } of MODULES) {
    const text = bytesFile(name, await buildModule(source));
    await Deno.writeTextFile(join(REPOSITORY, file), text);
  }
}
