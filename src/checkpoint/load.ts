/**
 * Reading a run's checkpoint from its folder.
 *
 * @module
 */

import { UsageError } from "../model/errors.ts";
import { cannotRead } from "../model/file_errors.ts";
import type { Files } from "../io.ts";
import { readBlocks } from "./append_file.ts";
import { FORMAT_VERSION, type Line, type RunHeader } from "./lines.ts";
import { Replay, type Replayed } from "./replay.ts";

/**
 * Replays a checkpoint, or its first `length` bytes.
 *
 * @param onLine is shown each sound line.
 * @throws {UsageError} when it can't be read.
 */
export async function replayFile(
  files: Files,
  path: string,
  length = Infinity,
  onLine: (line: Line) => void = () => {},
): Promise<Replayed> {
  const replay = new Replay(onLine);
  try {
    for await (const block of readBlocks(files, path, length)) replay.push(block);
  } catch (error) {
    throw unreadable(path, error);
  }
  return replay.finish();
}

const DAMAGED_HEADER = { kind: "damaged", line: 1, what: "it is damaged" } as const;

/**
 * Reads only what the run is.
 *
 * @throws {UsageError} when that can't be read or is damaged.
 */
export async function readRunHeader(files: Files, path: string): Promise<RunHeader> {
  const replay = new Replay();
  let end = 0;
  try {
    for await (const block of readBlocks(files, path)) {
      end = block.indexOf(0x0a) + 1;
      replay.push(end > 0 ? block.subarray(0, end) : block);
      if (end > 0) break;
    }
  } catch (error) {
    throw unreadable(path, error);
  }
  const replayed = replay.finish();
  // Lines follow, so rows may have been sent: this is no run that was killed at its start.
  const damaged = replayed.kind === "empty" && end > 0;
  return sound(damaged ? DAMAGED_HEADER : replayed, path).state.run;
}

/** A file that can't be read, as an error that says so. */
export function unreadable(path: string, error: unknown): UsageError {
  if (error instanceof UsageError) return error;
  return cannotRead(path, error);
}

/**
 * The state that was replayed.
 *
 * @throws {UsageError} when the checkpoint is damaged, of another version, or empty.
 */
export function sound(replayed: Replayed, path: string): Extract<Replayed, { kind: "state" }> {
  if (replayed.kind === "state") return replayed;
  throw new UsageError(describeTrouble(replayed, path), { remedy: { code: "start-anew" } });
}

/** Why a checkpoint can't be used, in one sentence that says what to do. */
export function describeTrouble(
  replayed: Exclude<Replayed, { kind: "state" }>,
  path: string,
): string {
  switch (replayed.kind) {
    case "empty":
      return `${path} has no complete first line: that run sent nothing, so nothing is lost with it`;
    case "version":
      return `${path} is of version ${replayed.version} and this rowferry reads version ` +
        `${FORMAT_VERSION}; use the rowferry that wrote it`;
    case "damaged":
      return `${path}, line ${replayed.line}: ${replayed.what}; put back an undamaged copy`;
  }
}
