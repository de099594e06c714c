/**
 * The queue in which requests wait for their start: the pace, `--sleep`, and the pause that all of
 * them share when the API asks to be left alone.
 *
 * @module
 */

import type { Io } from "../io.ts";
import { SlidingWindow } from "./sliding_window.ts";

/** Lets requests start one after the other, in the order in which they came. */
export class RateLimiter {
  readonly #io: Pick<Io, "monotonic" | "sleep">;
  readonly #halt: AbortSignal;
  readonly #window: SlidingWindow | null;
  readonly #sleepMs: number;
  #pausedUntil = -Infinity;
  #last: Promise<void> = Promise.resolve();

  /**
   * @param halt Ends all waiting.
   * @param rate Rows a second at most, or null.
   * @param sleepMs The wait before each request, in milliseconds. It holds for all workers together:
   * no two requests start within it.
   */
  constructor(
    io: Pick<Io, "monotonic" | "sleep">,
    halt: AbortSignal,
    rate: number | null,
    sleepMs: number,
  ) {
    this.#io = io;
    this.#halt = halt;
    this.#window = rate === null ? null : new SlidingWindow(rate);
    this.#sleepMs = sleepMs;
  }

  /** Resolves when a request of so many rows may start, or when the run halts. */
  take(rows: number): Promise<void> {
    const started = this.#last.then(() => this.#wait(rows));
    this.#last = started;
    return started;
  }

  /** No request starts within the next `ms` milliseconds. */
  pause(ms: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#io.monotonic() + ms);
  }

  /** Rows a second that are aimed at, as the API's answers made it; null where any number is. */
  get rowsPerSecond(): number | null {
    return this.#window?.rowsPerSecond ?? null;
  }

  /** The API accepted a request; see {@linkcode SlidingWindow.accepted}. */
  accepted(quotaUsed?: number): void {
    this.#window?.accepted(quotaUsed);
  }

  /** The API said that its rate limit is exceeded. */
  exceeded(): void {
    this.#window?.exceeded(this.#io.monotonic());
  }

  async #wait(rows: number): Promise<void> {
    const halt = this.#halt;
    if (this.#sleepMs > 0) await this.#io.sleep(this.#sleepMs, halt);
    while (!halt.aborted) {
      const now = this.#io.monotonic();
      const ms = Math.max(this.#pausedUntil - now, this.#window?.delay(rows, now) ?? 0);
      if (ms <= 0) {
        this.#window?.started(rows, now);
        return;
      }
      await this.#io.sleep(Math.ceil(ms), halt);
    }
  }
}
