/**
 * Where a command's text goes: standard output, or a new file.
 *
 * @module
 */

import { UsageError } from "../errors.ts";
import { describeFileError, type Io } from "../io.ts";

/**
 * Writes to `path`, or to standard output where none is given.
 *
 * @throws {UsageError} when the file is there already or can't be made.
 */
export async function writeResult(
  io: Pick<Io, "files" | "stdout">,
  text: string,
  path: string | undefined,
): Promise<void> {
  if (path === undefined) return io.stdout.write(text);
  try {
    const file = await io.files.open(path, { write: true, createNew: true });
    try {
      let rest = new TextEncoder().encode(text);
      while (rest.length > 0) {
        const written = file.writeSync(rest);
        if (written === 0) throw new Error("no space left on the disk");
        rest = rest.subarray(written);
      }
    } finally {
      file.close();
    }
  } catch (error) {
    throw new UsageError(`Cannot write ${path}: ${describeFileError(error)}`, { cause: error });
  }
}
