/**
 * One span from its first request until every row of it is settled: splitting what is refused, and
 * settling each piece as soon as it is decided, so that a crash repeats only what was in flight.
 *
 * @module
 */

import { StoppedError } from "../model/errors.ts";
import type { RowVerdict } from "../model/answer.ts";
import type { Batch, Span } from "../model/batch.ts";
import type { Refusal, Settled } from "../model/outcome.ts";
import type { Problem } from "../model/problem.ts";
import { plural } from "../text/words.ts";
import type { Observer } from "../model/run_events.ts";
import { RetryState } from "./retry.ts";
import { noAnswer, type PendingRequest } from "./outcome.ts";
import { BisectionPolicy } from "./bisection_policy.ts";
import type { Requester } from "./requester.ts";
import { halves, Pieces, spread } from "./split.ts";

/**
 * Requests in a row without an answer, whose rows can't be sent again, after which the run stops: an
 * outage must not turn the rest of a file into rows of which nobody knows.
 */
const MOST_UNANSWERED = 5;

/** What came in the place of an answer to requests of an earlier part of the run. */
const ENDED = "the run ended before it came";

/** What a delivery of spans works with. */
export interface BatchDeliveryOptions {
  readonly requester: Requester;
  /** The API's name. */
  readonly title: string;
  readonly ack: (settled: Settled) => Promise<void>;
  readonly emit: Observer;
  /** True when an earlier part of the run had rows accepted. */
  readonly acceptedBefore: boolean;
}

/** Rows of a span that go in one request. */
interface Part extends PendingRequest {
  /** Which rows of the span's batch they are, ascending; null for a span that is still whole. */
  readonly indexes: readonly number[] | null;
}

/** A span in the works. */
interface Work {
  readonly batch: Batch;
  readonly pieces: Pieces;
  /** What is still to be sent, in this order. */
  parts: Part[];
  /** How the rows are to be sent once single ones were tried; null while none are. */
  afterSample: readonly (readonly number[])[] | null;
  /** Rows that have their outcome, where the span was split. */
  readonly decided: Set<number>;
}

/** Delivers spans. Shared by all workers. */
export class BatchDelivery {
  readonly #options: BatchDeliveryOptions;
  readonly #bisection: BisectionPolicy;
  #unanswered = 0;

  constructor(options: BatchDeliveryOptions) {
    this.#options = options;
    this.#bisection = new BisectionPolicy(options.acceptedBefore);
  }

  /**
   * Delivers a span.
   *
   * @returns True when all of it is settled, false when the run halted first.
   * @throws {StoppedError} when the run can't go on. What was decided is settled.
   */
  async deliver(span: Span): Promise<boolean> {
    const { batch } = span;
    const pieces = new Pieces(span);
    if (batch === null) {
      const unknown = (span.unanswered ?? []).map((place) => ({
        place,
        problem: noAnswer(this.#options.title, ENDED),
      }));
      const settled = { span: pieces.takeAll(), accepted: 0, refused: [], unknown };
      await this.#options.ack(settled);
      return true;
    }
    const { apiJob } = span;
    const whole: Part = { batch, indexes: null, retries: new RetryState(), apiJob };
    if (span.answered !== undefined) {
      whole.retries.answered = span.answered;
      whole.retries.unanswered = apiJob === undefined ? ENDED : null;
    }
    const work: Work = { batch, pieces, parts: [whole], afterSample: null, decided: new Set() };
    for (let next = nextPart(work); next; next = nextPart(work)) {
      if (!await this.#deliverPart(work, next)) return false;
    }
    return true;
  }

  async #deliverPart(work: Work, part: Part): Promise<boolean> {
    const outcome = await this.#options.requester.deliver(part);
    if (outcome.kind === "pending") return false;
    if (outcome.kind === "unknown") {
      await this.#ack(work, part.indexes, { unknown: refuse(part, outcome.problem) });
      if (outcome.stops) throw outcome.stops;
      if (!outcome.excused && ++this.#unanswered >= MOST_UNANSWERED) {
        throw this.#nobodyAnswers(outcome.reason);
      }
      return true;
    }
    this.#unanswered = 0;
    switch (outcome.kind) {
      case "accepted":
        this.#bisection.accepted();
        await this.#ack(work, part.indexes, {});
        endSample(work);
        return true;
      case "exhausted":
        await this.#ack(work, part.indexes, { refused: refuse(part, outcome.problem) });
        return true;
      case "partial":
        return await this.#onPartial(work, part, outcome.results);
      case "refused":
        await this.#onRefused(work, part, outcome.problem);
        return true;
    }
  }

  /** Settles one bad row, or arranges for the rest of the span to be sent in smaller requests. */
  async #onRefused(work: Work, part: Part, problem: Problem): Promise<void> {
    const rows = part.batch.length;
    this.#bisection.refused(rows);
    if (rows === 1) {
      await this.#ack(work, part.indexes, { refused: refuse(part, problem) });
      // A sample that found nothing good says the same of the rows that it was taken from.
      const stops = work.batch.length === 1
        ? this.#bisection.stopsAfterSingle
        : this.#bisection.afterSeveral === "stop" && hasMore(work);
      if (stops) throw this.#nothingGetsThrough(problem);
      return;
    }
    const next = this.#bisection.afterSeveral;
    if (next === "stop") throw this.#nothingGetsThrough(problem);
    const smaller = halves(indexesOf(part));
    if (next === "halve") {
      work.parts.unshift(...smaller.map((indexes) => pick(work, indexes)));
      this.#options.emit({ kind: "split", rows, into: "halves" });
    } else {
      work.afterSample = [...smaller, ...work.parts.map(indexesOf)];
      const rest = work.afterSample.flat();
      const singles = spread(rest.length, this.#bisection.sampleSize);
      work.parts = singles.map((at) => pick(work, rest.slice(at, at + 1)));
      this.#options.emit({ kind: "split", rows: rest.length, into: "single rows" });
    }
  }

  async #onPartial(
    work: Work,
    part: Part,
    results: readonly (RowVerdict | null)[],
  ): Promise<boolean> {
    const decided: number[] = [];
    const refused: Refusal[] = [];
    const unknown: Refusal[] = [];
    const others: number[] = [];
    const again: number[] = [];
    let reason = "";
    for (const [position, index] of indexesOf(part).entries()) {
      const result = results[position];
      if (result?.kind === "again") {
        others.push(index);
        continue;
      }
      if (result?.kind === "retry") {
        again.push(index);
        reason = result.reason;
        continue;
      }
      decided.push(index);
      const place = work.batch.place(index);
      if (result) (result.kind === "refused" ? refused : unknown).push({ place, ...result });
    }
    const accepted = decided.length - refused.length - unknown.length;
    if (accepted > 0) this.#bisection.accepted();
    if (decided.length > 0) await this.#ack(work, decided, { refused, unknown });
    if (accepted > 0) endSample(work);
    this.#sendOthers(work, others, part);
    if (again.length === 0) return true;

    // Rows that got through are progress: the others' time starts afresh.
    const rest = pick(work, again, accepted > 0 ? new RetryState() : part.retries);
    const outcome = await this.#options.requester.again(rest, reason);
    if (outcome === null) work.parts.unshift(rest);
    else if (outcome.kind === "exhausted") {
      await this.#ack(work, rest.indexes, { refused: refuse(rest, outcome.problem) });
    }
    return outcome?.kind !== "pending";
  }

