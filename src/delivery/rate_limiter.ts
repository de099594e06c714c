/**
 * The queue in which requests wait for their start: the rate, and the pause that all of them
 * share when the API asks to be left alone.
 *
 * @module
 */

import type { Io } from "../io.ts";
import type { RequestLimit } from "../model/destination.ts";
import { RequestWindow } from "./request_window.ts";
import { SlidingWindow } from "./sliding_window.ts";
import type { TimeSheet } from "./time_sheet.ts";

/** Lets requests start one after the other, in the order in which they came. */
export class RateLimiter {
  readonly #io: Pick<Io, "monotonic" | "sleep">;
  #window: SlidingWindow | null = null;
  /** By limit, so that a run which joins changes nothing of what was counted. */
  #requestWindows = new Map<string, RequestWindow>();
  #pausedUntil = -Infinity;
  #last: Promise<void> = Promise.resolve();

  constructor(io: Pick<Io, "monotonic" | "sleep">) {
    this.#io = io;
  }

  /** Rows a second at most from now on, or null for any number. */
  setRate(rate: number | null): void {
    if (rate === null) this.#window = null;
    else if (this.#window === null) this.#window = new SlidingWindow(rate);
    else this.#window.rate = rate;
  }

  /** Requests at most from now on, by each of these limits. */
  setRequestLimits(limits: readonly RequestLimit[]): void {
    const known = this.#requestWindows;
    this.#requestWindows = new Map(limits.map((limit) => {
      const key = `${limit.requests}/${limit.ms}`;
      return [key, known.get(key) ?? new RequestWindow(limit)];
    }));
  }

  /** Resolves when a request of so many rows may start, or when its run halts; books the wait. */
  take(rows: number, halt: AbortSignal, time: TimeSheet): Promise<void> {
    const started = this.#last.then(() => this.#wait(rows, halt, time));
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

  /** Rows a second that may be aimed at; null where any number may. */
  get limit(): number | null {
    return this.#window?.rate ?? null;
  }

  /** The API accepted a request; see {@linkcode SlidingWindow.accepted}. */
  accepted(quotaUsed?: number): void {
    this.#window?.accepted(quotaUsed);
  }

  /** The API said that its rate limit is exceeded. */
  exceeded(): void {
    this.#window?.exceeded(this.#io.monotonic());
  }

  async #wait(rows: number, halt: AbortSignal, time: TimeSheet): Promise<void> {
    while (!halt.aborted) {
      const now = this.#io.monotonic();
      const paused = this.#pausedUntil - now;
      const windows = [...this.#requestWindows.values()];
      const held = Math.max(
        this.#window?.delay(rows, now) ?? 0,
        ...windows.map((window) => window.delay(now)),
      );
      const ms = Math.max(paused, held);
      if (ms <= 0) {
        this.#window?.started(rows, now);
        for (const window of windows) window.started(now);
        return;
      }
      const why = paused > held ? "paused" : "held";
      await time.during(why, () => this.#io.sleep(Math.ceil(ms), halt));
    }
  }
}
