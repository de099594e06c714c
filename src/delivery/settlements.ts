/**
 * What is settled, on its way out of delivery. Where an API is fast, the answers to several requests
 * come at the same moment: what they settle is recorded together, since recording it one by one takes
 * nearly twice as long.
 *
 * @module
 */

import type { Refusal, Settled } from "../types.ts";
import { joinRanges } from "./ranges.ts";
import { Serial } from "./serial.ts";

/** Has spans recorded as they are settled, those of one moment together. */
export class Settlements {
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
  settle(settled: Settled): Promise<void> {
    this.#waiting.push(settled);
    return this.#next ??= this.#records.run(() => {
      const group = this.#waiting;
      this.#waiting = [];
      this.#next = null;
      return this.#record(joinSettled(group));
    });
  }
}

/**
 * Settled spans, at least one, as one that settles the rows of all of them, in source order. Its mark
 * is the furthest of theirs, which holds as each of them does: once all rows before it are settled.
 */
export function joinSettled(group: readonly Settled[]): Settled {
  const [first, ...others] = group;
  if (first === undefined) throw new Error("Nothing was settled");
  if (others.length === 0) return first;
  const spans = group.map(({ span }) => span);
  return {
    span: {
      rows: joinRanges(spans.map(({ rows }) => rows)),
      rejections: spans.flatMap(({ rejections }) => rejections).sort((a, b) => a.row - b.row),
      filtered: spans.flatMap(({ filtered }) => filtered).sort((a, b) => a.row - b.row),
      at: spans.map(({ at }) => at).reduce((a, b) => a.offset > b.offset ? a : b),
    },
    accepted: group.reduce((sum, { accepted }) => sum + accepted, 0),
    refused: group.flatMap(({ refused }) => refused).sort(byPlace),
    unknown: group.flatMap(({ unknown }) => unknown).sort(byPlace),
  };
}

function byPlace(a: Refusal, b: Refusal): number {
  return a.place.number - b.place.number;
}
