/**
 * The stretch of a source that is being scanned: what was read and not yet cut into rows.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { BLOCK_BYTES, type ByteSource } from "./blocks.ts";

/** How much is looked at in one go, unless a record is longer: a block and what is left of one. */
export const USUAL_BYTES = 2 * BLOCK_BYTES;

/** A sliding view of a source's bytes, which grows for as long as a record doesn't fit. */
export class Window {
  /** Offset of the first byte held. */
  offset: number;

  readonly #source: ByteSource;
  readonly #onBytes: ((bytes: Uint8Array, offset: number) => void) | undefined;
  #buffer = Buffer.alloc(2 * USUAL_BYTES);
  /** The bytes held are those of `#buffer` from `#start` to `#end`. */
  #start = 0;
  #end = 0;
  #sourceEnded = false;
  /** How many bytes are shown, where that many are held. */
  #shown = USUAL_BYTES;

  constructor(
    source: ByteSource,
    offset: number,
    onBytes?: (bytes: Uint8Array, offset: number) => void,
  ) {
    this.#source = source;
    this.#onBytes = onBytes;
    this.offset = offset;
  }

  /** The bytes to look at. The view is good until the next `fill`. */
  get bytes(): Buffer {
    return this.#buffer.subarray(this.#start, Math.min(this.#end, this.#start + this.#shown));
  }

  /** True when the source ends with `bytes`. */
  get atEnd(): boolean {
    return this.#sourceEnded && this.#end - this.#start <= this.#shown;
  }

  /**
   * Makes `bytes` longer: by a block, or, for a record that doesn't fit in what is usual, to double
   * its length, so that looking at the start again each time doesn't add up.
   */
  async fill(): Promise<void> {
    const held = this.#end - this.#start;
    if (held >= this.#shown) this.#shown *= 2;
    const wanted = held < USUAL_BYTES ? held + 1 : this.#shown;
    while (!this.#sourceEnded && this.#end - this.#start < wanted) {
      const block = await this.#source.read();
      if (block) this.#append(block);
      else this.#sourceEnded = true;
    }
  }

  /** Lets go of the first `count` bytes. */
  drop(count: number): void {
    this.#start += count;
    this.offset += count;
    if (count > 0) this.#shown = USUAL_BYTES;
  }

  #append(block: Uint8Array): void {
    const held = this.#end - this.#start;
    this.#onBytes?.(block, this.offset + held);
    if (this.#end + block.length > this.#buffer.length) {
      const needed = held + block.length;
      const target = needed > this.#buffer.length ? Buffer.alloc(needed * 2) : this.#buffer;
      this.#buffer.copy(target, 0, this.#start, this.#end);
      this.#buffer = target;
      this.#start = 0;
      this.#end = held;
    }
    this.#buffer.set(block, this.#end);
    this.#end += block.length;
  }
}
