/**
 * A clock that moves only when somebody sleeps, and then at once, or when the test says so.
 *
 * @module
 */

import type { Io } from "../../src/io.ts";

/** What tells the time and waits in the place of the system. */
export class FakeClock implements Pick<Io, "now" | "monotonic" | "sleep" | "startTimer"> {
  #now = 0;
  readonly slept: number[] = [];
  readonly #timers = new Set<{ readonly at: number; readonly onEnd: () => void }>();
  /** Called with the time at each sleep's end. */
  onSlept: ((now: number) => void) | null = null;

  readonly now = (): number => 1_700_000_000_000 + this.#now;
  readonly monotonic = (): number => this.#now;
  readonly sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
    if (signal?.aborted || ms <= 0) return;
    const until = this.#now + ms;
    this.slept.push(ms);
    await new Promise((resolve) => setTimeout(resolve, 0));
    if (!signal?.aborted) this.#now = Math.max(this.#now, until);
    this.onSlept?.(this.#now);
  };

  /** Timers end by `advance` alone: what sleeps elsewhere must not end a request in flight. */
  readonly startTimer = (ms: number, onEnd: () => void): () => void => {
    const timer = { at: this.#now + ms, onEnd };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  };

  /** Lets so many milliseconds pass, with the timers that end within them, in their order. */
  advance(ms: number): void {
    const until = this.#now + ms;
    while (true) {
      const [next] = [...this.#timers].sort((a, b) => a.at - b.at);
      if (next === undefined || next.at > until) break;
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.onEnd();
    }
    this.#now = until;
  }
}
