/**
 * What all workers know of an API that is down. After a few failures in a row, whoever failed, only
 * one request at a time is tried; the others wait for it. So a dead API sees one request per
 * backoff, whatever the concurrency. Which request is tried goes round: one that makes the API fail
 * by itself can't hold up the others.
 *
 * @module
 */

import type { Io } from "../io.ts";
import { unlessAborted } from "../model/abort.ts";

/** Failures in a row, over all workers, after which the API counts as down. */
const FAILURES_UNTIL_DOWN = 3;

/** Leave to make one attempt. */
export interface Permit {
  /** True when the others wait for what comes of it. */
  readonly probe: boolean;
}

/** The gate that requests pass before each attempt. */
export class CircuitBreaker {
  readonly #io: Pick<Io, "monotonic" | "sleep">;
  #failures = 0;
  #probes = 0;
  #probing = false;
  #nextProbeAt = -Infinity;
  #changed = Promise.withResolvers<null>();

  constructor(io: Pick<Io, "monotonic" | "sleep">) {
    this.#io = io;
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
   * Resolves when a request may be tried, or to null when its run halts. Each permit ends with
   * {@linkcode answered}, {@linkcode failed} or {@linkcode leave}.
   */
  async acquire(halt: AbortSignal): Promise<Permit | null> {
    while (this.down && this.#probing && !halt.aborted) {
      await unlessAborted(halt, () => this.#changed.promise);
    }
    if (halt.aborted) return null;
    const permit = { probe: this.down };
    if (!permit.probe) return permit;
    this.#probing = true;
    while (!halt.aborted) {
      const ms = this.#nextProbeAt - this.#io.monotonic();
      if (ms <= 0) return permit;
      await this.#io.sleep(Math.ceil(ms), halt);
    }
    this.leave(permit);
    return null;
  }

  /** The API answered: it is up. */
  answered(permit: Permit): void {
    this.#failures = 0;
    this.#probes = 0;
    this.leave(permit);
    this.#wake();
  }

  /** The API failed to answer; when it is down, it is left alone for `waitMs` milliseconds. */
  failed(permit: Permit, waitMs: number): void {
    this.#failures++;
    if (permit.probe) this.#probes++;
    if (this.down) {
      this.#nextProbeAt = Math.max(this.#nextProbeAt, this.#io.monotonic() + waitMs);
    }
    this.leave(permit);
  }

  /** The permit ends, and nothing was learned from it. */
  leave(permit: Permit): void {
    if (!permit.probe) return;
    this.#probing = false;
    this.#wake();
  }

  #wake(): void {
    this.#changed.resolve(null);
    this.#changed = Promise.withResolvers();
  }
}
