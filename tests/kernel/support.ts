/** Rows through both ways, the kernel's and the one without it. */

import { assertEquals } from "@std/assert";
import { openReader, type ReaderOptions } from "../../src/csv/reader.ts";
import { Batcher, type BatchLimits } from "../../src/delivery/batcher.ts";
import { rowsOf } from "../../src/jobs/decided.ts";
import { SpanSource } from "../../src/jobs/spans.ts";
import type { Batch, Span } from "../../src/model/batch.ts";
import { DecidedRows } from "../../src/model/decided_rows.ts";
import type { RowSource } from "../../src/csv/reader.ts";
import { blocksOf, blockSource, told } from "../csv/support.ts";
import { compileMapping, mappingSchema } from "../support/destinations.ts";
import { NOW, sinkBy } from "../support/sinks.ts";

/** How a file goes through. */
export interface Way {
  readonly reading?: ReaderOptions;
  readonly limits?: Partial<BatchLimits>;
  /** How much the source gives at once. */
  readonly blockBytes?: number;
  readonly settled?: (row: number) => boolean;
  readonly stopAfter?: number;
  readonly filters?: { readonly minAge?: number; readonly where?: readonly string[] };
}

/**
 * Sends a file through both ways, and asserts that they come to the same.
 *
 * @returns how many rows the kernel decided.
 */
export async function assertSame(
  bytes: Uint8Array,
  mapping: unknown,
  way: Way = {},
): Promise<number> {
  const plain = await goThrough(bytes, mapping, way, false);
  const decided = await goThrough(bytes, mapping, way, true);
  assertEquals(decided.result, plain.result);
  return decided.decided;
}

async function goThrough(bytes: Uint8Array, file: unknown, way: Way, asksKernel: boolean) {
  const reading = { name: "rows.csv", ...way.reading };
  const blocks = (from: number) =>
    blockSource(blocksOf(bytes.subarray(from), way.blockBytes ?? 2 ** 16));
  let reader;
  try {
    const { header } = await openReader(blocks(0), reading);
    // A reader that begins behind the header reads no row before the kernel has its say.
    const from = { position: header.end, header };
    reader = await openReader(blocks(header.end.offset), { ...reading, from });
  } catch (error) {
    return { result: String(error), decided: 0 };
  }
  const { names } = reader.header;
  const mapping = compileMapping(mappingSchema.parse(file), names, "rows.csv", {
    now: NOW,
    ...way.filters,
  });
  const sink = sinkBy(mapping);
  const limits = {
    rowsPerRequest: [5],
    bytesPerRequest: 4000,
    bytesPerRow: 2000,
    frame: sink.destination.frame,
    ...way.limits,
  };
  const counter = { decided: 0 };
  const input = { reader, mapping, sink };
  const rows = asksKernel ? counted(rowsOf(input, limits), counter) : reader;
  const events: unknown[] = [];
  const spans = new SpanSource({
    reader: rows,
    mapping,
    sink,
    batcher: new Batcher(limits, (position) => ({ ...position, digest: "" })),
    settled: way.settled,
    stopAfter: way.stopAfter,
    onRejected: (row, problems) => events.push([told(row), problems]),
  });
  const found: unknown[] = [];
  for (let span = await spans.next(); span; span = await spans.next()) found.push(spanTold(span));
  return { result: { found, events, left: reader.leftOut(), isCut: spans.isCut }, ...counter };
}

function counted(rows: RowSource, counter: { decided: number }): RowSource {
  return {
    async read() {
      const cuts = await rows.read();
      for (const cut of cuts ?? []) if (cut instanceof DecidedRows) counter.decided += cut.length;
      return cuts;
    },
  };
}

function spanTold({ batch, ...rest }: Span) {
  return { ...rest, batch: batch && batchTold(batch) };
}

function batchTold(batch: Batch) {
  const indexes = Array.from({ length: batch.length }, (_, index) => index);
  return {
    body: new TextDecoder().decode(batch.body),
    rows: batch.rows(),
    route: batch.route,
    payloads: indexes.map((index) => batch.payload(index)),
    places: indexes.map((index) => {
      const { number, line, start, end, block } = batch.place(index);
      return {
        number,
        line,
        start,
        end,
        text: block.text.slice(start - block.offset, end - block.offset),
      };
    }),
  };
}
