/**
 * Passes records of a file without reading them, by WebAssembly that is built from `assembly/passing.ts`.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { FileHandle } from "../io.ts";
import type { Position } from "../model/row.ts";
import { PASSING } from "./passing_bytes.ts";

interface Exports {
  readonly memory: WebAssembly.Memory;
  readonly input: WebAssembly.Global;
  readonly inputBytes: WebAssembly.Global;
  /** Lines before the record that was found. */
  readonly lines: WebAssembly.Global;
  pass(length: number, delimiter: number): number;
}

const PAGE_BYTES = 0x10000;

/** It looks at so many bytes at a time, also behind the last. */
const BLOCK_BYTES = 64;

/** Offsets and line ends that lie between two records. */
export type Passed = Pick<Position, "offset" | "line">;

/**
 * Finds where a record starts, as near before an offset as it goes, from where one is known to start: in a
 * file of which units are bytes, lines end in LF, and quotes are doubled as RFC 4180 has it. Whatever shows
 * that quotes aren't used so ends the way before it, as does a machine without SIMD.
 *
 * @param file is read from where it stands, which is `from`.
 */
export async function passRecords(
  file: Pick<FileHandle, "read">,
  from: Passed,
  until: number,
  delimiter: string,
): Promise<Passed> {
  const bytes = Uint8Array.from(Buffer.from(PASSING, "base64"));
  if (!WebAssembly.validate(bytes)) return from;
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  const { memory, input, inputBytes, lines, pass } = exports as unknown as Exports;
  const most = input.value + inputBytes.value + BLOCK_BYTES;
  memory.grow(Math.max(0, Math.ceil((most - memory.buffer.byteLength) / PAGE_BYTES)));
  const room = new Uint8Array(memory.buffer, input.value, inputBytes.value);
  let { offset, line } = from;
  let held = 0;
  for (;;) {
    const wanted = Math.min(room.length, until - offset);
    const count = held < wanted ? await file.read(room.subarray(held, wanted)) : 0;
    held += count ?? 0;
    const start = pass(held, delimiter.charCodeAt(0));
    // A record that is longer than there is room for, or that shows otherwise.
    if (start === 0 && (held === wanted || !count)) return { offset, line };
    offset += start;
    line += lines.value;
    room.copyWithin(0, start, held);
    held -= start;
    if (!count || offset >= until) return { offset, line };
  }
}
