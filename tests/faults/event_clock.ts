/**
 * A clock that jumps to the next moment at which something is due whenever nothing else is left to
 * do, so that hours of waiting pass in no time and in the same order each time.
 *
 * @module
 */

import { setImmediate } from "node:timers";
import type { Io } from "../../src/io.ts";

interface Due {
  readonly at: number;
  readonly order: number;
  readonly onEnd: () => void;
}

/** More than this many moments in one go mean that somebody waits for what never comes. */
const MOST_MOMENTS = 200_000;

/** What tells the time and waits in the place of the system. */
export class EventClock implements Pick<Io, "now" | "monotonic" | "sleep" | "startTimer"> {
  #now = Date.UTC(2026, 10, 21, 18, 15);
  #order = 0;
  #moments = 0;
  #isScheduled = false;
  readonly #due = new Set<Due>();

  readonly now = (): number => this.#now;
  readonly monotonic = (): number => this.#now;

  readonly startTimer = (ms: number, onEnd: () => void): () => void => {
    const due = { at: this.#now + Math.max(0, ms), order: this.#order++, onEnd };
    this.#due.add(due);
    this.#schedule();
    return () => this.#due.delete(due);
  };

  readonly sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const stop = this.startTimer(ms, resolve);
      signal?.addEventListener("abort", () => {
        stop();
        resolve();
      }, { once: true });
    });

  /** Forgets who waits: their process is dead. */
  clear(): void {
    this.#due.clear();
    this.#moments = 0;
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#moveOn();
    });
  }

  /** Everybody has done what they could: on to the next moment at which somebody is due. */
  #moveOn(): void {
    let next: Due | undefined;
    for (const due of this.#due) {
      if (!next || due.at < next.at || (due.at === next.at && due.order < next.order)) next = due;
    }
    if (!next) return;
    if (++this.#moments > MOST_MOMENTS) throw new Error("the program waits for what never comes");
    this.#due.delete(next);
    this.#now = Math.max(this.#now, next.at);
    next.onEnd();
    if (this.#due.size > 0) this.#schedule();
  }
}
