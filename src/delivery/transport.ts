/**
 * One attempt of one request. Every request on the wire is made here, by one call of the client:
 *
 * - The limit on an answer counts from the last byte that was written, however long that took; while a
 *   body is written or read, only silence ends it.
 * - Every body is read to a cap or cancelled. That of an accepted request is looked into, and the rest
 *   of it read in the background, since a connection whose body was not read can't be used again.
 *
 * @module
 */

import { DestinationError, NetworkError } from "../model/errors.ts";
import type { HttpClient, HttpClientOptions, HttpResponse, Io } from "../io.ts";
import type { HttpAnswer } from "../model/answer.ts";
import type { RequestHead } from "../model/destination.ts";
import { shortDuration } from "../text/duration.ts";
import { readBody } from "./answer_text.ts";
import { Intake, type IntakeLimits } from "./intake.ts";
import { Patience } from "./patience.ts";

const MIB = 1024 * 1024;

/** No connection is waited for longer, in milliseconds. */
const LONGEST_CONNECT_MS = 30_000;

/** A body that was begun is waited for no longer from one piece to the next, in milliseconds. */
const LONGEST_SILENCE_MS = 20_000;

/** How many bodies that nobody waits for are read at a time; more are cancelled. */
const MOST_DRAINS = 32;

/** A request with its body, for all its attempts. */
export interface Prepared {
  readonly request: RequestHead;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** An attempt that got no answer. */
export type Failure = Pick<NetworkError, "sent" | "reason" | "lasting">;

/** `can't be reached (connection refused)`, or `gave no answer to the login (…)`. */
export function describeFailure({ sent, reason }: Failure, toWhat = ""): string {
  return `${sent === "never" ? "can't be reached" : `gave no answer${toWhat}`} (${reason})`;
}

/** What came of an attempt. */
export type AttemptResult =
  | { readonly kind: "answer"; readonly answer: HttpAnswer }
  | { readonly kind: "failure"; readonly failure: Failure; readonly killed: boolean };

/** Makes a request ready for its attempts. */
export function prepare(request: RequestHead, body: string | Uint8Array<ArrayBuffer>): Prepared {
  return { request, body: typeof body === "string" ? encoder.encode(body) : body };
}

/** What a transport works with. */
export interface TransportOptions {
  readonly wire: HttpClientOptions;
  /** How long an answer may take, in milliseconds. */
  readonly timeoutMs: number;
  /** Gives up the attempts in flight. */
  readonly kill: AbortSignal;
}

/** Makes attempts, and looks after the bodies of their answers. */
export class Transport {
  readonly #io: Pick<Io, "now" | "monotonic" | "startTimer">;
  readonly #client: HttpClient;
  readonly #timeoutMs: number;
  readonly #kill: AbortSignal;
  readonly #inFlight = new Set<AbortController>();
  readonly #drains = new Set<Promise<unknown>>();
  readonly #closing = new AbortController();

