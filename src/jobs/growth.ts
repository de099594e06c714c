/**
 * Files that somebody still writes while they are imported. Rows that come later belong to no run yet,
 * and a last line without an end that goes on by now is half a row, which must not be sent.
 *
 * @module
 */

import type { ShardFacts } from "../checkpoint/lines.ts";
import { unitsOf } from "../model/positions.ts";
import type { Place } from "../model/row.ts";
import type { RunEvent } from "../model/run_events.ts";
import type { Input } from "./input.ts";
import type { JobSetup } from "./setup.ts";
import type { Source } from "./source.ts";

/** The parts of a run that this is about. */
interface Watched {
  readonly setup: Pick<JobSetup, "io" | "observer">;
  readonly source: Source;
  readonly input: Pick<Input, "size">;
  readonly shard?: ShardFacts | null;
}

/** True for a record at the end of its source that has no line end. */
export function isUnended(row: Place): boolean {
  return !/[\r\n]$/.test(unitsOf(row));
}

/** True when the source of a run goes on behind a row by now. */
export async function goesOnBehind(parts: Watched, row: Place): Promise<boolean> {
  const size = await sizeNow(parts);
  if (size === null || size <= row.end) return false;
  try {
    return await hasText(parts, row.end);
  } catch {
    return true;
  }
}

/** Whether anything stands there but Ctrl-Z, by which DOS ended texts, and which belongs to no row. */
async function hasText(
  { setup: { io }, source }: Pick<Watched, "setup" | "source">,
  offset: number,
): Promise<boolean> {
  const file = await io.files.open(source.path, { read: true });
  try {
    await file.seek(offset);
    const buffer = new Uint8Array(BLOCK_BYTES);
    for (let length = await file.read(buffer); length; length = await file.read(buffer)) {
      // The zeros are those of UTF-16.
      if (buffer.subarray(0, length).some((byte) => byte !== CTRL_Z && byte !== 0)) return true;
    }
    return false;
  } finally {
    file.close();
  }
}

const BLOCK_BYTES = 256;
const CTRL_Z = 0x1a;

/**
 * Tells the run's observer how it ended, and what came to the file while it was read.
 *
 * @param half the row that was left out as it was still being written, or null.
 */
export async function tellEnd(
  parts: Watched,
  half: Place | null,
  ended: Omit<Extract<RunEvent, { kind: "ended" }>, "kind">,
): Promise<void> {
  if (ended.stop === null) await tellGrowth(parts, half);
  parts.setup.observer({ kind: "ended", ...ended });
}

async function tellGrowth(parts: Watched, half: Place | null): Promise<void> {
  const size = await sizeNow(parts);
  const { setup: { observer }, shard, input } = parts;
  const read = half?.start ?? shard?.end ?? input.size;
  if (size === null || read === null || size <= read) return;
  observer({ kind: "grown", bytes: size - read, halfRow: half?.number ?? null });
}

/** Bytes of a plain file; null where they don't matter, or the file is gone. */
async function sizeNow({ setup: { io }, source, input, shard }: Watched): Promise<number | null> {
  const isLastPart = !shard || shard.index === shard.count;
  if (input.size === null || !isLastPart) return null;
  try {
    return (await io.files.stat(source.path)).size;
  } catch {
    return null;
  }
}
