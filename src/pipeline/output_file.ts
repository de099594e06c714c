/**
 * Files that a flag names for output. They take the place of what an earlier call wrote there, but
 * never of the source.
 *
 * @module
 */

import { UsageError } from "../errors.ts";
import { describeFileError, fileErrorCode, type FileHandle, type Files, writeAll } from "../io.ts";

/** A file that is written from its start. */
export interface OutputFile {
  /** @throws {UsageError} when the disk doesn't take all of it. */
  write(bytes: Uint8Array): void;
  close(): void;
}

/**
 * Opens a file for output.
 *
 * @param source Path of the CSV that is being read.
 * @param flag The flag that names the file, for messages.
 * @throws {UsageError} when it can't be made, or is the source itself.
 */
export async function openOutputFile(
  files: Files,
  path: string,
  source: string,
  flag: string,
): Promise<OutputFile> {
  await refuseSource(files, path, source, flag);
  const fail = (error: unknown) =>
    new UsageError(`${flag}: cannot write ${path}: ${describeFileError(error)}`, { cause: error });
  try {
    const file = await openEmpty(files, path);
    return {
      write(bytes) {
        try {
          writeAll(file, bytes);
        } catch (error) {
          throw fail(error);
        }
      },
      close: () => file.close(),
    };
  } catch (error) {
    throw fail(error);
  }
}

async function openEmpty(files: Files, path: string): Promise<FileHandle> {
  const file = await files.open(path, { write: true, create: true, mode: 0o600 });
  try {
    if ((await file.stat()).isFile) await file.truncate(0); // Devices and pipes have no length.
    return file;
  } catch (error) {
    file.close();
    throw error;
  }
}

/**
 * Removes what an earlier call wrote, where this one has nothing to write yet. Behind a symbolic link
 * it is emptied; devices and pipes hold nothing that could be old.
 *
 * @throws {UsageError} when the path is a folder or the source itself, or can't be written.
 */
export async function removeOutputFile(
  files: Files,
  path: string,
  source: string,
  flag: string,
): Promise<void> {
  await refuseSource(files, path, source, flag);
  try {
    const own = await files.lstat(path);
    if (own.isDirectory) throw new UsageError(`${flag}: cannot write ${path}: it is a folder`);
    if (own.isFile) await files.remove(path);
    else if ((await files.stat(path)).isFile) (await openEmpty(files, path)).close();
  } catch (error) {
    if (fileErrorCode(error) === "not-found") return;
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${flag}: cannot remove ${path}: ${describeFileError(error)}`);
  }
}

async function refuseSource(
  files: Files,
  path: string,
  source: string,
  flag: string,
): Promise<void> {
  if (source === "-") return;
  try {
    if (await files.realPath(path) !== await files.realPath(source)) return;
  } catch {
    return; // It is not there yet.
  }
  throw new UsageError(`${flag} ${path} is the file that is read: name another one`);
}
