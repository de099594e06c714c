/**
 * One request until it is decided: its attempts, the waits between them, and a new token where the
 * old one is no longer good.
 *
 * @module
 */

import { CredentialsError, DestinationError, StoppedError } from "../model/errors.ts";
import type { Io } from "../io.ts";
import type { HttpAnswer } from "../model/answer.ts";
import type { RequestLog } from "../model/batch.ts";
import type { Destination, RequestHead } from "../model/destination.ts";
import type { AccessToken } from "./account.ts";
import { ApiJobs } from "./api_jobs.ts";
import type { Credentials } from "./credentials.ts";
import type { Observer } from "../model/run_events.ts";
import type { Admission, Trouble } from "./admission.ts";
import type { Meter } from "./numbers.ts";
import type { Permit } from "./circuit_breaker.ts";
import { goesOn, InDoubt } from "./in_doubt.ts";
import { noAnswer, type Outcome, type PendingRequest, rowsOutcome } from "./outcome.ts";
import { prepareBatch } from "./packing.ts";
import { batchValues, scrubReason, secretsIn } from "./scrub.ts";
import { describeFailure, type Failure, type Prepared, type Transport } from "./transport.ts";

/** What a requester works with. */
export interface RequesterOptions {
  readonly io: Pick<Io, "monotonic" | "sleep">;
  readonly destination: Destination;
  readonly transport: Transport;
  readonly admission: Admission;
  readonly credentials: Credentials;
  readonly meter: Meter;
  readonly emit: Observer;
  /** Reject the rows of a request whose retries ran out, instead of stopping. */
  readonly keepGoing: boolean;
  /** Send rows again whose answer never came, though the API can't drop repeats. */
  readonly resendUnknown: boolean;
  readonly requestLog: RequestLog | null;
}

/** An attempt whose result is in. */
interface Attempt {
  readonly pending: PendingRequest;
  readonly request: RequestHead;
  readonly permit: Permit;
  /** Tells what the result means. */
  readonly report: (outcome: string, reason: string | null) => void;
  /** Tells that it may be repeated. */
  readonly retry: (reason: string, waitMs: number | null) => void;
}

/** What an attempt means: an outcome, or that another attempt is due. */
type AttemptOutcome =
  | Outcome
  | typeof AGAIN
  | { readonly kind: "unauthorized"; readonly reason: string };

type Unknown = Extract<Outcome, { kind: "unknown" }>;

const PENDING = { kind: "pending" } as const;
const AGAIN = { kind: "again" } as const;

/** Makes requests. Shared by all workers. */
export class Requester {
  readonly #options: RequesterOptions;
  /** True when a request whose answer never came may be sent again, by a resumed run too. */
  readonly #repeatable: boolean;
  readonly #inDoubt: InDoubt;
  readonly #apiJobs: ApiJobs;
  #requests = 0;

  constructor(options: RequesterOptions) {
    this.#options = options;
    const { destination, resendUnknown, requestLog } = options;
    this.#repeatable = destination.dropsRepeats !== "nothing" || resendUnknown;
    this.#inDoubt = new InDoubt(requestLog, destination, resendUnknown);
    this.#apiJobs = new ApiJobs(options, this.#inDoubt);
  }

  /**
   * Sends a pending request until it is decided. Where its rows may have arrived when that can't be, they are
   * unknown, and the outcome holds the error that stops the run.
   *
   * @throws {CredentialsError} when the credentials will not do.
   * @throws {StoppedError} when its retries ran out, or no retry would help.
   */
  async deliver(pending: PendingRequest): Promise<Outcome> {
    try {
      return await this.#deliver(pending);
    } catch (error) {
      const left = this.#undecided(pending);
      if (left.kind !== "unknown" || !(error instanceof StoppedError)) throw error;
      return { ...left, stops: error };
    }
  }

