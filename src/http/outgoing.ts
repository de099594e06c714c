/**
 * A request on its way out: how much of it is written, so that what can't have arrived is known.
 *
 * @module
 */

import type { Wire } from "../io.ts";

/** So much is handed over at a time, in bytes: what was not handed over can't have arrived. */
const PIECE_BYTES = 64 * 1024;

/** Writes parts one after the other, from its making on. */
export class Outgoing {
  readonly #wire: Wire;
  readonly #onProgress: (() => void) | undefined;
  /** Bytes that were not handed over; those of the write under way were. */
  #left: number;
  #stopped = false;
  #isWritten = false;
  /** True when all was written. Where it can't be, reading tells why, or brings an early answer. */
  readonly written: Promise<boolean>;

  constructor(wire: Wire, parts: readonly Uint8Array[], onProgress?: () => void) {
    this.#wire = wire;
    this.#onProgress = onProgress;
    this.#left = parts.reduce((sum, { length }) => sum + length, 0);
    this.written = this.#write(parts);
  }

  /** True once all was written. */
  get isWritten(): boolean {
    return this.#isWritten;
  }

  /** False while a part is certain not to have gone out. */
  get mayBeWhole(): boolean {
    return this.#left === 0;
  }

  /** Writes no more. */
  stop(): void {
    this.#stopped = true;
  }

  async #write(parts: readonly Uint8Array[]): Promise<boolean> {
    for (const part of parts) {
      for (let rest = part; rest.length > 0;) {
        if (this.#stopped) return false;
        const piece = rest.subarray(0, PIECE_BYTES);
        this.#left -= piece.length;
        try {
          const count = await this.#wire.write(piece);
          this.#left += piece.length - count;
          rest = rest.subarray(count);
        } catch {
          this.#left += piece.length; // A write that fails has written nothing.
          return false;
        }
        this.#onProgress?.();
      }
    }
    return this.#isWritten = true;
  }
}
