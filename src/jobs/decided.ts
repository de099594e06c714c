/**
 * Has the kernel decide the plain rows of a file, where the mapping and the destination can be told to
 * it.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { canRun, Kernel } from "../kernel/kernel.ts";
import type { BatchLimits } from "../delivery/batcher.ts";
import { type CsvReader, MOST_ROWS, type RowSource } from "../csv/reader.ts";
import type { ErrorBound } from "../config/values.ts";
import type { Input } from "./input.ts";

/** An input, of which the reader may have no say in what decides its rows. */
export type DecidableInput = Pick<Input, "mapping" | "sink"> & {
  readonly reader: RowSource & Partial<Pick<CsvReader, "decidedBy">>;
};

/**
 * What the rows of an input are read from.
 *
 * With `maxErrors`, rows are handed over as few at a time as they are without a kernel: a run stops between
 * two hand-overs. `measuresOnly` says that nobody asks for more of payloads than their lengths.
 */
export function rowsOf(
  { reader, mapping: { plan: rows }, sink }: DecidableInput,
  { bytesPerRequest, bytesPerRow }: Pick<BatchLimits, "bytesPerRequest" | "bytesPerRow">,
  { maxErrors, measuresOnly = false }: {
    readonly maxErrors?: ErrorBound | undefined;
    readonly measuresOnly?: boolean;
  } = {},
): RowSource {
  const { destination, steps: payload } = sink;
  if (!reader.decidedBy || rows === null || payload === undefined || sink.distinctKey) {
    return reader;
  }
  const { head, separator, tail } = destination.frame(0);
  const room = bytesPerRequest - Buffer.byteLength(head + tail);
  const longestPayload = Math.min(bytesPerRow, room);
  const fewerRows = maxErrors === undefined ? Infinity : MOST_ROWS;
  return reader.decidedBy((file) =>
    canRun()
      ? new Kernel({ file, rows, payload, separator, longestPayload, measuresOnly }, fewerRows)
      : null
  );
}
