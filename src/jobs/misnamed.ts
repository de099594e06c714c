/**
 * What somebody may have meant who named a file that can't be read.
 *
 * @module
 */

import { baseName, parentFolder } from "../checkpoint/folders.ts";
import type { Io } from "../io.ts";
import { UsageError } from "../model/errors.ts";
import { cannotRead, fileErrorCode } from "../model/file_errors.ts";
import { nearest } from "../text/nearest.ts";
import { joinWords, plural } from "../text/words.ts";

/** Names that are told; of more, how many there are. */
const MOST_NAMES = 5;

/** The error of a file that can't be found, with the name that may be meant. */
export async function misnamed(
  { files }: Pick<Io, "files">,
  given: string,
  error: unknown,
): Promise<UsageError> {
  const plain = cannotRead(given, error);
  if (fileErrorCode(error) !== "not-found") return plain;
  const folder = parentFolder(given);
  const name = baseName(given);
  const names = await files.list(folder).catch(() => null);
  if (names === null) {
    return new UsageError(`${plain.message}: there is no folder ${folder}`, { cause: error });
  }
  const at = (name: string) => given.slice(0, given.length - baseName(given).length) + name;
  if (/[*?]/.test(name)) {
    const pattern = patternOf(name);
    const matching = names.filter((name) => pattern.test(name));
    const what = matching.length === 0
      ? "no file has such a name"
      : `it stands for ${listed(matching.map(at))}: name one`;
    return new UsageError(`Cannot read ${given}: it is a pattern, and ${what}`, { cause: error });
  }
  const guess = nearest(name, names);
  if (guess === null) return plain;
  return new UsageError(`${plain.message}; did you mean ${at(guess)}?`, { cause: error });
}

/** The error of a folder where a file is wanted, with the files in it that can be read. */
export async function folderNamed(
  { files }: Pick<Io, "files">,
  given: string,
): Promise<UsageError> {
  const names = (await files.list(given).catch(() => [])).filter((name) => READABLE.test(name));
  const inside = names.map((name) => `${given.replace(/\/+$/, "")}/${name}`);
  const what = inside.length === 0
    ? "it holds no CSV file and no workbook"
    : `name a file in it: ${listed(inside)}`;
  return new UsageError(`Cannot read ${given}: it is a folder; ${what}`);
}

/** Names of files that can be read. */
export const READABLE = /\.(?:csv|tsv|csv\.gz|tsv\.gz|xlsx)$/i;

/** `*` and `?` as a shell takes them, in the last part of a path. */
function patternOf(glob: string): RegExp {
  const parts = [...glob].map((sign) =>
    sign === "*" ? "[^/]*" : sign === "?" ? "[^/]" : RegExp.escape(sign)
  );
  return new RegExp(`^${parts.join("")}$`, "u");
}

/** The files that an argument names: itself, or those that a pattern stands for which no shell took. */
export async function filesNamed(
  { files }: Pick<Io, "files">,
  given: string,
): Promise<readonly string[]> {
  const name = baseName(given);
  if (!/[*?]/.test(name) || await files.lstat(given).then(() => true, () => false)) return [given];
  const pattern = patternOf(name);
  const names = await files.list(parentFolder(given)).catch(() => []);
  const matching = names.filter((name) => pattern.test(name));
  return matching.length === 0
    ? [given]
    : matching.map((found) => given.slice(0, given.length - name.length) + found);
}

function listed(names: readonly string[]): string {
  if (names.length <= MOST_NAMES) return joinWords(names);
  return `${names.slice(0, MOST_NAMES).join(", ")} and ${
    plural(names.length - MOST_NAMES, "other")
  }`;
}
