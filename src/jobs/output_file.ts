/**
 * Files that a setting names for output. They take the place of what an earlier call wrote there, but
 * never of a file that the call reads.
 *
 * @module
 */

import type { Settings } from "../config/settings.ts";
import { UsageError } from "../model/errors.ts";
import { describeFileError, fileErrorCode, writeAll } from "../model/file_errors.ts";
import type { FileHandle, Files } from "../io.ts";
import type { Source } from "./source.ts";
import type { Target } from "./target.ts";

/** Paths of the files that a call reads, in case an output is meant to be one of them. */
export function filesRead(settings: Settings, target: Target, source: Source): string[] {
  const { mappingPath } = target;
  const inputs = [settings.envFile];
  if (mappingPath !== null) inputs.unshift(mappingPath);
  if (source.path !== "-") inputs.unshift(source.path);
  return inputs;
}

/** A file that is written from its start. */
export interface OutputFile {
  /** @throws {UsageError} when the disk doesn't take all of it. */
  write(bytes: Uint8Array): void;
  close(): void;
}

/**
 * Opens a file for output.
 *
 * @param read Paths of the files that the call reads; those that are not there don't matter.
 * @param setting Names the file.
 * @throws {UsageError} when it can't be made, or is one of those.
 */
export async function openOutputFile(
  files: Files,
  path: string,
  read: readonly string[],
  setting: string,
): Promise<OutputFile> {
  await refuseRead(files, path, read, setting);
  const fail = (error: unknown) =>
    new UsageError(`cannot write ${path}: ${describeFileError(error)}`, {
      cause: error,
      remedy: { code: "setting", setting },
    });
  try {
    const file = await openEmpty(files, path, setting);
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
    throw error instanceof UsageError ? error : fail(error);
  }
}

/**
 * Opens a file of our own in the place of what an earlier call left: whatever its permissions, and
 * whoever linked it, what is written is read by nobody else. Devices and pipes are written as they are.
 */
async function openEmpty(files: Files, path: string, setting: string): Promise<FileHandle> {
  await removeOwn(files, path, setting);
  const isKept = await exists(files, path);
  return await files.open(path, { write: true, createNew: !isKept, mode: 0o600 });
}

/**
 * Removes what an earlier call wrote, where this one has nothing to write yet. Devices and pipes hold
 * nothing that could be old.
 *
 * @throws {UsageError} when the path is a folder, a link to a file, or a file that the call reads, or
 * can't be written.
 */
export async function removeOutputFile(
  files: Files,
  path: string,
  read: readonly string[],
  setting: string,
): Promise<void> {
  await refuseRead(files, path, read, setting);
  try {
    await removeOwn(files, path, setting);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const remedy = { code: "setting", setting } as const;
    throw new UsageError(`cannot remove ${path}: ${describeFileError(error)}`, { remedy });
  }
}

/** Where the system keeps what only looks like files: `/dev/stdout` is a link to wherever that goes. */
const DEVICES = /^\/(?:dev|proc)\//;

async function removeOwn(files: Files, path: string, setting: string): Promise<void> {
  if (DEVICES.test(path)) return;
  const remedy = { code: "setting", setting } as const;
  try {
    const own = await files.lstat(path);
    if (own.isDirectory) throw new UsageError(`cannot write ${path}: it is a folder`, { remedy });
    if (own.isFile) return await files.remove(path);
    if ((await files.stat(path)).isFile) {
      throw new UsageError(`cannot write ${path}: it is a link to another file`, { remedy });
    }
  } catch (error) {
    if (fileErrorCode(error) !== "not-found") throw error;
    if (await exists(files, path)) {
      throw new UsageError(`cannot write ${path}: it is a link to nothing`, { remedy });
    }
  }
}

async function exists(files: Files, path: string): Promise<boolean> {
  return await files.lstat(path).then(() => true, () => false);
}

async function refuseRead(
  files: Files,
  path: string,
  read: readonly string[],
  setting: string,
): Promise<void> {
  const own = await identityOf(files, path);
  if (own === null) return;
  for (const other of read) {
    if (await identityOf(files, other) === own) {
      throw new UsageError("it is a file that is read: name another one", {
        remedy: { code: "setting", setting, value: path },
      });
    }
  }
}

/** What tells a file from others, under whatever names it stands; null where none is. */
async function identityOf(files: Files, path: string): Promise<string | null> {
  try {
    return (await files.stat(path)).id ?? await files.realPath(path);
  } catch {
    return null;
  }
}
