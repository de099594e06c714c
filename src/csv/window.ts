/**
 * The stretch of a source that is being scanned: what was read and not yet cut into rows.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { ByteSource } from "./source.ts";

const INITIAL_BYTES = 2 ** 17;

/** A growing and sliding view of a source's bytes. */
export class Window {
  /** Offset of the first byte held. */
  offset: number;
  /** True once the source has given its last byte. */
  atEnd = false;

  readonly #source: ByteSource;
  readonly #onBytes: ((bytes: Uint8Array, offset: number) => void) | undefined;
  #buffer = Buffer.alloc(INITIAL_BYTES);
  #length = 0;

  constructor(
    source: ByteSource,
    offset: number,
    onBytes?: (bytes: Uint8Array, offset: number) => void,
  ) {
    this.#source = source;
    this.#onBytes = onBytes;
    this.offset = offset;
  }

  /** The bytes held. The view is good until the next `fill` or `drop`. */
  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  /**
   * Reads the next block. What is held of a record that is longer than a block is doubled, so that
   * looking at its start again each time doesn't add up.
   */
  async fill(): Promise<void> {
    const wanted = this.#length < INITIAL_BYTES ? this.#length + 1 : this.#length * 2;
    while (this.#length < wanted) {
      const block = await this.#source.read();
      if (!block) {
        this.atEnd = true;
        return;
      }
      this.#onBytes?.(block.slice(), this.offset + this.#length);
      this.#append(block);
    }
  }

  /** Lets go of the first `count` bytes. */
  drop(count: number): void {
    this.#buffer.copyWithin(0, count, this.#length);
    this.#length -= count;
    this.offset += count;
  }

  #append(block: Uint8Array): void {
    const length = this.#length + block.length;
    if (length > this.#buffer.length) {
      const larger = Buffer.alloc(length * 2);
      larger.set(this.bytes);
      this.#buffer = larger;
    }
    this.#buffer.set(block, this.#length);
    this.#length = length;
  }
}