  /** Arranges for rows to go in other requests: together, or in halves where none of the part was told. */
  #sendOthers(work: Work, others: readonly number[], part: Part): void {
    if (others.length === 0) return;
    const isNew = others.length < part.batch.length;
    const lists = isNew || others.length === 1 ? [others] : halves(others);
    work.parts.unshift(...lists.map((indexes) => pick(work, indexes)));
    if (!isNew) this.#options.emit({ kind: "split", rows: others.length, into: "halves" });
  }

  /** Settles these rows, or all of them: those not named were accepted. */
  #ack(
    { pieces, batch, decided }: Work,
    indexes: readonly number[] | null,
    { refused = [], unknown = [] }: Partial<Pick<Settled, "refused" | "unknown">>,
  ): Promise<void> {
    for (const index of indexes ?? []) decided.add(index);
    const span = indexes === null
      ? pieces.takeAll()
      : pieces.take(indexes.map((index) => batch.place(index).number));
    const rows = indexes === null ? batch.length : indexes.length;
    const accepted = rows - refused.length - unknown.length;
    return this.#options.ack({ span, accepted, refused, unknown });
  }

  #nothingGetsThrough({ message }: Problem): StoppedError {
    const { title } = this.#options;
    const { acceptedBefore, rows } = this.#bisection;
    const what = acceptedBefore ? `refused ${plural(rows, "row")} in a row` : "refuses every row";
    return new StoppedError(
      `${title} ${what} (${message.replace(/\.$/, "")}): check the mapping and the settings`,
    );
  }

  #nobodyAnswers(reason: string): StoppedError {
    return new StoppedError(
      `${this.#options.title} gave no answer to ${plural(this.#unanswered, "request")} in a row ` +
        `(${reason})`,
    );
  }
}

/** Rows of a span as a part of their own. */
function pick({ batch }: Work, indexes: readonly number[], retries = new RetryState()): Part {
  return { batch: batch.pick(indexes), indexes, retries };
}

function indexesOf({ batch, indexes }: Part): readonly number[] {
  return indexes ?? Array.from({ length: batch.length }, (_, index) => index);
}

function refuse({ batch }: Part, problem: Problem): Refusal[] {
  return Array.from({ length: batch.length }, (_, index) => ({
    place: batch.place(index),
    problem,
  }));
}

/** What is to be sent next: when a sample is used up, what was left of the span before it. */
function nextPart(work: Work): Part | undefined {
  if (work.parts.length === 0) endSample(work);
  return work.parts.shift();
}

/** Goes back to how the rows were to be sent before single ones were tried, without those. */
function endSample(work: Work): void {
  if (work.afterSample === null) return;
  work.parts = work.afterSample.map((indexes) => undecided(work, indexes))
    .filter(({ length }) => length > 0)
    .map((indexes) => pick(work, indexes));
  work.afterSample = null;
}

function hasMore(work: Work): boolean {
  return work.parts.length > 0 || undecided(work, work.afterSample?.flat() ?? []).length > 0;
}

function undecided({ decided }: Work, indexes: readonly number[]): readonly number[] {
  return indexes.filter((index) => !decided.has(index));
}
