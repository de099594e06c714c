/**
 * Where runs live: `<log-dir>/<file name>.<destination>/<runId>/`.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { Buffer } from "node:buffer";
import type { Io } from "../io.ts";

/** Permission bits of the run's folders. */
export const FOLDER_MODE = 0o700;

/** How a run's source is named when it is standard input. */
export const STDIN_PATH = "-";

/** Names of the files in a run's folder. */
export const CHECKPOINT_FILE = "checkpoint.jsonl";
export const REJECTED_FILE = "rejected.csv";
export const UNKNOWN_FILE = "unknown.csv";
export const ERRORS_FILE = "errors.jsonl";

/** File systems take names of 255 bytes; this leaves room for the destination. */
const LONGEST_NAME_BYTES = 200;

/** The last part of a path. */
export function baseName(path: string): string {
  return path.replace(/[/\\]+$/, "").replace(/^.*[/\\]/s, "");
}

/** A path without its last part; `.` when it has no other. */
export function parentFolder(path: string): string {
  const trimmed = path.replace(/[/\\]+$/, "");
  const end = Math.max(trimmed.lastIndexOf("/"), trimmed.lastIndexOf("\\"));
  return end === -1 ? "." : trimmed.slice(0, end) || "/";
}

/** The folder that holds the runs of one source to one destination. `source` is its real path. */
export function runsFolder(logDir: string, source: string, destination: string): string {
  const name = source === STDIN_PATH ? "stdin" : shortName(baseName(source));
  return `${logDir.replace(/(?<=.)\/+$/, "")}/${name}.${destination}`;
}

function shortName(name: string): string {
  const bytes = Buffer.from(name);
  if (bytes.length <= LONGEST_NAME_BYTES) return name;
  const head = bytes.subarray(0, LONGEST_NAME_BYTES - 9).toString().replace(/\uFFFD+$/, "");
  return `${head}~${createHash("sha256").update(bytes).digest("hex").slice(0, 8)}`;
}

/** The path of a run's rejected rows: in its folder, or where the absolute path says. */
export function pathIn(folder: string, rejectedFile: string): string {
  return rejectedFile === REJECTED_FILE ? `${folder}/${rejectedFile}` : rejectedFile;
}

/**
 * What the ids of a run's rows begin with: its start to the second and 48 random bits, e.g.
 * `20261121T181500Z-3f9c-0b71d2a4`. Differs between any two runs on any two machines.
 */
export function newIdPrefix(io: Pick<Io, "now" | "randomBytes">): string {
  const time = new Date(io.now()).toISOString().replace(/\.\d+/, "").replaceAll(/[-:]/g, "");
  const random = Buffer.from(io.randomBytes(6)).toString("hex");
  return `${time}-${random.slice(0, 4)}-${random.slice(4)}`;
}

/** The run id in an id prefix, e.g. `20261121T181500Z-3f9c`: unique among the runs of a file. */
export function runIdOf(idPrefix: string): string {
  return idPrefix.split("-").slice(0, 2).join("-");
}
