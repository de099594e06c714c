/**
 * The questions about one job that an API made of a request, and the waits between them.
 *
 * @module
 */

import { CredentialsError, StoppedError } from "../model/errors.ts";
import type { Io } from "../io.ts";
import type { Reason, Verdict } from "../model/answer.ts";
import type { Batch } from "../model/batch.ts";
import type {
  ApiJobFlow,
  ApiJobNews,
  ApiJobQuestion,
  Destination,
  RequestHead,
} from "../model/destination.ts";
import type { AccessToken } from "./account.ts";
import type { Admission, Trouble } from "./admission.ts";
import type { Credentials } from "./credentials.ts";
import type { Meter } from "./numbers.ts";
import type { Permit } from "./circuit_breaker.ts";
import { RetryState } from "./retry.ts";
import { prepare, type Transport } from "./transport.ts";

/** What the asking works with. */
export interface InquiryOptions {
  readonly io: Pick<Io, "monotonic" | "sleep">;
  readonly destination: Destination;
  readonly transport: Transport;
  readonly admission: Admission;
  readonly credentials: Credentials;
  readonly meter: Meter;
  /** Give rows up whose job can't be asked for any more, instead of stopping. */
  readonly keepGoing: boolean;
}

/** How a job ended, or that nobody can say; `stops` where other jobs would fare no better. */
export type ApiJobEnd =
  | Extract<Verdict, { kind: "accepted" | "partial" | "refused" }>
  | ({ readonly kind: "lost"; readonly stops: boolean } & Reason);

/** What a question brought: an end, or that another is due; null when the run halts first. */
type Brought = ApiJobEnd | Extract<ApiJobNews, { kind: "running" | "ask" }> | null;

/** The first waits are shorter by these shares: many jobs are done soon. */
const FIRST_WAITS = [1 / 16, 1 / 8, 1 / 4, 1 / 2];

/** The questions about one job. */
export class Inquiry {
  readonly #options: InquiryOptions;
  readonly #flow: ApiJobFlow;
  #retries = new RetryState();
  #stale: AccessToken | null = null;
  /** What the API asked for in its last answer, in milliseconds. */
  #askedMs = 0;
  /** The last request that asked; null before. */
  request: RequestHead | null = null;

  constructor(options: InquiryOptions, flow: ApiJobFlow) {
    this.#options = options;
    this.#flow = flow;
  }

  /** Waits before a question, but not longer than `leftMs` milliseconds. */
  async wait(count: number, leftMs: number): Promise<void> {
    const { io, admission, meter } = this.#options;
    const ms = Math.max(this.#flow.intervalMs * (FIRST_WAITS[count] ?? 1), this.#askedMs);
    // To the run it is as if the request were still to be answered.
    await meter.time.during("sending", () => io.sleep(Math.min(ms, leftMs), admission.halt));
  }

  /** What comes of a question. */
  async ask(question: ApiJobQuestion, batch: Batch): Promise<Brought> {
    const { admission, credentials, transport, destination: { title } } = this.#options;
    const token = this.#stale ? await credentials.renew(this.#stale) : await credentials.current();
    const permit = token && await admission.admit(0);
    if (!token || !permit) return null;
    this.request = this.#flow.request(question, token.value);
    const result = await transport.attempt(prepare(this.request, ""), true, admission.halt);
    if (result.kind === "failure") {
      const { reason, lasting } = result.failure;
      const words = `${title} can't be asked for a job (${reason})`;
      if (result.killed || admission.halted || lasting) admission.leave(permit);
      if (result.killed || admission.halted) return null;
      if (lasting) throw new StoppedError(words);
      return await this.#repeat(permit, words, {
        askedMs: null,
        rateLimited: false,
        reason: words,
      });
    }
    const { answer } = result;
    const news = this.#flow.read(question, answer, batch);
    switch (news.kind) {
      case "retry": {
        const rateLimited = news.throttled ?? (answer.status === 429 || answer.status === 403);
        const trouble = { askedMs: news.afterMs, rateLimited, reason: news.reason };
        return await this.#repeat(permit, news.reason, trouble);
      }
      case "unauthorized":
        admission.answered(permit);
        if (this.#stale !== null) throw new CredentialsError(news.reason);
        this.#stale = token;
        return { kind: "running", afterMs: null };
      case "forbidden":
        admission.answered(permit);
        throw new CredentialsError(news.reason);
    }
    admission.answered(permit);
    this.#retries = new RetryState();
    this.#stale = null;
    switch (news.kind) {
      case "running":
        this.#askedMs = news.afterMs ?? 0;
        return news;
      case "broken":
      case "lost":
        return { kind: "lost", stops: true, reason: news.reason, words: news.words ?? null };
      case "api-job":
        return { kind: "lost", stops: true, reason: `${title} made another job of a job` };
      default:
        return news;
    }
  }

  /** After a question that failed: waits for the next, or gives up. */
  async #repeat(
    permit: Permit,
    reason: string,
    trouble: Trouble,
  ): Promise<Brought> {
    const { admission, keepGoing } = this.#options;
    const decision = admission.failed(permit, this.#retries, trouble);
    if (admission.halted) return null;
    if (decision.kind === "wait") {
      await admission.backOff(decision.ms, trouble);
      return { kind: "running", afterMs: null };
    }
    const words = `${reason}; ${admission.effort(this.#retries, decision)}`;
    if (keepGoing && decision.kind === "give-up") {
      return { kind: "lost", stops: false, reason: words };
    }
    throw new StoppedError(words);
  }
}
