/**
 * How many rows a second may be sent, as a pure function of the times at which requests started.
 *
 * Requests are spaced evenly, a little below the rate, and a request never starts when the rows of
 * the last second and its own would exceed the rate: so no second, wherever it begins, holds more.
 *
 * @module
 */

/** Spacing aims at this share of the rate: the rest absorbs the jitter of timers and networks. */
const AIM = 0.985;

/** No stretch of this many milliseconds holds more rows than the rate. */
const WINDOW_MS = 1_012;

/** APIs limit acceleration too: the first second starts below the rate and rises evenly to it. */
const RAMP = { from: 0.7, ms: 1_000 };

/** A start that came late by up to this much is caught up with, in milliseconds. */
const CATCH_UP_MS = 50;

/** Slowing down by the share of the API's limit that is used, or when it was exceeded. */
const SLOW_DOWN = { from: 0.97, by: 0.98, full: 1, byWhenFull: 0.8, exceeded: 0.5, least: 0.05 };
const SPEED_UP = { below: 0.95, by: 1.1 };

/**
 * The rows that requests in turn should hold so that a second's requests use the rate up: with 100
 * rows in each, 270 rows a second would be two requests and a waste of 70, so the third holds 70.
 *
 * @param limit Rows that a request may hold.
 * @param rate Rows a second, or null for any number.
 */
export function pacedRequestSizes(limit: number, rate: number | null): readonly number[] {
  // Beside a hundred full requests, the rest of a second is not worth a smaller one.
  if (rate === null || rate >= 100 * limit) return [limit];
  const rows = Math.max(1, Math.floor(rate));
  const full: number[] = Array(Math.floor(rows / limit)).fill(limit);
  return rows % limit === 0 ? full.slice(0, 1) : [...full, rows % limit];
}

/** When the next request may start. Times are milliseconds of a clock that never goes back. */
export class SlidingWindow {
  /** Rows a second. */
  rate: number;
  /** Requests of the last window, oldest first. */
  #starts: { readonly at: number; readonly rows: number }[] = [];
  #rowsInWindow = 0;
  #next = -Infinity;
  #rampedFrom: number | null = null;
  #factor = 1;
  #exceededAt = -Infinity;

  /** @param rate Rows a second. */
  constructor(rate: number) {
    this.rate = rate;
  }

  /** The share of the rate that is aimed at, between 0 and 1, as the API's answers made it. */
  get factor(): number {
    return this.#factor;
  }

  /** Rows a second that are aimed at. */
  get rowsPerSecond(): number {
    return this.rate * this.#factor;
  }

  /** How long a request of so many rows has to wait, in milliseconds; 0 when it may start now. */
  delay(rows: number, now: number): number {
    this.#forget(now);
    let windowOpens = now;
    let inWindow = this.#rowsInWindow;
    for (const start of this.#starts) {
      if (inWindow + rows <= this.rate) break;
      windowOpens = start.at + WINDOW_MS;
      inWindow -= start.rows;
    }
    return Math.max(0, windowOpens - now, this.#next - now);
  }

  /** A request of so many rows starts now. */
  started(rows: number, now: number): void {
    this.#forget(now);
    this.#starts.push({ at: now, rows });
    this.#rowsInWindow += rows;
    this.#rampedFrom ??= now;
    const ramp = Math.min(1, RAMP.from + (1 - RAMP.from) * (now - this.#rampedFrom) / RAMP.ms);
    const spacing = rows * 1_000 / (this.rate * AIM * this.#factor * ramp);
    this.#next = Math.max(this.#next, now - CATCH_UP_MS) + spacing;
  }

  /**
   * The API accepted a request.
   *
   * @param quotaUsed The share of its limit that is used, 1 being all, where it says so.
   */
  accepted(quotaUsed = 0): void {
    if (quotaUsed >= SLOW_DOWN.full) this.#scale(SLOW_DOWN.byWhenFull);
    else if (quotaUsed > SLOW_DOWN.from) this.#scale(SLOW_DOWN.by);
    else if (quotaUsed < SPEED_UP.below) this.#scale(SPEED_UP.by);
  }

  /** The API said that its limit is exceeded. Requests in flight together hear it together: once counts. */
  exceeded(now: number): void {
    if (now < this.#exceededAt + WINDOW_MS) return;
    this.#exceededAt = now;
    this.#scale(SLOW_DOWN.exceeded);
    this.#rampedFrom = null;
  }

  #scale(by: number): void {
    this.#factor = Math.min(1, Math.max(SLOW_DOWN.least, this.#factor * by));
  }

  #forget(now: number): void {
    const kept = this.#starts.findIndex(({ at }) => at > now - WINDOW_MS);
    const gone = this.#starts.splice(0, kept < 0 ? this.#starts.length : kept);
    for (const { rows } of gone) this.#rowsInWindow -= rows;
  }
}
