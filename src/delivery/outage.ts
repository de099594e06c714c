/**
 * What all workers know of an API that is down. After a few failures in a row, whoever failed, only
 * one request at a time is tried; the others wait for it. So a dead API sees one request per
 * backoff, whatever the concurrency. Which request is tried goes round: one that makes the API fail
 * by itself can't hold up the others.
 *
 * @module
 */

import type { Io } from "../io.ts";

/** Failures in a row, over all workers, after which the API counts as down. */
const FAILURES_UNTIL_DOWN = 3;

/** Leave to make one attempt. */
export interface Turn {
  /** True when the others wait for what comes of it. */
  readonly probe: boolean;
}

/** The gate that requests pass before each attempt. */
export class Outage {
  readonly #io: Pick<Io, "monotonic" | "sleep">;
  readonly #halt: AbortSignal;
  #failures = 0;
  #probes = 0;
  #probing = false;
  #nextProbeAt = -Infinity;
  #changed = Promise.withResolvers<void>();

  /** @param halt Ends all waiting. */
  constructor(io: Pick<Io, "monotonic" | "sleep">, halt: AbortSignal) {
    this.#io = io;
    this.#halt = halt;
    halt.addEventListener("abort", () => this.#wake(), { once: true });
  }

  /** True when requests are tried one at a time. */
  get down(): boolean {
    return this.#failures >= FAILURES_UNTIL_DOWN;
  }

  /** How often the API was tried in vain since it went down. */
  get probes(): number {
    return this.#probes;
  }

  /**
   * Resolves when a request may be tried, or to null when the run halts. Each turn ends with
   * {@linkcode answered}, {@linkcode failed} or {@linkcode leave}.
   */
  async turn(): Promise<Turn | null> {
    const halt = this.#halt;
    while (this.down && this.#probing && !halt.aborted) await this.#changed.promise;
    if (halt.aborted) return null;
    const turn = { probe: this.down };
    if (!turn.probe) return turn;
    this.#probing = true;
    while (!halt.aborted) {
      const ms = this.#nextProbeAt - this.#io.monotonic();
      if (ms <= 0) return turn;
      await this.#io.sleep(Math.ceil(ms), halt);
    }
    this.leave(turn);
    return null;
  }

  /** The API answered: it is up. */
  answered(turn: Turn): void {
    this.#failures = 0;
    this.#probes = 0;
    this.leave(turn);
    this.#wake();
  }

  /** The API failed to answer; when it is down, it is left alone for `waitMs` milliseconds. */
  failed(turn: Turn, waitMs: number): void {
    this.#failures++;
    if (turn.probe) this.#probes++;
    if (this.down) {
      this.#nextProbeAt = Math.max(this.#nextProbeAt, this.#io.monotonic() + waitMs);
    }
    this.leave(turn);
  }

  /** The turn ends, and nothing was learned from it. */
  leave(turn: Turn): void {
    if (!turn.probe) return;
    this.#probing = false;
    this.#wake();
  }

  #wake(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}
