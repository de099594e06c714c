/**
 * A time limit that starts afresh whenever something happens.
 *
 * @module
 */

import type { Io } from "../io.ts";

/** Waits for so long, from its making or from the last renewal. One timer at a time, however often renewed. */
export class Patience {
  readonly #io: Pick<Io, "monotonic" | "startTimer">;
  readonly #onEnd: () => void;
  #endsAt: number;
  #stopTimer: () => void;

  constructor(io: Pick<Io, "monotonic" | "startTimer">, ms: number, onEnd: () => void) {
    this.#io = io;
    this.#onEnd = onEnd;
    this.#endsAt = io.monotonic() + ms;
    this.#stopTimer = io.startTimer(ms, () => this.#onTimer());
  }

  /** From now on, so many milliseconds. */
  renew(ms: number): void {
    const endsAt = this.#io.monotonic() + ms;
    const isSooner = endsAt < this.#endsAt;
    this.#endsAt = endsAt;
    if (!isSooner) return; // The timer ends before, and sees to the rest.
    this.end();
    this.#stopTimer = this.#io.startTimer(ms, () => this.#onTimer());
  }

  /** Waits no longer. */
  end(): void {
    this.#stopTimer();
  }

  #onTimer(): void {
    const leftMs = this.#endsAt - this.#io.monotonic();
    if (leftMs <= 0) this.#onEnd();
    else this.#stopTimer = this.#io.startTimer(Math.ceil(leftMs), () => this.#onTimer());
  }
}
