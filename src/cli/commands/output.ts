/**
 * Where a command's text goes: standard output, or the file of `--output`.
 *
 * @module
 */

import { CancelledError, UsageError } from "../../model/errors.ts";
import { describeFileError, fileErrorCode, writeAll } from "../../model/file_errors.ts";
import type { FileHandle } from "../../io.ts";
import type { PreparedCall } from "../command.ts";

/**
 * Writes to `--output`, or to standard output where none is given. A file that is there already is
 * replaced only with `--yes`, or when the person at the terminal agrees.
 *
 * @param source Path of a file that was read for the text and must stay.
 * @throws {UsageError} when the file is there already or can't be written.
 * @throws {CancelledError} when the person at the terminal keeps the file.
 */
export async function writeResult(
  call: PreparedCall,
  text: string,
  source?: string,
): Promise<void> {
  const { io, settings: { output } } = call;
  if (output === undefined) return io.stdout.write(text);
  if (await writeNewFile(call, output, text)) return;
  await agreeToReplace(call, output, source);
  await write(output, text, async () => {
    const file = await io.files.open(output, { write: true });
    await file.truncate(0);
    return file;
  });
}

/**
 * Writes a file, unless there is one already; says whether it did.
 *
 * @throws {UsageError} when the file can't be written.
 */
export async function writeNewFile(
  { io }: Pick<PreparedCall, "io">,
  path: string,
  text: string,
): Promise<boolean> {
  try {
    await write(path, text, () => io.files.open(path, { write: true, createNew: true }));
    return true;
  } catch (error) {
    if (error instanceof UsageError && fileErrorCode(error.cause) === "exists") return false;
    throw error;
  }
}

async function agreeToReplace(
  { io, settings }: PreparedCall,
  path: string,
  source: string | undefined,
): Promise<void> {
  const real = async (path: string) => await io.files.realPath(path).catch(() => null);
  if (source !== undefined && await real(source) === await real(path)) {
    throw new UsageError(`--output ${path} is the file that is read: name another one`);
  }
  if (settings.yes) return;
  if (!io.stdin.isTerminal || !io.stderr.isTerminal) {
    throw new UsageError(
      `${path} is already there: name another file, or replace this one with --yes`,
    );
  }
  if (await io.prompts.confirm(`${path} is already there. Replace it?`) !== true) {
    throw new CancelledError(`Cancelled: ${path} is as it was`);
  }
}

async function write(path: string, text: string, open: () => Promise<FileHandle>): Promise<void> {
  try {
    const file = await open();
    try {
      writeAll(file, new TextEncoder().encode(text));
    } finally {
      file.close();
    }
  } catch (error) {
    throw new UsageError(`Cannot write ${path}: ${describeFileError(error)}`, { cause: error });
  }
}
