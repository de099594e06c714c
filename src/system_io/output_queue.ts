/**
 * Text on its way to a stream whose reader may be slow, or not read at all. Nobody waits for it but who
 * asks to: a write that the system holds up would hold up the whole program, signals too.
 *
 * @module
 */

/** How a queue reaches its stream. */
export interface QueueSetup {
  /** Writes some of `bytes` and says how many. */
  readonly write: (bytes: Uint8Array) => Promise<number>;
  /** Bytes that may wait; of what comes then, whole texts are dropped. */
  readonly most: number;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
}

/** Texts that are written in their order, one write at a time. */
export class OutputQueue {
  readonly #setup: QueueSetup;
  readonly #encoder = new TextEncoder();
  #waiting: Uint8Array[] = [];
  /** Bytes that wait or are being written. */
  #bytes = 0;
  #written = 0;
  #dropped = 0;
  #draining: Promise<void> | null = null;
  #failure: { readonly error: unknown } | null = null;
  #isBroken = false;

  constructor(setup: QueueSetup) {
    this.#setup = setup;
  }

  /** Takes a text; drops it when too much waits already, or an earlier write failed. */
  write(text: string): void {
    if (this.#isBroken || text === "") return;
    const bytes = this.#encoder.encode(text);
    if (this.#bytes > 0 && this.#bytes + bytes.length > this.#setup.most) this.#dropped++;
    else this.#push(bytes);
    this.#draining ??= this.#drain();
  }

  /**
   * Resolves when all is written, or nothing was for `patienceMs`.
   *
   * @throws the error that ended writing, once.
   */
  async flush(patienceMs = Infinity): Promise<void> {
    let before = -1;
    while (this.#draining && this.#written !== before) {
      before = this.#written;
      const done = new AbortController();
      await Promise.race([
        this.#draining,
        ...(patienceMs < Infinity ? [this.#setup.sleep(patienceMs, done.signal)] : []),
      ]);
      done.abort();
    }
    const failure = this.#failure;
    this.#failure = null;
    if (failure) throw failure.error;
  }

  #push(bytes: Uint8Array): void {
    this.#waiting.push(bytes);
    this.#bytes += bytes.length;
  }

  async #drain(): Promise<void> {
    try {
      for (let rest = this.#next(); rest.length > 0; rest = this.#next()) {
        while (rest.length > 0) {
          const count = await this.#setup.write(rest);
          rest = rest.subarray(count);
          this.#bytes -= count;
          this.#written += count;
        }
      }
    } catch (error) {
      this.#failure = { error };
      this.#isBroken = true;
    }
    this.#draining = null;
  }

  /** All that waits, as one piece; once there is room again, how much was dropped. */
  #next(): Uint8Array {
    if (this.#waiting.length === 0 && this.#dropped > 0) {
      const lines = this.#dropped === 1 ? "1 line was" : `${this.#dropped} lines were`;
      this.#dropped = 0;
      this.#push(this.#encoder.encode(`(${lines} dropped: nobody read them in time)\n`));
    }
    const all = new Uint8Array(this.#waiting.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const piece of this.#waiting) {
      all.set(piece, at);
      at += piece.length;
    }
    this.#waiting = [];
    return all;
  }
}
