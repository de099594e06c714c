/**
 * Builds the kernel from `kernel/` into `src/kernel/bytes.ts`:
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

const BYTES_FILE = "src/kernel/bytes.ts";

/** Without a runtime: the kernel has no objects. */
const OPTIONS = ["--enable", "simd", "--runtime", "stub", "-O3", "--noAssert"];

/**
 * Compiles the kernel.
 *
 * @throws {Error} with what the compiler says, when it fails.
 */
export async function buildKernel(): Promise<Uint8Array> {
  let built = new Uint8Array();
  const { error, stderr } = await asc.main(
    ["kernel/index.ts", ...OPTIONS, "--outFile", "kernel.wasm"],
    {
      readFile: (name: string, folder: string) =>
        Deno.readTextFile(join(REPOSITORY, folder, name)).catch(() => null),
      writeFile: (_name: string, contents: Uint8Array | string) => {
        if (typeof contents !== "string") built = contents.slice();
      },
      listFiles: () => [],
    },
  );
  if (error) throw new Error(`The kernel can't be built: ${error.message}\n${stderr.toString()}`);
  return built;
}

/** The file that holds the kernel's bytes. */
export function bytesFile(bytes: Uint8Array): string {
  return [
    "/**",
    " * The kernel's bytes in base64. Built by `deno task kernel`, never written by hand.",
    " *",
    " * @module",
    " */",
    "",
    "export const KERNEL =",
    `  "${Buffer.from(bytes).toString("base64")}";`,
    "",
  ].join("\n");
}

if (import.meta.main) {
  await Deno.writeTextFile(join(REPOSITORY, BYTES_FILE), bytesFile(await buildKernel()));
}
