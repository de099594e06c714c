/**
 * How many requests may start in a stretch of time, as a pure function of the times at which others
 * started. APIs count every request, whatever it holds: retries and the halves of a split, too.
 *
 * @module
 */

import type { RequestLimit } from "../model/destination.ts";

/** Stretches are taken for longer by this share, for the jitter of timers and networks. */
const MARGIN = 1.012;

/** When the next request may start. Times are milliseconds of a clock that never goes back. */
export class RequestWindow {
  readonly #requests: number;
  readonly #ms: number;
  /** Starts of the last `#requests` requests: the oldest is at `#next`, once there are so many. */
  readonly #starts: number[] = [];
  #next = 0;

  constructor({ requests, ms }: RequestLimit) {
    this.#requests = requests;
    this.#ms = ms * MARGIN;
  }

  /** How long a request has to wait, in milliseconds; 0 when it may start now. */
  delay(now: number): number {
    const oldest = this.#starts[this.#next];
    return oldest === undefined ? 0 : Math.max(0, oldest + this.#ms - now);
  }

  /** A request starts now. */
  started(now: number): void {
    this.#starts[this.#next] = now;
    this.#next = (this.#next + 1) % this.#requests;
  }
}
