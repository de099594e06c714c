/**
 * What is settled, on its way out of delivery. Where an API is fast, the answers to several requests
 * come at the same moment: what they settle is recorded together, since recording it one by one takes
 * nearly twice as long.
 *
 * @module
 */

import type { Settled } from "../model/outcome.ts";
import { joinSettled } from "./join.ts";
import { Serial } from "./serial.ts";

/** Has spans recorded as they are settled, those of one moment together. */
export class GroupCommit {
  readonly #record: (settled: Settled) => Promise<void>;
  readonly #records = new Serial();
  #waiting: Settled[] = [];
  /** The record of all that is waiting. */
  #next: Promise<void> | null = null;

  /** @param record is given one span after the other; calls never overlap. */
  constructor(record: (settled: Settled) => Promise<void>) {
    this.#record = record;
  }

  /** Resolves when the span was recorded, alone or as a part of one; rejects as `record` does. */
  add(settled: Settled): Promise<void> {
    this.#waiting.push(settled);
    return this.#next ??= this.#records.run(() => {
      const group = this.#waiting;
      this.#waiting = [];
      this.#next = null;
      return this.#record(joinSettled(group));
    });
  }
}
