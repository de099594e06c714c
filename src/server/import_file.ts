/**
 * What the server keeps of an import beside its run: a file of lines, in the folder of the upload.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { Files } from "../io.ts";
import type { SettingName, Settings } from "../config/settings.ts";
import { StorageError } from "../model/errors.ts";
import { describeFileError, writeAll } from "../model/file_errors.ts";
import type { TargetName } from "./targets.ts";

/** The name of the file. */
const IMPORT_FILE = "import.jsonl";

/** How an import stands that is at an end for now. */
export type EndState = "completed" | "unchanged" | "refused" | "stopped" | "failed";

/** What was asked for. */
export interface ImportRequest {
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** What the client calls its file. */
  readonly name: string;
  /** The file that is imported, for the server. */
  readonly path: string;
  readonly bytes: number;
  /** Of its bytes; hex. Imports of older versions lack it. */
  readonly sha256?: string;
  readonly target: TargetName;
  /** Settings of the import over the server's own, checked. */
  readonly settings: Partial<Settings>;
  /** Those of them that the client gave. */
  readonly flags: readonly SettingName[];
  /** The import whose rows these are, mended. */
  readonly parent: string | null;
  /** The columns that are kept of rows that could not be sent; null where they aren't. */
  readonly failedColumns: readonly string[] | null;
  /** The client's key for it, and what tells its request from others with that key. */
  readonly key: { readonly value: string; readonly request: string } | null;
}

/** How it ended, or stopped. */
export interface ImportEnd {
  readonly state: EndState;
  /** True when a client stopped it: only a client has it go on. */
  readonly byClient: boolean;
  readonly reason: string | null;
  /** The numbers; null where no run began. */
  readonly result: Readonly<Record<string, unknown>> | null;
  /** The run's folder; null where none began. */
  readonly folder: string | null;
}

type ImportLine =
  | { readonly type: "import"; readonly version: 1; readonly request: ImportRequest }
  | { readonly type: "begin"; readonly time: string }
  | { readonly type: "end"; readonly time: string; readonly end: ImportEnd };

/** What its file tells of an import. */
export interface KnownImport {
  readonly request: ImportRequest;
  /** Null where it neither ended nor stopped: it waits, or its process died. */
  readonly end: ImportEnd | null;
}

/**
 * Adds a line, which is on the disk itself when this returns.
 *
 * @throws {StorageError} when it is not.
 */
export async function appendImportLine(
  files: Files,
  folder: string,
  line: ImportLine,
): Promise<void> {
  const path = `${folder}/${IMPORT_FILE}`;
  try {
    const file = await files.open(path, { append: true, create: true, mode: 0o600 });
    try {
      // It begins anew, whatever a disk that was full has left of the one before.
      writeAll(file, Buffer.from(`\n${JSON.stringify(line)}`));
      await file.sync();
    } finally {
      file.close();
    }
    if (line.type === "import") await files.syncFolder(folder);
  } catch (error) {
    throw new StorageError(`Cannot write ${path}: ${describeFileError(error)}`, { cause: error });
  }
}

/** What a folder tells; null where no import was answered yet when its process died. */
export async function readImport(files: Files, folder: string): Promise<KnownImport | null> {
  const text = await files.readText(`${folder}/${IMPORT_FILE}`).catch(() => "");
  let request: ImportRequest | null = null;
  let end: ImportEnd | null = null;
  for (const line of text.split("\n")) {
    const read = parse(line);
    if (read?.type === "import") request = read.request;
    else if (read?.type === "begin") end = null;
    else if (read?.type === "end") end = read.end;
  }
  return request && { request, end };
}

/** Half a line is what a process that died left. */
function parse(line: string): ImportLine | null {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
