/**
 * Whether a failed request is tried again, and when. All pure.
 *
 * Waits follow exponential backoff with full jitter
 * (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
 *
 * @module
 */

/** The longest first wait, in milliseconds; it doubles with each failure. */
const FIRST_BACKOFF_MS = 500;

/** No backoff is longer, in milliseconds. */
export const LONGEST_BACKOFF_MS = 30_000;

/** The failures of one request. */
export class RetryState {
  failures = 0;
  firstFailedAt: number | null = null;
  /** Why an attempt got no answer that may have arrived all the same; null while none did. */
  unanswered: string | null = null;
  /** How often the API answered that all of its rows are to come again. */
  answered = 0;
}

/** What is known of a request that failed. */
export interface FailedAttempt {
  /** Failures so far, this one included. */
  readonly failures: number;
  /** Since the request's first failure, in milliseconds. */
  readonly elapsedMs: number;
  /** How long one request is retried, in milliseconds. */
  readonly retryForMs: number;
  /** What the API asked for with `Retry-After`, in milliseconds, or null. */
  readonly askedMs: number | null;
  /** True when the run has used up its quick retries. */
  readonly budgetSpent: boolean;
  /** In `[0, 1)`. */
  readonly random: number;
}

/** The wait before the next attempt. */
export type RetryDecision =
  | { readonly kind: "wait"; readonly ms: number }
  | { readonly kind: "give-up" }
  /** The API asks to be left alone for longer than the request may be retried. */
  | { readonly kind: "asked-too-long"; readonly askedMs: number };

/**
 * Decides about the next attempt. The API is left alone for as long as it asks, and never shorter
 * than the backoff, so that `Retry-After: 0` is no invitation to hammer. Where it asks for longer than
 * there is time for retries, no attempt would heed it, so that none is made. Where it asks for
 * nothing, the last attempt is made when the time for retries ends.
 */
export function decideRetry(failed: FailedAttempt): RetryDecision {
  const leftMs = failed.retryForMs - failed.elapsedMs;
  const { askedMs } = failed;
  if (askedMs !== null && askedMs > Math.max(0, leftMs)) return { kind: "asked-too-long", askedMs };
  if (leftMs <= 0) return { kind: "give-up" };
  const backoffMs = failed.budgetSpent
    ? LONGEST_BACKOFF_MS
    : fullJitter(failed.failures, failed.random);
  return { kind: "wait", ms: Math.min(Math.max(failed.askedMs ?? 0, backoffMs), leftMs) };
}

/** A random wait, in milliseconds, below a bound that doubles with each failure. */
export function fullJitter(failures: number, random: number): number {
  return random * Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (failures - 1));
}

/**
 * How many retries a run may make quickly, over all its requests. Each retry spends one, each
 * accepted request earns a part of one back. A run that has spent them all still goes on, but each
 * of its retries waits for the longest backoff.
 */
export class RetryBudget {
  static readonly MOST = 100;
  static readonly EARNED_BY_ACCEPTED = 0.2;
  #left = RetryBudget.MOST;

  /** Takes one retry; false when there is none left. */
  spend(): boolean {
    if (this.#left < 1) return false;
    this.#left--;
    return true;
  }

  /** A request was accepted. */
  earn(): void {
    this.#left = Math.min(RetryBudget.MOST, this.#left + RetryBudget.EARNED_BY_ACCEPTED);
  }
}
