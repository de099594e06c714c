/**
 * Counts how many rows of a run have which outcome, and checks that none is missing.
 *
 * @module
 */

import { countFiltered } from "../model/batch.ts";
import type { RowCounts, Settled } from "../model/outcome.ts";

/** Outcomes that earlier parts of a resumed run have settled. */
export interface SettledCounts {
  readonly accepted: number;
  readonly filtered: number;
  readonly rejected: number;
  readonly unknown: number;
  /** Filtered rows by the rule that left them out. */
  readonly filteredBy: Readonly<Record<string, number>>;
}

/** The running count of a run. */
export class Tally {
  #read: number;
  #accepted: number;
  #filtered: number;
  #rejected: number;
  #unknown: number;
  readonly #filteredBy: Map<string, number>;

  /** `earlier` is what a resumed run had settled when it stopped; its pending rows are read again. */
  constructor(earlier?: SettledCounts) {
    this.#accepted = earlier?.accepted ?? 0;
    this.#filtered = earlier?.filtered ?? 0;
    this.#rejected = earlier?.rejected ?? 0;
    this.#unknown = earlier?.unknown ?? 0;
    this.#read = this.#accepted + this.#filtered + this.#rejected + this.#unknown;
    this.#filteredBy = new Map(Object.entries(earlier?.filteredBy ?? {}));
  }

  /** Notes rows that were read and have no outcome yet. */
  read(rows: number): void {
    this.#read += rows;
  }

  /** Notes the outcome of every row of a settled span. */
  add(settled: Settled): void {
    const { filtered, rejections } = settled.span;
    this.#accepted += settled.accepted;
    this.#filtered += countFiltered(filtered);
    this.#rejected += rejections.length + settled.refused.length;
    this.#unknown += settled.unknown.length;
    for (const { rule, first, last } of filtered) {
      this.#filteredBy.set(rule, (this.#filteredBy.get(rule) ?? 0) + last - first + 1);
    }
  }

  /** The counts as they stand; what is read and not settled is pending. */
  counts(): RowCounts {
    const settled = this.#accepted + this.#filtered + this.#rejected + this.#unknown;
    return {
      read: this.#read,
      accepted: this.#accepted,
      filtered: this.#filtered,
      rejected: this.#rejected,
      unknown: this.#unknown,
      pending: this.#read - settled,
    };
  }

  /** Filtered rows by the rule that left them out. */
  filteredBy(): Record<string, number> {
    return Object.fromEntries(this.#filteredBy);
  }
}

/**
 * Checks the promise that every row has exactly one outcome.
 *
 * @throws {Error} when the counts don't add up, some row was settled twice (`pending` is negative),
 * or a completed run has rows without an outcome. That is a fault of the program: exit code 70.
 */
export function checkEquation(counts: RowCounts, status: "completed" | "stopped"): void {
  const { read, accepted, filtered, rejected, unknown, pending } = counts;
  const sum = accepted + filtered + rejected + unknown + pending;
  if (read === sum && pending >= 0 && (status === "stopped" || pending === 0)) return;
  throw new Error(
    `The rows of this run do not add up: ${read} read, but ${accepted} accepted, ` +
      `${filtered} filtered, ${rejected} rejected, ${unknown} unknown and ${pending} pending`,
  );
}
