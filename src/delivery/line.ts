/**
 * The line in front of the API: what every attempt, by any worker, has to wait for, and what its
 * outcome means for the attempts of the others.
 *
 * @module
 */

import type { Io } from "../io.ts";
import { Limiter } from "./limiter.ts";
import { Outage, type Turn } from "./outage.ts";
import { decideRetry, RetryBudget, type RetryDecision } from "./retry.ts";

/** How a line moves. */
export interface LineOptions {
  /** Rows a second at most, or null. */
  readonly rate: number | null;
  /** Wait before each request, in milliseconds. */
  readonly sleepMs: number;
  /** How long one request is retried, in milliseconds. */
  readonly retryForMs: number;
}

/** The failures of one request. */
export class Tries {
  failures = 0;
  firstFailedAt: number | null = null;
  /** Why an attempt got no answer that may have arrived all the same; null while none did. */
  unanswered: string | null = null;
  /** How often the API answered that all of its rows are to come again. */
  answered = 0;
}

/** Why an attempt has to be repeated. */
export interface Trouble {
  /** What the API asked for with `Retry-After`, in milliseconds, or null. */
  readonly askedMs: number | null;
  /** True when the API is well, and only asks for fewer requests. */
  readonly rateLimited: boolean;
}

/** The one line of a run. */
export class Line {
  readonly #io: Pick<Io, "monotonic" | "sleep" | "random">;
  readonly #halt: AbortSignal;
  readonly #retryForMs: number;
  readonly #limiter: Limiter;
  readonly #outage: Outage;
  readonly #budget = new RetryBudget();

  /** @param halt Ends all waiting: no attempt starts after it. */
  constructor(
    io: Pick<Io, "monotonic" | "sleep" | "random">,
    halt: AbortSignal,
    options: LineOptions,
  ) {
    this.#io = io;
    this.#halt = halt;
    this.#retryForMs = options.retryForMs;
    this.#limiter = new Limiter(io, halt, options.rate, options.sleepMs);
    this.#outage = new Outage(io, halt);
  }

  /** True when no attempt will start any more. */
  get halted(): boolean {
    return this.#halt.aborted;
  }

  /** Resolves when a request of so many rows may be made, or to null when the run halts. */
  async turn(rows: number): Promise<Turn | null> {
    const turn = await this.#outage.turn();
    if (turn === null) return null;
    await this.#limiter.take(rows);
    if (!this.#halt.aborted) return turn;
    this.#outage.leave(turn);
    return null;
  }

  /** The API answered, and needs no rest. */
  answered(turn: Turn): void {
    this.#outage.answered(turn);
  }

  /** The API accepted the request; `quotaUsed` is the share of its limit in use, 1 being all. */
  accepted(turn: Turn, quotaUsed?: number): void {
    this.#outage.answered(turn);
    this.#limiter.accepted(quotaUsed);
    this.#budget.earn();
  }

  /** The attempt got no answer, and is not repeated. */
  unanswered(turn: Turn): void {
    const tries = new Tries();
    this.failed(turn, tries, { askedMs: null, rateLimited: false });
  }

  /** The attempt ended without a word on how the API is. */
  leave(turn: Turn): void {
    this.#outage.leave(turn);
  }

  /** The attempt failed: decides whether and when it is repeated. */
  failed(turn: Turn, tries: Tries, trouble: Trouble): RetryDecision {
    const now = this.#io.monotonic();
    tries.failures++;
    tries.firstFailedAt ??= now;
    const decision = decideRetry({
      failures: Math.max(tries.failures, this.#outage.probes + 1),
      elapsedMs: now - tries.firstFailedAt,
      retryForMs: this.#retryForMs,
      askedMs: trouble.askedMs,
      budgetSpent: !this.#budget.spend(),
      random: this.#io.random(),
    });
    const waitMs = decision.kind === "wait" ? decision.ms : 0;
    if (trouble.rateLimited) this.#limiter.exceeded();
    if (trouble.rateLimited || trouble.askedMs !== null) {
      // The others heed what the API asks for even where this request's own time ends before.
      const askedMs = Math.min(trouble.askedMs ?? 0, this.#retryForMs);
      this.#limiter.pause(Math.max(waitMs, askedMs));
    }
    if (trouble.rateLimited) this.#outage.answered(turn);
    else this.#outage.failed(turn, waitMs);
    return decision;
  }

  /** Waits before a repetition. While the API is down, the next turn does the waiting. */
  async backOff(ms: number): Promise<void> {
    if (!this.#outage.down) await this.#io.sleep(ms, this.#halt);
  }

  /** For how long a request has been failing, in milliseconds. */
  failingFor(tries: Tries): number {
    return tries.firstFailedAt === null ? 0 : this.#io.monotonic() - tries.firstFailedAt;
  }
}
