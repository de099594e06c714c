/**
 * Delivery: spans are pulled by free places, sent, and handed back as settled. Wires the parts of
 * this folder together; each of their decisions stands in a module of its own.
 *
 * @module
 */

import { StoppedError, StorageError } from "../model/errors.ts";
import type { HttpClientOptions, Io } from "../io.ts";
import type { RequestLog, Span } from "../model/batch.ts";
import type { Destination } from "../model/destination.ts";
import type { Settled } from "../model/outcome.ts";
import type { Observer } from "../model/run_events.ts";
import { BatchDelivery } from "./batch_delivery.ts";
import { Credentials } from "./credentials.ts";
import { unlessAborted } from "../model/abort.ts";
import { Account } from "./account.ts";
import { Admission } from "./admission.ts";
import { type DeliveryNumbers, Meter } from "./numbers.ts";
import { Requester } from "./requester.ts";
import { Serial } from "./serial.ts";
import { GroupCommit } from "./group_commit.ts";
import { Transport } from "./transport.ts";

/** What is delivered, where, and how. */
export interface DeliveryOptions {
  readonly destination: Destination;
  /** What other runs to it share; one of its own unless given. */
  readonly account?: Account;
  /** How its host is reached. */
  readonly wire: HttpClientOptions;
  /** Requests in flight at most. */
  readonly concurrency: number;
  /** Rows a second at most, or null. */
  readonly rate: number | null;
  /** Wait before each request, in milliseconds, over all places together. */
  readonly sleepMs: number;
  /** How long one request is retried, in milliseconds. */
  readonly retryForMs: number;
  /** Reject the rows of a request whose retries ran out, instead of stopping. */
  readonly keepGoing: boolean;
  /** Send rows again whose answer never came, though the API can't drop repeats. */
  readonly resendUnknown: boolean;
  /** How long an answer may take once the request was written, in milliseconds. */
  readonly timeoutMs: number;
  /** True when an earlier part of the run had rows accepted; false unless given. */
  readonly acceptedBefore?: boolean;
  /** Pulls the next span when a place is free; null at the end. Calls never overlap. */
  next(): Promise<Span | null>;
  /**
   * Told as soon as a span or a piece of one is settled, and awaited before its place is freed; what
   * is settled at the same moment is told as one. Calls never overlap. When it throws, the run stops;
   * what is in flight is still settled, unless it was a {@linkcode StorageError}.
   */
  ack(settled: Settled): Promise<void>;
  /** Told of requests whose rows the API can't drop when they come in others; null keeps none. */
  readonly requestLog?: RequestLog | null;
  /** Pull no more and start no attempt; let requests in flight finish. */
  readonly stop: AbortSignal;
  /** Give up requests in flight. */
  readonly kill: AbortSignal;
  readonly observer?: Observer;
}

/** How a delivery ended. */
export interface DeliveryEnd {
  /** Null when everything was delivered; `error` is null when a signal stopped it. */
  readonly stopped: { readonly error: StoppedError | null; readonly reason: string } | null;
  readonly numbers: DeliveryNumbers;
}

/** A delivery that can be watched. */
export interface Delivery {
  /**
   * Delivers everything. Resolves when no request is in flight any more.
   *
   * @throws what `next` or `ack` throws, unless that is a {@linkcode StoppedError}.
   */
  run(): Promise<DeliveryEnd>;
  /** The live numbers. */
  numbers(): DeliveryNumbers;
}

/** What delivery needs of the outside. */
type SenderIo = Pick<
  Io,
  "httpClient" | "now" | "monotonic" | "sleep" | "startTimer" | "nextTurn" | "random"
>;

/** Prepares a delivery; nothing happens before `run`. */
export function createDelivery(
  io: SenderIo,
  options: DeliveryOptions,
): Delivery {
  return new Sender(io, options);
}

/** A record that takes longer than this is told of. */
const DISK_WAIT_MS = 1_000;

class Sender implements Delivery {
  readonly #io: SenderIo;
  readonly #options: DeliveryOptions;
  readonly #emit: Observer;
  readonly #account: Account;
  readonly #transport: Transport;
  readonly #batches: BatchDelivery;
  readonly #meter: Meter;
  readonly #pulls = new Serial();
  readonly #commits = new GroupCommit((settled) => this.#record(settled));
  /** Aborted by a signal or by the first error. */
  readonly #halt = new AbortController();
  readonly #workers: Promise<void>[] = [];
  #error: unknown = null;
  #storageFailed = false;
  #ended = false;
  #abandoned = false;