  constructor(
    io: Pick<Io, "httpClient" | "now" | "monotonic" | "startTimer">,
    { wire, timeoutMs, kill }: TransportOptions,
  ) {
    this.#io = io;
    this.#client = io.httpClient(wire);
    this.#timeoutMs = timeoutMs;
    this.#kill = kill;
    kill.addEventListener("abort", this.#giveUp);
  }

  readonly #giveUp = (): void => this.#inFlight.forEach((abort) => abort.abort());

  /**
   * Makes one attempt.
   *
   * @param readsAcceptedBody True when a 2xx answer is told by its body too.
   * @param until Gives up this attempt, of which nothing is lost.
   * @throws {DestinationError} when no such request can be made.
   */
  async attempt(
    prepared: Prepared,
    readsAcceptedBody: boolean,
    until?: AbortSignal,
  ): Promise<AttemptResult> {
    if (this.#kill.aborted || until?.aborted) return stopped("never");
    const abort = new AbortController();
    const giveUp = () => abort.abort();
    this.#inFlight.add(abort);
    until?.addEventListener("abort", giveUp);
    try {
      const response = await this.#headers(prepared, abort);
      if ("kind" in response) return response;
      const { status, headers } = response;
      const answer = { status, headers, body: "", receivedAt: this.#io.now() };
      if (response.body === null) return { kind: "answer", answer };
      const isAccepted = status >= 200 && status < 300;
      const limits = this.#limitsOf(isAccepted, readsAcceptedBody);
      const intake = new Intake(this.#io, response.body, limits);
      const { bytes, whole } = await intake.read();
      if (isAccepted && readsAcceptedBody && !whole) {
        return failure("perhaps", "the answer broke off", this.#kill.aborted);
      }
      const codings = response.codings ?? [];
      const contentType = headers.get("content-type");
      const { text, fault, corrupt } = await readBody(
        { bytes, whole, codings, contentType },
        limits.bytes,
      );
      if (!whole) this.#letGo(intake, isAccepted && !readsAcceptedBody);
      const read = { body: text, bodyFault: fault, isCorrupt: corrupt ?? false };
      return { kind: "answer", answer: { ...answer, ...read } };
    } finally {
      until?.removeEventListener("abort", giveUp);
      this.#inFlight.delete(abort);
    }
  }

  /** Cancels what is still being read, and ends all connections. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#drains);
    // A server's signal outlives the run, and would keep all of it in memory.
    this.#kill.removeEventListener("abort", this.#giveUp);
    this.#client.close();
  }

  async #headers(
    { request, body }: Prepared,
    abort: AbortController,
  ): Promise<HttpResponse | AttemptResult> {
    const connectMs = Math.min(this.#timeoutMs, LONGEST_CONNECT_MS);
    const patience = new Patience(this.#io, connectMs, () => abort.abort());
    const onProgress = () => patience.renew(this.#timeoutMs);
    const { signal } = abort;
    try {
      const { method, url, headers } = request;
      return await this.#client.fetch(url, { method, headers, body, signal, onProgress });
    } catch (error) {
      if (!(error instanceof NetworkError)) {
        // The error's own text may quote the URL or a header.
        throw new DestinationError("No request can be made: its URL or a header is not valid");
      }
      const { sent, reason, lasting } = error;
      if (this.#kill.aborted) return stopped(sent);
      if (!signal.aborted) return failure(sent, reason, false, lasting);
      const within = shortDuration(sent === "never" ? connectMs : this.#timeoutMs);
      return failure(sent, `given up here: ${reason} within ${within}`, false);
    } finally {
      patience.end();
    }
  }

  /** How much of a body is waited for: where it only explains, not for long. */
  #limitsOf(isAccepted: boolean, isTold: boolean): IntakeLimits {
    const silenceMs = Math.min(this.#timeoutMs, LONGEST_SILENCE_MS);
    const stop = this.#kill;
    if (!isAccepted) return { bytes: MIB, silenceMs, wholeMs: 10_000, stop };
    // Some APIs send every record back, one by one.
    if (isTold) return { bytes: 16 * MIB, silenceMs, wholeMs: 600_000, stop };
    return { bytes: 64 * 1024, silenceMs: 2_000, wholeMs: 2_000, stop };
  }

  /** Reads the rest of a body that may be worth its connection. */
  #letGo(intake: Intake, isWorthIt: boolean): void {
    const end = isWorthIt && this.#drains.size < MOST_DRAINS
      ? intake.drain({ bytes: MIB, silenceMs: 10_000, wholeMs: 10_000, stop: this.#closing.signal })
      : intake.cancel();
    // The answer is settled; what becomes of its body is no matter.
    const drained = end.catch(() => {}).finally(() => this.#drains.delete(drained));
    this.#drains.add(drained);
  }
}

function failure(
  sent: Failure["sent"],
  reason: string,
  killed: boolean,
  lasting = false,
): AttemptResult {
  return { kind: "failure", failure: { sent, reason, lasting }, killed };
}

function stopped(sent: Failure["sent"]): AttemptResult {
  const missing = sent === "perhaps" ? "answer came" : "request was made";
  return failure(sent, `stopped before the ${missing}`, true);
}

const encoder = new TextEncoder();
