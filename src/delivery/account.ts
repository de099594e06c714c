/**
 * What belongs to an account at an API, and so is shared by all runs of this process that send to it:
 * its rate, whether it is down, and its token. Who starts jobs keeps the accounts.
 *
 * @module
 */

import type { Io } from "../io.ts";
import type { RequestLimit } from "../model/destination.ts";
import type { Observer, RunEvent } from "../model/run_events.ts";
import { CircuitBreaker } from "./circuit_breaker.ts";
import { RateLimiter } from "./rate_limiter.ts";

/** What a request is signed with; `value` is null where requests carry their own credentials. */
export interface AccessToken {
  readonly value: string | null;
  /** Epoch milliseconds. */
  readonly renewAt: number;
}

/** How fast a run may send. */
export interface RateLimits {
  /** Rows a second at most, or null. */
  readonly rate: number | null;
  readonly requestLimits: readonly RequestLimit[];
}

/** An account at an API. */
export class Account {
  readonly limiter: RateLimiter;
  readonly breaker: CircuitBreaker;
  /** The token that is good as far as is known. */
  token: AccessToken | null = null;
  /** A login under way, by whichever run. Null comes of one whose run was stopped. */
  login: Promise<AccessToken | null> | null = null;
  readonly #runs = new Set<RateLimits & { readonly observer: Observer }>();

  constructor(io: Pick<Io, "monotonic" | "sleep">) {
    this.limiter = new RateLimiter(io);
    this.breaker = new CircuitBreaker(io);
  }

  /**
   * A run begins to send. The lowest of the runs' rates, and each of their limits by request, hold for
   * all of them together.
   *
   * @returns What ends it.
   */
  join(limits: RateLimits, observer: Observer): () => void {
    const run = { ...limits, observer };
    const setLimits = () => {
      const runs = [...this.#runs];
      const rates = runs.flatMap(({ rate }) => rate ?? []);
      this.limiter.setRate(rates.length === 0 ? null : Math.min(...rates));
      this.limiter.setRequestLimits(runs.flatMap(({ requestLimits }) => requestLimits));
    };
    this.#runs.add(run);
    setLimits();
    return () => {
      this.#runs.delete(run);
      if (this.#runs.size > 0) setLimits();
    };
  }

  /** True while no run sends to it. */
  get isIdle(): boolean {
    return this.#runs.size === 0;
  }

  /** Tells all runs what holds for each of them. */
  tell(event: RunEvent): void {
    for (const { observer } of this.#runs) observer(event);
  }
}

/** So many accounts are remembered that no run sends to: with their tokens, and what they ask for. */
const MOST_IDLE = 100;

/** The accounts that the runs of a process send to. */
export class Accounts {
  readonly #accounts = new Map<string, Account>();

  /** The account that a key stands for; the same key gives the same account. */
  of(io: Pick<Io, "monotonic" | "sleep">, key: string): Account {
    const known = this.#accounts.get(key);
    if (known) return known;
    const idle = [...this.#accounts].filter(([, account]) => account.isIdle);
    for (const [old] of idle.slice(0, -MOST_IDLE)) this.#accounts.delete(old);
    const account = new Account(io);
    this.#accounts.set(key, account);
    return account;
  }
}
