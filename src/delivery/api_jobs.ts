/**
 * Jobs that an API makes of requests: asked for until they end, since only then it is known what became
 * of their rows.
 *
 * @module
 */

import { DestinationError } from "../model/errors.ts";
import type { Batch } from "../model/batch.ts";
import type { RequestHead } from "../model/destination.ts";
import type { Observer } from "../model/run_events.ts";
import { shortDuration } from "../text/duration.ts";
import { type ApiJobEnd, Inquiry, type InquiryOptions } from "./api_job_inquiry.ts";
import { goesOn, type InDoubt } from "./in_doubt.ts";
import { type Outcome, type PendingRequest, rowsOutcome } from "./outcome.ts";
import { batchValues, scrubReason, secretsIn } from "./scrub.ts";

/** An end, and how it was found out. */
interface FoundEnd {
  readonly end: ApiJobEnd;
  /** The last request that asked. */
  readonly request: RequestHead;
  readonly questions: number;
  readonly ms: number;
}

/** Asks for jobs. Shared by all workers. */
export class ApiJobs {
  readonly #options: InquiryOptions & { readonly emit: Observer };
  readonly #inDoubt: InDoubt;

  constructor(options: InquiryOptions & { readonly emit: Observer }, inDoubt: InDoubt) {
    this.#options = options;
    this.#inDoubt = inDoubt;
  }

  /**
   * What becomes of rows whose request has become a job. Where the run halts before its end, a resumed
   * run is to ask for it again.
   *
   * @throws {CredentialsError} when the API refuses to say.
   * @throws {StoppedError} when it can't be asked.
   */
  async end(pending: PendingRequest, id: string): Promise<Outcome> {
    const { destination, emit } = this.#options;
    const { batch } = pending;
    pending.retries.unanswered = null; // It was answered, by a job.
    const found = await this.#find(id, batch);
    if (found === null) return { kind: "pending" };
    const { end, request, questions, ms } = found;
    const secrets = secretsIn(destination, request);
    const tell = (reason: string | null) =>
      emit({ kind: "api-job", rows: batch.length, questions, ms, outcome: end.kind, reason });
    switch (end.kind) {
      case "accepted":
        tell(null);
        return { kind: "accepted" };
      case "partial":
      case "refused": {
        if (goesOn(end, batch)) await this.#inDoubt.jobReturned(pending);
        const outcome = rowsOutcome(pending, end, secrets, destination);
        tell(outcome.kind === "refused" ? outcome.problem.message : null);
        return outcome;
      }
      case "lost": {
        const reason = scrubReason(end, batchValues(batch, destination.ownWords), secrets);
        tell(reason);
        const message =
          `${destination.title} took the row into a job, of whose end nothing is known (${reason}).`;
        const problem = { code: "lost-job", column: null, message };
        const stops = end.stops ? new DestinationError(reason) : null;
        return { kind: "unknown", problem, reason, excused: false, stops };
      }
    }
  }

  /** Asks until the job ends, or its time is over; null when the run halts first. */
  async #find(id: string, batch: Batch): Promise<FoundEnd | null> {
    const { io, destination: { apiJob: flow } } = this.#options;
    const start = io.monotonic();
    let questions = 0;
    let request: RequestHead = { method: "GET", url: "", headers: {} };
    const found = (end: ApiJobEnd) => ({ end, request, questions, ms: io.monotonic() - start });
    const lost = (reason: string, stops: boolean) => found({ kind: "lost", stops, reason });
    let question = flow?.first(id) ?? null;
    if (flow === undefined || question === null) return lost("its id can't be asked for", true);
    const inquiry = new Inquiry(this.#options, flow);
    while (true) {
      const leftMs = start + flow.longestMs - io.monotonic();
      if (leftMs <= 0) {
        return lost(`it did not end within ${shortDuration(flow.longestMs)}`, false);
      }
      if (question.ended.length === 0) await inquiry.wait(questions, leftMs);
      const news = await inquiry.ask(question, batch);
      request = inquiry.request ?? request;
      questions++;
      if (news === null) return null;
      if (news.kind === "ask") question = news.question;
      else if (news.kind !== "running") return found(news);
    }
  }
}