  async #deliver(pending: PendingRequest): Promise<Outcome> {
    const { destination, admission, credentials } = this.#options;
    if (pending.apiJob !== undefined) return await this.#apiJobs.end(pending, pending.apiJob);
    const number = ++this.#requests;
    let attempts = 0;
    let prepared: Prepared | null = null;
    let signedWith: AccessToken | null = null;
    let stale: AccessToken | null = null;
    /** True while the last answer of the API was that it does not take the token. */
    let replayed = false;

    while (true) {
      const token: AccessToken | null = stale
        ? await credentials.renew(stale)
        : await credentials.current();
      const permit = token && await admission.admit(pending.batch.length);
      if (!token || !permit) return this.#undecided(pending);
      if (prepared === null || token !== signedWith) {
        prepared = await prepareBatch(destination, pending, token.value);
        signedWith = token;
      }
      stale = null;
      const outcome = await this.#attempt(pending, prepared, permit, number, ++attempts);
      if (outcome.kind === "again") {
        replayed = false;
        continue;
      }
      if (outcome.kind !== "unauthorized") return outcome;
      if (destination.login === null || replayed) throw new CredentialsError(outcome.reason);
      replayed = true;
      stale = token;
    }
  }

  /**
   * Waits before rows of an answered request are sent once more.
   *
   * @returns Null when they may be, and otherwise what became of them.
   * @throws {StoppedError} when their retries ran out.
   */
  async again(pending: PendingRequest, reason: string): Promise<Outcome | null> {
    const trouble = { askedMs: null, rateLimited: false, reason };
    const outcome = await this.#repeat(pending, { probe: false }, trouble);
    return outcome.kind === "again" ? null : outcome;
  }

  async #attempt(
    pending: PendingRequest,
    prepared: Prepared,
    permit: Permit,
    request: number,
    attempt: number,
  ): Promise<AttemptOutcome> {
    const { io, destination, transport, meter, emit } = this.#options;
    await this.#inDoubt.add(pending).catch((error) => {
      this.#options.admission.leave(permit);
      throw error;
    });
    const rows = pending.batch.length;
    const bytes = prepared.body.length;
    meter.attemptStarts(rows, attempt > 1 || pending.retries.failures > 0);
    emit({ kind: "sent", request, attempt, rows, bytes });
    const start = io.monotonic();
    const result = await transport.attempt(prepared, destination.readsAcceptedBody);
    const ms = io.monotonic() - start;
    const answer = result.kind === "answer" ? result.answer : null;
    const hasLeft = result.kind === "answer" || result.failure.sent !== "never";
    meter.attemptEnds(rows, hasLeft ? bytes : 0, answer && ms);
    const status = answer?.status ?? null;
    const facts = { request, attempt, rows, status, ms };
    const made: Attempt = {
      pending,
      request: prepared.request,
      permit,
      report: (outcome, reason) => emit({ kind: "answered", ...facts, outcome, reason }),
      retry: (reason, waitMs) => emit({ kind: "retry", ...facts, reason, waitMs }),
    };
    return result.kind === "answer"
      ? await this.#onAnswer(made, result.answer)
      : await this.#onFailure(made, result.failure, result.killed);
  }

  async #onFailure(
    { pending, permit, report, retry }: Attempt,
    failure: Failure,
    killed: boolean,
  ): Promise<AttemptOutcome> {
    const { destination: { title }, admission } = this.#options;
    const { sent, reason, lasting } = failure;
    if (sent === "perhaps") pending.retries.unanswered = reason;
    else await this.#inDoubt.remove(pending);
    if (killed) {
      admission.leave(permit);
      report("no-answer", reason);
      return this.#undecided(pending);
    }
    const words = `${title} ${describeFailure(failure)}`;
    if (lasting) {
      admission.leave(permit);
      report("no-answer", reason);
      throw new StoppedError(words);
    }
    if (sent === "perhaps" && !this.#repeatable) {
      admission.unanswered(permit, words);
      report("no-answer", reason);
      return this.#unknown(reason, false);
    }
    const trouble = { askedMs: null, rateLimited: false, reason: words };
    return await this.#repeat(pending, permit, trouble, retry);
  }

  async #onAnswer(made: Attempt, answer: HttpAnswer): Promise<AttemptOutcome> {
    const { destination, admission } = this.#options;
    const { pending, request, permit, report, retry } = made;
    const { batch } = pending;
    const verdict = destination.classify(answer, batch);
    if (verdict.kind === "accepted") {
      admission.accepted(permit, verdict.quotaUsed);
      report("accepted", null);
      return { kind: "accepted" };
    }
    if (verdict.kind === "api-job") {
      admission.accepted(permit);
      report("api-job", null);
      await this.#inDoubt.becameJob(pending, verdict.id);
      return await this.#apiJobs.end(pending, verdict.id);
    }
    const secrets = secretsIn(destination, request);
    if (goesOn(verdict, batch)) await this.#inDoubt.remove(pending, verdict.kind === "refused");
    if (verdict.kind === "retry") {
      // What is no 429, and wants to be left alone, throttles by another name.
      const rateLimited = verdict.throttled ?? (answer.status === 429 || answer.status === 403);
      const reason = scrubReason(verdict, batchValues(batch, destination.ownWords), secrets);
      const trouble = { askedMs: verdict.afterMs, rateLimited, reason };
      return await this.#repeat(pending, permit, trouble, retry);
    }
    admission.answered(permit);
    if (verdict.kind === "partial" || verdict.kind === "refused") {
      const outcome = rowsOutcome(pending, verdict, secrets, destination);
      report(verdict.kind, outcome.kind === "refused" ? outcome.problem.message : null);
      return outcome;
    }
    const reason = scrubReason(verdict, batchValues(batch, destination.ownWords), secrets);
    report(verdict.kind, reason);
    switch (verdict.kind) {
      case "unauthorized":
        return { kind: "unauthorized", reason };
      case "forbidden":
        throw new CredentialsError(reason);
      case "broken": {
        const error = new DestinationError(reason);
        if (!verdict.taken || this.#repeatable) throw error;
        const message = `${destination.title} answered, but whether it took the row can't be told.`;
        const problem = { code: "unreadable-answer", column: null, message };
        return { kind: "unknown", problem, reason, excused: false, stops: error };
      }
    }
  }

  /** After an attempt that failed: waits for the next one, or gives up. */
  async #repeat(
    pending: PendingRequest,
    permit: Permit,
    trouble: Trouble,
    retry?: Attempt["retry"],
  ): Promise<Outcome | typeof AGAIN> {
    const { admission, keepGoing } = this.#options;
    const { reason } = trouble;
    const decision = admission.failed(permit, pending.retries, trouble);
    retry?.(reason, decision.kind === "wait" ? decision.ms : null);
    if (admission.halted) return this.#undecided(pending);
    if (decision.kind === "wait") {
      await admission.backOff(decision.ms, trouble);
      return AGAIN;
    }
    const effort = admission.effort(pending.retries, decision);
    // Where the API asks to be left alone, other rows would fare no better.
    if (keepGoing && decision.kind === "give-up") {
      const { unanswered } = pending.retries;
      // As rejected rows they would be imported by a run of their own, under ids that no API knows.
      if (unanswered !== null) return this.#unknown(unanswered, true);
      const message = `${reason}; ${effort}.`;
      return { kind: "exhausted", problem: { code: "retries-exhausted", column: null, message } };
    }
    throw new StoppedError(`${reason}; ${effort}`);
  }

  /** A request that is given up before it was decided: left for a resume, where that can't double it. */
  #undecided({ retries: { unanswered } }: PendingRequest): Outcome {
    return unanswered === null || this.#repeatable ? PENDING : this.#unknown(unanswered, true);
  }

  #unknown(reason: string, excused: boolean): Unknown {
    const problem = noAnswer(this.#options.destination.title, reason);
    return { kind: "unknown", problem, reason, excused, stops: null };
  }
}
