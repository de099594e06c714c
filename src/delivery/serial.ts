/**
 * Calls that must not overlap, whoever makes them.
 *
 * @module
 */

/** Runs functions one after the other, in the order in which they were handed in. */
export class Serial {
  #last: Promise<unknown> = Promise.resolve();

  /** Resolves or rejects as `task` does, which starts when all before it have ended. */
  run<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#last.then(task);
    this.#last = result.catch(() => {}); // The caller hears of it; the next task starts anyway.
    return result;
  }
}
