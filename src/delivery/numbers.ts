/**
 * The live numbers of a delivery: cheap to count, and read whenever somebody looks.
 *
 * @module
 */

/** How the delivery goes, at one moment. */
export interface DeliveryNumbers {
  /** Requests made for rows, each attempt counted. */
  readonly sent: number;
  /** How many of those repeated an earlier attempt. */
  readonly retried: number;
  /** Bytes of request bodies, each attempt counted. */
  readonly bytesSent: number;
  /** Requests that are waiting for their answer. */
  readonly inFlight: number;
  /** From the start of an attempt to its answer's headers, in milliseconds; null before the first. */
  readonly latencyMs: { readonly p50: number; readonly p95: number; readonly p99: number } | null;
}

/** Counts what goes over the wire. */
export class Meter {
  #sent = 0;
  #retried = 0;
  #bytesSent = 0;
  #inFlight = 0;
  readonly #latencies = new Latencies();

  /** An attempt with a body of so many bytes starts. */
  attemptStarts(bytes: number, repeated: boolean): void {
    this.#sent++;
    if (repeated) this.#retried++;
    this.#bytesSent += bytes;
    this.#inFlight++;
  }

  /** An attempt ended; `ms` is null when no answer came. */
  attemptEnds(ms: number | null): void {
    this.#inFlight--;
    if (ms !== null) this.#latencies.add(ms);
  }

  /** The numbers now. */
  snapshot(): DeliveryNumbers {
    return {
      sent: this.#sent,
      retried: this.#retried,
      bytesSent: this.#bytesSent,
      inFlight: this.#inFlight,
      latencyMs: this.#latencies.percentiles(),
    };
  }
}

/** A histogram whose buckets grow by 5 %, so that any number of latencies takes a few KB. */
class Latencies {
  static readonly GROWTH = Math.log(1.05);
  readonly #buckets: number[] = [];
  #count = 0;

  add(ms: number): void {
    const bucket = Math.floor(Math.log1p(ms * 10) / Latencies.GROWTH);
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1;
    this.#count++;
  }

  percentiles(): DeliveryNumbers["latencyMs"] {
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