  constructor(
    io: SenderIo,
    options: DeliveryOptions,
  ) {
    const { destination, keepGoing, resendUnknown } = options;
    const emit: Observer = options.observer ?? (() => {});
    const meter = new Meter(() => io.monotonic());
    const account = options.account ?? new Account(io);
    const admission = new Admission(io, this.#halt.signal, account, meter.time, options);
    const transport = new Transport(io, options);
    const credentials = new Credentials(io, destination, transport, account, admission, emit);
    const requester = new Requester({
      io,
      destination,
      transport,
      admission,
      credentials,
      meter,
      emit,
      keepGoing,
      resendUnknown,
      requestLog: options.requestLog ?? null,
    });
    this.#io = io;
    this.#meter = meter;
    this.#options = options;
    this.#emit = emit;
    this.#account = account;
    this.#transport = transport;
    this.#batches = new BatchDelivery({
      requester,
      title: destination.title,
      ack: (settled) => this.#commits.add(settled),
      emit,
      acceptedBefore: options.acceptedBefore ?? false,
    });
  }

  numbers(): DeliveryNumbers {
    return this.#meter.snapshot();
  }

  async run(): Promise<DeliveryEnd> {
    const { stop, kill, rate, destination } = this.#options;
    const { requestLimits } = destination.limits;
    const halt = () => this.#stop("signal");
    for (const signal of [stop, kill]) {
      signal.addEventListener("abort", halt);
      if (signal.aborted) halt();
    }
    const leave = this.#account.join({ rate, requestLimits }, this.#emit);
    try {
      this.#startWorker();
      for (let worker = 0; worker < this.#workers.length; worker++) await this.#workers[worker];
    } finally {
      for (const signal of [stop, kill]) signal.removeEventListener("abort", halt);
      leave();
      await this.#transport.close();
    }
    const error = this.#error;
    if (error !== null && !(error instanceof StoppedError)) throw error;
    return { stopped: this.#stopped(error), numbers: this.numbers() };
  }

  #stopped(error: StoppedError | null): DeliveryEnd["stopped"] {
    if (error) return { error, reason: error.message };
    if (this.#ended && !this.#abandoned) return null;
    return { error: null, reason: "stopped by a signal" };
  }

  /**
   * The first worker starts alone; each span that is delivered opens one more place. So a run whose
   * key is wrong, or whose API is down, finds out with one request, and the API sees the load rise.
   */
  #startWorker(): void {
    if (this.#workers.length < this.#options.concurrency) this.#workers.push(this.#work());
  }

  async #work(): Promise<void> {
    try {
      while (!this.#halt.signal.aborted) {
        const span = await this.#pull();
        if (span === null) return;
        if (!await this.#batches.deliver(span)) this.#abandoned = true;
        this.#startWorker();
      }
    } catch (error) {
      this.#error ??= error;
      this.#stop("trouble");
    }
  }

  #stop(cause: "signal" | "trouble"): void {
    if (this.#halt.signal.aborted) return;
    this.#halt.abort();
    const { inFlight, rowsInFlight } = this.#meter.snapshot();
    const { dropsRepeats } = this.#options.destination;
    this.#emit({ kind: "stopping", cause, inFlight, rowsInFlight, dropsRepeats });
  }

  /** The next span; null at the end, or when the run halts while the source is waiting for input. */
  #pull(): Promise<Span | null> {
    const halt = this.#halt.signal;
    return this.#pulls.run(async () => {
      // Requests that were just made are still to be written: they must not wait for the next span.
      if (this.#workers.length > 1) await this.#io.nextTurn();
      if (this.#ended) return null;
      const span = await unlessAborted(halt, () => this.#options.next());
      if (span === null && !halt.aborted) this.#ended = true;
      return span;
    });
  }

  async #record(settled: Settled): Promise<void> {
    if (this.#storageFailed) return;
    const start = this.#io.monotonic();
    try {
      await this.#meter.time.during("disk", () => this.#options.ack(settled));
    } catch (error) {
      this.#storageFailed ||= error instanceof StorageError;
      throw error;
    }
    const ms = this.#io.monotonic() - start;
    if (ms >= DISK_WAIT_MS) this.#emit({ kind: "disk-wait", ms });
  }
}
