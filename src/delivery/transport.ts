/**
 * One attempt of one request. Every request on the wire is made here, by one call of the client:
 *
 * - Headers and body have timers of their own: `AbortSignal.timeout` would count both as one.
 * - Every body is read to a cap or cancelled. That of an accepted request is read in the background,
 *   since a connection whose body was not read can't be used again.
 *
 * @module
 */

import { DestinationError, NetworkError } from "../model/errors.ts";
import type { HttpClient, HttpResponse, Io } from "../io.ts";
import type { HttpAnswer } from "../model/answer.ts";
import type { RequestHead } from "../model/destination.ts";
import { shortDuration } from "../text/duration.ts";

/** Most of an answer's body that is read, in bytes. */
const LONGEST_BODY = 1024 * 1024;

/** The same where the body says which rows were taken: some APIs send every record back. */
const LONGEST_RESULTS = 16 * 1024 * 1024;

/** How many bodies that nobody waits for are read at a time; more are cancelled. */
const MOST_DRAINS = 32;

/** How long the parts of an answer may take, in milliseconds. */
export interface Timeouts {
  /** From the start of the connection to the end of the answer's headers. */
  readonly headersMs: number;
  readonly bodyMs: number;
}

/** A request with its body, for all its attempts. */
export interface Prepared {
  readonly request: RequestHead;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** An attempt that got no answer. */
export type Failure = Pick<NetworkError, "sent" | "reason">;

/** What came of an attempt. */
export type AttemptResult =
  | { readonly kind: "answer"; readonly answer: HttpAnswer }
  | { readonly kind: "failure"; readonly failure: Failure; readonly killed: boolean };

/** Makes a request ready for its attempts. */
export function prepare(request: RequestHead, body: string | Uint8Array<ArrayBuffer>): Prepared {
  return { request, body: typeof body === "string" ? encoder.encode(body) : body };
}

/** Makes attempts, and looks after the bodies of their answers. */
export class Transport {
  readonly #io: Pick<Io, "now" | "startTimer">;
  readonly #client: HttpClient;
  readonly #timeouts: Timeouts;
  readonly #kill: AbortSignal;
  readonly #inFlight = new Set<AbortController>();
  readonly #drains = new Set<Promise<unknown>>();
  readonly #closing = new AbortController();

