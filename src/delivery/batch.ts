/**
 * The rows of one request, packed, from the first that is added until the last one is settled.
 *
 * @module
 */

import { Buffer } from "node:buffer";

import { Literal, PayloadWriter } from "../payload_writer.ts";
import type { Batch, Block, Frame, Place } from "../types.ts";

/** A frame, ready to be written. */
export interface FrameLiterals {
  readonly head: Literal;
  readonly separator: Literal;
  readonly tail: Literal;
}

/** A frame as literals. */
export function literalsOf({ head, separator, tail }: Frame): FrameLiterals {
  return { head: new Literal(head), separator: new Literal(separator), tail: new Literal(tail) };
}

/** How many numbers are kept of each row: those of its `Place`, and where its payload ends. */
const NUMBERS = 5;

/** How many rows there is room for at first. */
const FEW_ROWS = 128;

/**
 * What is known of each row of a batch, in as few objects as can be. The numbers stand outside of the
 * heap: in it, the collector would copy those of all requests in flight again and again.
 */
class Rows {
  count = 0;
  #numbers = new Float64Array(NUMBERS * FEW_ROWS);
  /** Blocks, each with the index of the first row that stands in it. */
  readonly #blocks: { readonly block: Block; readonly from: number }[] = [];

  add({ number, line, start, end, block }: Place, payloadEnd: number): void {
    if (this.#blocks.at(-1)?.block !== block) this.#blocks.push({ block, from: this.count });
    const at = NUMBERS * this.count++;
    if (at === this.#numbers.length) this.#grow();
    const numbers = this.#numbers;
    numbers[at] = number;
    numbers[at + 1] = line;
    numbers[at + 2] = start;
    numbers[at + 3] = end;
    numbers[at + 4] = payloadEnd;
  }

  place(index: number): Place {
    const [number = 0, line = 0, start = 0, end = 0] = this.#numbers.subarray(NUMBERS * index);
    const { block } = this.#blocks.findLast(({ from }) => from <= index) as { block: Block };
    return { number, line, start, end, block };
  }

  payloadEnd(index: number): number {
    return this.#numbers[NUMBERS * index + 4] as number;
  }

  #grow(): void {
    const larger = new Float64Array(2 * this.#numbers.length);
    larger.set(this.#numbers);
    this.#numbers = larger;
  }
}

/** A batch that rows are still added to. */
export class GrowingBatch {
  readonly #frame: FrameLiterals;
  readonly #route: number;
  readonly #writer: PayloadWriter;
  readonly #rows = new Rows();

  /** @param writer is used until `finish`, and may be handed to another batch then. */
  constructor(frame: FrameLiterals, route: number, writer: PayloadWriter) {
    this.#frame = frame;
    this.#route = route;
    this.#writer = writer;
    writer.length = 0;
    writer.literal(frame.head);
  }

  /** Adds a row with what `payload` holds. */
  add(place: Place, payload: PayloadWriter): void {
    const writer = this.#writer;
    if (this.#rows.count > 0) writer.literal(this.#frame.separator);
    writer.append(payload);
    this.#rows.add(place, writer.length);
  }

  /** The batch, with a body of its own. */
  finish(): PackedBatch {
    const writer = this.#writer;
    writer.literal(this.#frame.tail);
    const body = writer.bytes.slice(0, writer.length);
    return new PackedBatch(this.#frame, this.#route, body, this.#rows);
  }
}

/** A finished batch, which can be taken apart. */
export class PackedBatch implements Batch {
  readonly #frame: FrameLiterals;
  readonly #rows: Rows;

  constructor(
    frame: FrameLiterals,
    readonly route: number,
    readonly body: Uint8Array<ArrayBuffer>,
    rows: Rows,
  ) {
    this.#frame = frame;
    this.#rows = rows;
  }

  get length(): number {
    return this.#rows.count;
  }

  place(index: number): Place {
    return this.#rows.place(index);
  }

  payload(index: number): string {
    const { buffer, byteOffset, length } = this.#payload(index);
    return Buffer.from(buffer, byteOffset, length).toString();
  }

  pick(indexes: readonly number[]): PackedBatch {
    if (indexes.length === this.length) return this;
    const picked = new GrowingBatch(this.#frame, this.route, new PayloadWriter());
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
      : this.#rows.payloadEnd(index - 1) + this.#frame.separator.length;
    return this.body.subarray(start, this.#rows.payloadEnd(index));
  }
}
