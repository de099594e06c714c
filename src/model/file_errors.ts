/**
 * What goes wrong with files, by meaning and in plain words.
 *
 * @module
 */

import { errorMessage, UsageError } from "./errors.ts";

/** What went wrong with a file operation, by meaning. */
export type FileErrorCode =
  | "not-found"
  | "exists"
  | "permission"
  | "no-space"
  | "is-directory"
  | "not-directory"
  | "other";

/** Sorts an error of `Files` by what it means. */
export function fileErrorCode(error: unknown): FileErrorCode {
  if (!(error instanceof Error)) return "other";
  const { name, code } = error as Error & { readonly code?: unknown };
  if (name === "NotFound" || code === "ENOENT") return "not-found";
  if (name === "AlreadyExists" || code === "EEXIST") return "exists";
  if (code === "ENOSPC" || code === "EDQUOT" || /os error (28|122)\b/.test(error.message)) {
    return "no-space";
  }
  if (name === "IsADirectory" || code === "EISDIR") return "is-directory";
  if (name === "NotADirectory" || code === "ENOTDIR") return "not-directory";
  if (
    name === "PermissionDenied" || name === "NotCapable" ||
    code === "EACCES" || code === "EROFS" || code === "EPERM"
  ) {
    return "permission";
  }
  return "other";
}

const FILE_ERROR_WORDS: Record<FileErrorCode, string> = {
  "not-found": "no such file or folder",
  "exists": "it is already there",
  "permission": "permission denied",
  "no-space": "no space left on the disk",
  "is-directory": "it is a folder",
  "not-directory": "a part of its path is not a folder",
  "other": "",
};

/** An error of `Files` in plain words, without Deno's own. */
export function describeFileError(error: unknown): string {
  return FILE_ERROR_WORDS[fileErrorCode(error)] || errorMessage(error);
}

/** The error of an argument that can't be read, by what messages call it. */
export function cannotRead(name: string, error: unknown): UsageError {
  return new UsageError(`Cannot read ${name}: ${describeFileError(error)}`, { cause: error });
}

/** What may take fewer bytes than it is given, and says how many. */
interface PartialWriter {
  writeSync(bytes: Uint8Array): number;
}

/**
 * Writes all of `bytes`.
 *
 * @throws when the disk doesn't take them; a part may stand in the file then.
 */
export function writeAll(file: PartialWriter, bytes: Uint8Array): void {
  for (let rest = bytes; rest.length > 0;) {
    const written = file.writeSync(rest);
    if (written === 0) throw new Error(FILE_ERROR_WORDS["no-space"]);
    rest = rest.subarray(written);
  }
}
