/**
 * The rows of one request, packed, from the first that is added until the last one is settled.
 *
 * @module
 */

import { Buffer } from "node:buffer";

import type { DecidedRows } from "../model/decided_rows.ts";
import { Fragment, PayloadWriter } from "../model/payload_writer.ts";
import type { Batch, Route } from "../model/batch.ts";
import type { Frame } from "../model/destination.ts";
import type { Block, Place, RowRanges } from "../model/row.ts";
import { appendRow, type GrowingRanges } from "../model/row_ranges.ts";

/** A frame, ready to be written. */
export interface FrameLiterals {
  readonly head: Fragment;
  readonly separator: Fragment;
  readonly tail: Fragment;
}

/** A frame as fragments. */
export function fragmentsOf({ head, separator, tail }: Frame): FrameLiterals {
  return { head: new Fragment(head), separator: new Fragment(separator), tail: new Fragment(tail) };
}

/** How many numbers are kept of each row: those of its `Place`, and where its payload ends. */
const NUMBERS = 5;

/** A block, and the index of the first row that stands in it. */
interface BlockStart {
  readonly block: Block;
  readonly from: number;
}

/** Makes the batches of a route, one after the other, in memory that it uses again. */
export class BatchBuilder {
  readonly #frame: FrameLiterals;
  readonly #route: Route;
  readonly #body = new PayloadWriter();
  #numbers = new Float64Array(NUMBERS);
  #count = 0;
  #blocks: BlockStart[] = [];

  constructor(frame: FrameLiterals, route: Route) {
    this.#frame = frame;
    this.#route = route;
    this.#begin();
  }

  /** Adds a row with what `payload` holds. */
  add({ number, line, start, end, block }: Place, payload: PayloadWriter): void {
    const body = this.#body;
    if (this.#count > 0) body.fragment(this.#frame.separator);
    body.append(payload);
    this.#note(block, 1);
    const at = NUMBERS * this.#count++;
    const numbers = this.#numbers;
    numbers[at] = number;
    numbers[at + 1] = line;
    numbers[at + 2] = start;
    numbers[at + 3] = end;
    numbers[at + 4] = body.length;
  }

  /** Adds those of decided rows `[from, to)` that are to be sent. */
  addDecided(rows: DecidedRows, from: number, to: number): void {
    const payloads = rows.payloads(from, to);
    if (payloads.length === 0) return;
    const body = this.#body;
    if (this.#count > 0) body.fragment(this.#frame.separator);
    const bodyBefore = body.length;
    body.copy(payloads);
    this.#note(rows.block, to - from);
    this.#count += rows.writeNumbers(from, to, this.#numbers, NUMBERS * this.#count, bodyBefore);
  }

  /** Makes room for the numbers of rows that stand in a block. */
  #note(block: Block, rows: number): void {
    if (this.#blocks.at(-1)?.block !== block) this.#blocks.push({ block, from: this.#count });
    while (NUMBERS * (this.#count + rows) > this.#numbers.length) this.#grow();
  }

  /** The batch of the rows that were added since the last one. */
  finish(): PackedBatch {
    const body = this.#body;
    body.fragment(this.#frame.tail);
    const batch = new PackedBatch(
      this.#frame,
      this.#route,
      body.bytes.slice(0, body.length),
      this.#numbers.slice(0, NUMBERS * this.#count),
      this.#blocks,
    );
    this.#begin();
    return batch;
  }

  #begin(): void {
    this.#count = 0;
    this.#blocks = [];
    this.#body.length = 0;
    this.#body.fragment(this.#frame.head);
  }

  #grow(): void {
    const larger = new Float64Array(2 * this.#numbers.length);
    larger.set(this.#numbers);
    this.#numbers = larger;
  }
}

/**
 * A finished batch, which can be taken apart. What it holds of its rows stands outside of the heap:
 * in it, the collector would copy the numbers of all requests in flight again and again.
 */
export class PackedBatch implements Batch {
  readonly #frame: FrameLiterals;
  readonly #numbers: Float64Array;
  readonly #blocks: readonly BlockStart[];

  constructor(
    frame: FrameLiterals,
    readonly route: Route,
    readonly body: Uint8Array<ArrayBuffer>,
    numbers: Float64Array,
    blocks: readonly BlockStart[],
  ) {
    this.#frame = frame;
    this.#numbers = numbers;
    this.#blocks = blocks;
  }

  get length(): number {
    return this.#numbers.length / NUMBERS;
  }

  place(index: number): Place {
    const [number = 0, line = 0, start = 0, end = 0] = this.#numbers.subarray(NUMBERS * index);
    const { block } = this.#blocks.findLast(({ from }) => from <= index) as BlockStart;
    return { number, line, start, end, block };
  }

  rows(): RowRanges {
    const rows: GrowingRanges = [];
    for (let at = 0; at < this.#numbers.length; at += NUMBERS) {
      appendRow(rows, this.#numbers[at] as number);
    }
    return rows;
  }

  payload(index: number): string {
    const { buffer, byteOffset, length } = this.#payload(index);
    return Buffer.from(buffer, byteOffset, length).toString();
  }

  pick(indexes: readonly number[]): PackedBatch {
    if (indexes.length === this.length) return this;
    const picked = new BatchBuilder(this.#frame, this.route);
    const payload = new PayloadWriter();
    for (const index of indexes) {
      payload.length = 0;
      payload.copy(this.#payload(index));
      picked.add(this.place(index), payload);
    }
    return picked.finish();
  }

  #payload(index: number): Uint8Array<ArrayBuffer> {
    const start = index === 0
      ? this.#frame.head.length
      : this.#payloadEnd(index - 1) + this.#frame.separator.length;
    return this.body.subarray(start, this.#payloadEnd(index));
  }

  #payloadEnd(index: number): number {
    return this.#numbers[NUMBERS * index + 4] as number;
  }
}
