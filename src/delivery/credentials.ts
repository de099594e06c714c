/**
 * Tokens: got once, shared by all workers, renewed by one of them for all.
 *
 * @module
 */

import { CredentialsError, DestinationError, StoppedError } from "../model/errors.ts";
import type { Io } from "../io.ts";
import { unlessAborted } from "../model/abort.ts";
import { type HttpAnswer, isRetryable } from "../model/answer.ts";
import type { Destination } from "../model/destination.ts";
import type { Observer } from "../model/run_events.ts";
import type { AccessToken, Account } from "./account.ts";
import type { Admission } from "./admission.ts";
import { RetryState } from "./retry.ts";
import { describeFailure, prepare, type Transport } from "./transport.ts";

/** Tokens are renewed before they expire by this share of their life, up to a minute. */
const RENEWED_BEFORE = { share: 0.1, mostMs: 60_000 };

const NO_TOKEN: AccessToken = { value: null, renewAt: Infinity };

/** A run's way to the token of its account. */
export class Credentials {
  readonly #io: Pick<Io, "now">;
  readonly #destination: Destination;
  readonly #transport: Transport;
  readonly #admission: Admission;
  readonly #emit: Observer;
  readonly #account: Account;

  constructor(
    io: Pick<Io, "now">,
    destination: Destination,
    transport: Transport,
    account: Account,
    admission: Admission,
    emit: Observer,
  ) {
    this.#io = io;
    this.#destination = destination;
    this.#transport = transport;
    this.#admission = admission;
    this.#emit = emit;
    this.#account = account;
  }

  /**
   * A token that is good as far as is known; null when the run halts first.
   *
   * @throws {CredentialsError} when the API refuses the login.
   * @throws {StoppedError} when there is no login to be had.
   */
  current(): Promise<AccessToken | null> | AccessToken {
    const token = this.#destination.login === null ? NO_TOKEN : this.#account.token;
    if (token !== null && this.#io.now() < token.renewAt) return token;
    return this.renew(token);
  }

  /** A token other than `stale`, which the API refused. Rejects as {@linkcode current}. */
  renew(stale: AccessToken | null): Promise<AccessToken | null> | AccessToken {
    const { token } = this.#account;
    return token !== null && token !== stale ? token : this.#renew(stale);
  }

  async #renew(stale: AccessToken | null): Promise<AccessToken | null> {
    const account = this.#account;
    const { halt } = this.#admission;
    while (!halt.aborted) {
      const { token, login } = account;
      if (token !== null && token !== stale) return token;
      if (login === null) {
        return await (account.login = this.#logIn().finally(() => account.login = null));
      }
      const theirs = await unlessAborted(halt, () => login);
      if (theirs !== null) return theirs;
      // The run that was logging in was stopped, unless this one was.
    }
    return null;
  }

  async #logIn(): Promise<AccessToken | null> {
    const { login, title } = this.#destination;
    if (login === null) return NO_TOKEN;
    const retries = new RetryState();
    while (true) {
      const permit = await this.#admission.admit(0);
      if (permit === null) return null;
      const body = login.bodyAt?.(this.#io.now()) ?? login.request.body;
      const prepared = prepare(login.request, body);
      const result = await this.#transport.attempt(prepared, true, this.#admission.halt);
      const status = result.kind === "answer" ? result.answer.status : null;
      const reason = result.kind === "answer"
        ? `the login at ${title} answered ${result.answer.status}`
        : `${title} ${describeFailure(result.failure, " to the login")}`;
      if (result.kind === "answer" && !isRetryable(result.answer.status)) {
        this.#admission.answered(permit);
        this.#emit({
          kind: "login",
          attempt: retries.failures + 1,
          status,
          reason: null,
          waitMs: null,
        });
        return this.#account.token = this.#read(result.answer);
      }
      if (result.kind === "failure" && (result.killed || this.#admission.halted)) {
        this.#admission.leave(permit);
        return null;
      }
      if (result.kind === "failure" && result.failure.lasting) {
        this.#admission.leave(permit);
        throw new StoppedError(reason);
      }
      const trouble = {
        askedMs: result.kind === "answer" ? this.#askedMs(result.answer) : null,
        rateLimited: status === 429,
        reason,
      };
      const decision = this.#admission.failed(permit, retries, trouble);
      const waitMs = decision.kind === "wait" ? decision.ms : null;
      this.#emit({ kind: "login", attempt: retries.failures, status, reason, waitMs });
      if (this.#admission.halted) return null;
      if (decision.kind !== "wait") {
        throw new StoppedError(`${reason}; ${this.#admission.effort(retries, decision)}`);
      }
      await this.#admission.backOff(decision.ms, trouble);
    }
  }

  /** Nothing that a login says is quoted: it might be a token. */
  #read(answer: HttpAnswer): AccessToken {
    const { login, title } = this.#destination;
    const { status } = answer;
    if (status === 400 || status === 401 || status === 403) {
      throw new CredentialsError(
        `${title} refused the credentials, its login answered ${status}: correct them`,
      );
    }
    if (login === null || status < 200 || status > 299) {
      throw new DestinationError(`The login at ${title} answered ${status}: check its URL`);
    }
    const { token, expiresInMs } = login.read(answer);
    const early = Math.min(expiresInMs * RENEWED_BEFORE.share, RENEWED_BEFORE.mostMs);
    return { value: token, renewAt: this.#io.now() + expiresInMs - early };
  }

  /** The destination knows how its API words the wish to be left alone. */
  #askedMs(answer: HttpAnswer): number | null {
    const verdict = this.#destination.classify(answer, null);
    return verdict.kind === "retry" ? verdict.afterMs : null;
  }
}
