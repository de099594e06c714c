/**
 * How much runs at once, and how much may wait for it.
 *
 * @module
 */

import { HttpProblem } from "./problem_details.ts";

/** A place in the queue, for work whose file may still be on its way. */
export interface QueuePlace {
  /** Does the work when its turn comes. The place is free when it is done. */
  run<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Gives the place up, where `run` was not called. */
  release(): void;
}

/** A bounded queue: first come, first served. */
export class WorkQueue {
  readonly #atOnce: number;
  readonly #mayWait: number;
  readonly #turns: (() => void)[] = [];
  #taken = 0;
  #running = 0;

  constructor({ atOnce, mayWait }: { readonly atOnce: number; readonly mayWait: number }) {
    this.#atOnce = atOnce;
    this.#mayWait = mayWait;
  }

  /** Places that are taken by what doesn't run. */
  get waiting(): number {
    return this.#taken - this.#running;
  }

  get running(): number {
    return this.#running;
  }

  /**
   * Takes a place.
   *
   * @param isOwn True for what the server itself has to do: it always has one.
   * @throws {HttpProblem} when none is free.
   */
  take({ isOwn = false } = {}): QueuePlace {
    if (!isOwn && this.#taken >= this.#atOnce + this.#mayWait) {
      throw new HttpProblem({
        status: 429,
        detail: "As many imports wait as may: try again later",
        headers: { "Retry-After": "10" },
      });
    }
    this.#taken++;
    let isFree = false;
    const release = () => {
      if (!isFree) this.#taken--;
      isFree = true;
    };
    return {
      release,
      run: async (work) => {
        await this.#turn();
        try {
          return await work();
        } finally {
          release();
          const next = this.#turns.shift();
          if (next) next(); // Whoever waited longest runs in its place.
          else this.#running--;
        }
      },
    };
  }

  async #turn(): Promise<void> {
    if (this.#running < this.#atOnce) {
      this.#running++;
      return;
    }
    await new Promise<void>((resolve) => this.#turns.push(resolve));
  }
}