  /** @param kill Gives up the attempts in flight. */
  constructor(
    io: Pick<Io, "httpClient" | "now" | "startTimer">,
    timeouts: Timeouts,
    kill: AbortSignal,
  ) {
    this.#io = io;
    this.#client = io.httpClient();
    this.#timeouts = timeouts;
    this.#kill = kill;
    kill.addEventListener("abort", () => this.#inFlight.forEach((abort) => abort.abort()));
  }

  /**
   * Makes one attempt.
   *
   * @param readsAcceptedBody True when a 2xx answer is told by its body too.
   * @throws {DestinationError} when no such request can be made.
   */
  async attempt(prepared: Prepared, readsAcceptedBody: boolean): Promise<AttemptResult> {
    if (this.#kill.aborted) return stopped("never");
    const abort = new AbortController();
    this.#inFlight.add(abort);
    try {
      const response = await this.#headers(prepared, abort);
      if ("kind" in response) return response;
      const { status, headers } = response;
      const answer = { status, headers, body: "", receivedAt: this.#io.now() };
      const isAccepted = status >= 200 && status < 300;
      if (isAccepted && !readsAcceptedBody) {
        this.#drain(response);
        return { kind: "answer", answer };
      }
      const { text, whole } = await readText(response.body, {
        io: this.#io,
        bytes: readsAcceptedBody ? LONGEST_RESULTS : LONGEST_BODY,
        ms: this.#timeouts.bodyMs,
        stop: this.#kill,
      });
      if (isAccepted && !whole) {
        return failure("perhaps", "the answer broke off", this.#kill.aborted);
      }
      return { kind: "answer", answer: { ...answer, body: text } };
    } finally {
      this.#inFlight.delete(abort);
    }
  }

  /** Cancels what is still being read, and ends all connections. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#drains);
    this.#client.close();
  }

  async #headers(
    { request, body }: Prepared,
    abort: AbortController,
  ): Promise<HttpResponse | AttemptResult> {
    const { headersMs } = this.#timeouts;
    const stopTimer = this.#io.startTimer(headersMs, () => abort.abort());
    try {
      const { method, url, headers } = request;
      return await this.#client.fetch(url, { method, headers, body, signal: abort.signal });
    } catch (error) {
      if (!(error instanceof NetworkError)) {
        // The error's own text may quote the URL or a header.
        throw new DestinationError("No request can be made: its URL or a header is not valid");
      }
      const { sent, reason } = error;
      if (this.#kill.aborted) return stopped(sent);
      if (!abort.signal.aborted) return failure(sent, reason, false);
      const missing = sent === "never" ? "connection" : "answer";
      return failure(sent, `no ${missing} within ${shortDuration(headersMs)}`, false);
    } finally {
      stopTimer();
    }
  }

  #drain({ body, headers }: HttpResponse): void {
    if (body === null) return;
    const isWorthIt = this.#drains.size < MOST_DRAINS && headers.get("content-length") !== "0";
    const limits = {
      io: this.#io,
      bytes: LONGEST_BODY,
      ms: this.#timeouts.bodyMs,
      stop: this.#closing.signal,
    };
    const end: Promise<unknown> = isWorthIt ? readChunks(body, limits, () => {}) : body.cancel();
    // The answer is settled; what becomes of its body is no matter.
    const drained = end.catch(() => {}).finally(() => this.#drains.delete(drained));
    this.#drains.add(drained);
  }
}

function failure(sent: Failure["sent"], reason: string, killed: boolean): AttemptResult {
  return { kind: "failure", failure: { sent, reason }, killed };
}

function stopped(sent: Failure["sent"]): AttemptResult {
  const missing = sent === "never" ? "request was made" : "answer came";
  return failure(sent, `stopped before the ${missing}`, true);
}

/** How much of a body is read. */
interface ReadLimits {
  readonly io: Pick<Io, "startTimer">;
  readonly bytes: number;
  readonly ms: number;
  readonly stop: AbortSignal;
}

/** As much of a body as comes within the limits; `whole` is false when more was to come. */
async function readText(
  body: ReadableStream<Uint8Array> | null,
  limits: ReadLimits,
): Promise<{ readonly text: string; readonly whole: boolean }> {
  if (body === null) return { text: "", whole: true };
  const decoder = new TextDecoder();
  let text = "";
  const whole = await readChunks(body, limits, (chunk) => {
    text += decoder.decode(chunk, { stream: true });
  });
  return { text: text + decoder.decode(), whole };
}

/** Reads a body within the limits; false when more was to come. */
async function readChunks(
  body: ReadableStream<Uint8Array>,
  limits: ReadLimits,
  onChunk: (chunk: Uint8Array) => void,
): Promise<boolean> {
  const reader = body.getReader();
  let cancelled = false;
  const cancel = () => {
    cancelled = true;
    reader.cancel().catch(() => {}); // The connection is gone already.
  };
  const stopTimer = limits.io.startTimer(limits.ms, cancel);
  limits.stop.addEventListener("abort", cancel, { once: true });
  if (limits.stop.aborted) cancel();
  let bytes = 0;
  try {
    while (true) {
      const { done, value } = await reader.read();
      if (done) return !cancelled;
      bytes += value.length;
      onChunk(value);
      if (bytes > limits.bytes) cancel();
    }
  } catch {
    return false;
  } finally {
    stopTimer();
    limits.stop.removeEventListener("abort", cancel);
  }
}

const encoder = new TextEncoder();
