/**
 * How long answers took.
 *
 * @module
 */

/** Milliseconds that the quicker half, 95 % and 99 % of answers took at most. */
export interface LatencyPercentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** A histogram whose buckets grow by 5 %, so that any number of latencies takes a few KB. */
export class Latencies {
  static readonly GROWTH = Math.log(1.05);
  readonly #buckets: number[] = [];
  #count = 0;

  /** Notes one, in milliseconds. */
  add(ms: number): void {
    const bucket = Math.floor(Math.log1p(ms * 10) / Latencies.GROWTH);
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1;
    this.#count++;
  }

  /** Null before the first. */
  percentiles(): LatencyPercentiles | null {
    if (this.#count === 0) return null;
    return { p50: this.#at(0.5), p95: this.#at(0.95), p99: this.#at(0.99) };
  }

  /** The middle of the bucket that holds the share's last latency, to a tenth of a millisecond. */
  #at(share: number): number {
    let left = this.#count * share;
    let bucket = 0;
    for (; bucket < this.#buckets.length - 1; bucket++) {
      left -= this.#buckets[bucket] ?? 0;
      if (left <= 0) break;
    }
    return Math.round(Math.expm1((bucket + 0.5) * Latencies.GROWTH)) / 10;
  }
}
