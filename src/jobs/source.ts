/**
 * Which file a run is about.
 *
 * @module
 */

import type { SourceId } from "../model/run_scope.ts";
import type { Settings } from "../config/settings.ts";
import { type FileToRead, UsageError } from "../model/errors.ts";
import type { Io } from "../io.ts";
import { folderNamed, misnamed } from "./misnamed.ts";

/** A CSV as it was named, and what identifies it. */
export interface Source {
  /** As it was given; `-` for standard input. */
  readonly given: string;
  /** Absolute, without symbolic links; `-` for standard input. */
  readonly path: string;
  /** For messages. */
  readonly name: string;
}

/** What messages call the source at a path. */
export function sourceName(path: string): string {
  return path === "-" ? "standard input" : path;
}

/** A file for a command that names it; null for what came by a pipe, which none can. */
export function fileToRead(
  { given, path }: Source,
  settings: FileToRead["settings"],
): FileToRead | null {
  return path === "-" ? null : { path: given, settings };
}

/** The source and which part of it a run with these settings sends where; `target` by `targetKey`. */
export function sourceIdOf(
  { path }: Source,
  { sandbox, shard }: Settings,
  target: string,
): SourceId {
  return { path, sandbox: sandbox ?? false, shard: shard ?? null, target };
}

/**
 * Finds a file.
 *
 * @throws {UsageError} when there is none.
 */
export async function findSource(io: Pick<Io, "files">, given: string): Promise<Source> {
  if (given === "-" || given === "/dev/stdin") return { given, path: "-", name: sourceName("-") };
  const name = sourceName(given);
  try {
    const path = await io.files.realPath(given);
    if ((await io.files.stat(path)).isDirectory) throw await folderNamed(io, given);
    return { given, path, name };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    if (/^\/(?:dev|proc\/self)\/fd\//.test(given)) {
      throw new UsageError(`Cannot read ${given}: a pipe without a name is given as -, by stdin`);
    }
    throw await misnamed(io, given, error);
  }
}
