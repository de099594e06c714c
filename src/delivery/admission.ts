/**
 * Admission to the API: what every attempt, by any worker, has to wait for, and what its outcome means
 * for the attempts of the others.
 *
 * @module
 */

import type { Io } from "../io.ts";
import { shortDuration } from "../text/duration.ts";
import { plural } from "../text/words.ts";
import type { Account } from "./account.ts";
import type { RateLimiter } from "./rate_limiter.ts";
import type { CircuitBreaker, Permit } from "./circuit_breaker.ts";
import { Serial } from "./serial.ts";
import type { TimeSheet } from "./time_sheet.ts";
import { decideRetry, RetryBudget, type RetryDecision, RetryState } from "./retry.ts";

/** How requests are admitted. */
export interface AdmissionOptions {
  /** Wait before each request, in milliseconds: no two requests of the run start within it. */
  readonly sleepMs: number;
  /** How long one request is retried, in milliseconds. */
  readonly retryForMs: number;
}

/** Why an attempt has to be repeated. */
export interface Trouble {
  /** What the API asked for with `Retry-After`, in milliseconds, or null. */
  readonly askedMs: number | null;
  /** True when the API is well, and only asks for fewer requests. */
  readonly rateLimited: boolean;
  /** In words. */
  readonly reason: string;
}

/** The admission of all requests of a run. */
export class Admission {
  readonly #io: Pick<Io, "monotonic" | "sleep" | "random">;
  readonly #halt: AbortSignal;
  readonly #retryForMs: number;
  readonly #limiter: RateLimiter;
  readonly #breaker: CircuitBreaker;
  readonly #budget = new RetryBudget();
  readonly #account: Account;
  readonly #sleepMs: number;
  readonly #sleeps = new Serial();
  readonly #time: TimeSheet;

  /**
   * @param halt Ends all waiting: no attempt starts after it.
   * @param time Where waiting is booked.
   */
  constructor(
    io: Pick<Io, "monotonic" | "sleep" | "random">,
    halt: AbortSignal,
    account: Account,
    time: TimeSheet,
    options: AdmissionOptions,
  ) {
    this.#io = io;
    this.#halt = halt;
    this.#account = account;
    this.#time = time;
    this.#retryForMs = options.retryForMs;
    this.#sleepMs = options.sleepMs;
    this.#limiter = account.limiter;
    this.#breaker = account.breaker;
  }

  /** Aborts when no attempt will start any more. */
  get halt(): AbortSignal {
    return this.#halt;
  }

  /** True when no attempt will start any more. */
  get halted(): boolean {
    return this.#halt.aborted;
  }

  /** Resolves when a request of so many rows may be made, or to null when the run halts. */
  async admit(rows: number): Promise<Permit | null> {
    const acquire = () => this.#breaker.acquire(this.#halt);
    const permit =
      await (this.#breaker.down ? this.#time.during("backingOff", acquire) : acquire());
    if (permit === null) return null;
    if (this.#sleepMs > 0) await this.#sleeps.run(() => this.#wait(rows));
    else await this.#limiter.take(rows, this.#halt, this.#time);
    if (!this.#halt.aborted) return permit;
    this.#breaker.leave(permit);
    return null;
  }

  async #wait(rows: number): Promise<void> {
    await this.#time.during("held", () => this.#io.sleep(this.#sleepMs, this.#halt));
    await this.#limiter.take(rows, this.#halt, this.#time);
  }

  /** The API answered, and needs no rest. */
  answered(permit: Permit): void {
    this.#breaker.answered(permit);
  }

  /** The API accepted the request; `quotaUsed` is the share of its limit in use, 1 being all. */
  accepted(permit: Permit, quotaUsed?: number): void {
    this.#breaker.answered(permit);
    this.#changePace("quota", () => this.#limiter.accepted(quotaUsed));
    this.#budget.earn();
  }

  /** The attempt got no answer, and is not repeated. */
  unanswered(permit: Permit, reason: string): void {
    const retries = new RetryState();
    this.failed(permit, retries, { askedMs: null, rateLimited: false, reason });
  }

  /** The attempt ended without a word on how the API is. */
  leave(permit: Permit): void {
    this.#breaker.leave(permit);
  }

  /** The attempt failed: decides whether and when it is repeated. */
  failed(permit: Permit, retries: RetryState, trouble: Trouble): RetryDecision {
    const now = this.#io.monotonic();
    retries.failures++;
    retries.firstFailedAt ??= now;
    const decision = decideRetry({
      failures: Math.max(retries.failures, this.#breaker.probes + 1),
      elapsedMs: now - retries.firstFailedAt,
      retryForMs: this.#retryForMs,
      askedMs: trouble.askedMs,
      budgetSpent: !this.#budget.spend(),
      random: this.#io.random(),
    });
    const waitMs = decision.kind === "wait" ? decision.ms : 0;
    if (trouble.rateLimited) this.#changePace("rate-limit", () => this.#limiter.exceeded());
    const isAsked = asksForRest(trouble);
    if (isAsked) {
      // The others heed what the API asks for even where this request's own time ends before.
      const ms = Math.max(waitMs, Math.min(trouble.askedMs ?? 0, this.#retryForMs));
      this.#limiter.pause(ms);
      this.#account.tell({
        kind: "pause",
        cause: trouble.rateLimited ? "rate-limit" : "asked",
        reason: trouble.reason,
        ms,
      });
    }
    if (trouble.rateLimited) this.#breaker.answered(permit);
    else this.#breaker.failed(permit, waitMs);
    if (this.#breaker.down && !isAsked && waitMs > 0) {
      this.#account.tell({ kind: "pause", cause: "outage", reason: trouble.reason, ms: waitMs });
    }
    return decision;
  }

  #changePace(cause: "rate-limit" | "quota", change: () => void): void {
    const before = this.#limiter.rowsPerSecond;
    change();
    const { rowsPerSecond, limit } = this.#limiter;
    if (rowsPerSecond !== null && limit !== null && rowsPerSecond !== before) {
      this.#account.tell({ kind: "pace", cause, rowsPerSecond, limit });
    }
  }

  /** Waits before a repetition. While the API is down, waiting for the next permit does that. */
  async backOff(ms: number, trouble: Trouble): Promise<void> {
    if (this.#breaker.down) return;
    const why = asksForRest(trouble) ? "paused" : "backingOff";
    await this.#time.during(why, () => this.#io.sleep(ms, this.#halt));
  }

  /** What a request that is given up was to the last: how often and how long it failed, or was to. */
  effort(retries: RetryState, decision: RetryDecision): string {
    if (decision.kind === "asked-too-long") {
      return `it asks to be left alone for ${shortDuration(decision.askedMs)}, and a request is ` +
        `retried for no more than ${shortDuration(this.#retryForMs)}`;
    }
    return `gave up after ${plural(retries.failures, "attempt")} in ` +
      shortDuration(this.#failingFor(retries));
  }

  /** For how long a request has been failing, in milliseconds. */
  #failingFor(retries: RetryState): number {
    return retries.firstFailedAt === null ? 0 : this.#io.monotonic() - retries.firstFailedAt;
  }
}

/** True when it is the API that wants to be left alone for a while. */
function asksForRest({ rateLimited, askedMs }: Trouble): boolean {
  return rateLimited || askedMs !== null;
}
