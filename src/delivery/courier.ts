/**
 * One span from its first request until every row of it is settled: splitting what is refused, and
 * settling each piece as soon as it is decided, so that a crash repeats only what was in flight.
 *
 * @module
 */

import { StoppedError } from "../errors.ts";
import type { Item, Problem, Refusal, RowVerdict, Settled, Span } from "../types.ts";
import { plural } from "../words.ts";
import type { Emit } from "./events.ts";
import { type Group, group } from "./outcome.ts";
import { RefusalStreak } from "./refusals.ts";
import type { Requester } from "./requester.ts";
import { halves, Pieces, spread } from "./split.ts";

/**
 * Requests in a row without an answer, whose rows can't be sent again, after which the run stops: an
 * outage must not turn the rest of a file into rows of which nobody knows.
 */
const MOST_UNANSWERED = 5;

/** What a courier works with. */
export interface CourierOptions {
  readonly requester: Requester;
  /** The destination's name. */
  readonly name: string;
  readonly settle: (settled: Settled) => Promise<void>;
  readonly emit: Emit;
}

/** A span in the works. */
interface Work {
  readonly span: Span;
  readonly pieces: Pieces;
  /** What is still to be sent, in this order. */
  groups: Group[];
  /** True while single rows are tried to see whether anything gets through. */
  sampling: boolean;
}

/** Delivers spans. Shared by all workers. */
export class Courier {
  readonly #options: CourierOptions;
  readonly #refusals = new RefusalStreak();
  #unanswered = 0;

  constructor(options: CourierOptions) {
    this.#options = options;
  }

  /**
   * Delivers a span.
   *
   * @returns True when all of it is settled, false when the run halted first.
   * @throws {StoppedError} when the run can't go on. What was decided is settled.
   */
  async deliver(span: Span): Promise<boolean> {
    const work: Work = {
      span,
      pieces: new Pieces(span),
      groups: [group(span.items)],
      sampling: false,
    };
    if (span.items.length === 0) {
      await this.#settle(work, [], {});
      return true;
    }
    for (let next = work.groups.shift(); next; next = work.groups.shift()) {
      if (!await this.#deliverGroup(work, next)) return false;
    }
    return true;
  }

  async #deliverGroup(work: Work, group: Group): Promise<boolean> {
    const { items } = group;
    const outcome = await this.#options.requester.deliver(group);
    if (outcome.kind === "pending") return false;
    if (outcome.kind === "unknown") {
      await this.#settle(work, items, { unknown: refuse(items, outcome.problem) });
      if (!outcome.killed && ++this.#unanswered >= MOST_UNANSWERED) {
        throw this.#nobodyAnswers(outcome.reason);
      }
      return true;
    }
    this.#unanswered = 0;
    switch (outcome.kind) {
      case "accepted":
        this.#refusals.accepted();
        endSample(work);
        await this.#settle(work, items, {});
        return true;
      case "exhausted":
        await this.#settle(work, items, { refused: refuse(items, outcome.problem) });
        return true;
      case "partial":
        return await this.#onPartial(work, group, outcome.results);
      case "refused":
        await this.#onRefused(work, items, outcome.problem);
        return true;
    }
  }

  /** Settles one bad row, or arranges for the rest of the span to be sent in smaller requests. */
  async #onRefused(work: Work, items: readonly Item[], problem: Problem): Promise<void> {
    this.#refusals.refused(items.length);
    if (items.length === 1) {
      await this.#settle(work, items, { refused: refuse(items, problem) });
      // A sample that found nothing good says the same of the rows that it was taken from.
      const stops = work.span.items.length === 1
        ? this.#refusals.stopsAfterSingle
        : this.#refusals.afterSeveral === "stop" && work.groups.length > 0;
      if (stops) throw this.#nothingGetsThrough(problem);
      return;
    }
    const rest = [items, ...work.groups.map((group) => group.items)].flat();
    const next = this.#refusals.afterSeveral;
    if (next === "stop") throw this.#nothingGetsThrough(problem);
    if (next === "halve") {
      work.groups.unshift(...halves(items).map(group));
      this.#options.emit({ kind: "split", rows: items.length, into: "halves" });
    } else {
      work.groups = sample(rest, this.#refusals.sampleSize);
      work.sampling = true;
      this.#options.emit({ kind: "split", rows: rest.length, into: "single rows" });
    }
  }

  async #onPartial(
    work: Work,
    { items, tries }: Group,
    results: readonly (RowVerdict | null)[],
  ): Promise<boolean> {
    const decided: Item[] = [];
    const refused: Refusal[] = [];
    const again: Item[] = [];
    let reason = "";
    for (const [index, item] of items.entries()) {
      const result = results[index];
      if (result?.kind === "retry") {
        again.push(item);
        reason = result.reason;
        continue;
      }
      decided.push(item);
      if (result) refused.push({ item, problem: result.problem });
    }
    const accepted = decided.length - refused.length;
    if (accepted > 0) this.#refusals.accepted();
    if (decided.length > 0) await this.#settle(work, decided, { refused });
    if (again.length === 0) return true;

    // Rows that got through are progress: the others' time starts afresh.
    const rest = accepted > 0 ? group(again) : { items: again, tries };
    const outcome = await this.#options.requester.again(rest, reason);
    if (outcome === null) work.groups.unshift(rest);
    else if (outcome.kind === "exhausted") {
      await this.#settle(work, again, { refused: refuse(again, outcome.problem) });
    }
    return outcome?.kind !== "pending";
  }

  /** Settles these items: those not named were accepted. */
  #settle(
    { pieces }: Work,
    items: readonly Item[],
    { refused = [], unknown = [] }: Partial<Pick<Settled, "refused" | "unknown">>,
  ): Promise<void> {
    const accepted = items.length - refused.length - unknown.length;
    return this.#options.settle({ span: pieces.take(items), accepted, refused, unknown });
  }

  #nothingGetsThrough({ message }: Problem): StoppedError {
    return new StoppedError(
      `${this.#options.name} refuses every row (${message.replace(/\.$/, "")}): ` +
        "check the mapping and the settings",
    );
  }

  #nobodyAnswers(reason: string): StoppedError {
    return new StoppedError(
      `${this.#options.name} gave no answer to ${plural(this.#unanswered, "request")} in a row ` +
        `(${reason})`,
    );
  }
}

function refuse(items: readonly Item[], problem: Problem): Refusal[] {
  return items.map((item) => ({ item, problem }));
}

/** Up to `size` single rows out of many, and the others as one group behind them. */
function sample(items: readonly Item[], size: number): Group[] {
  const picked = new Set(spread(items.length, size));
  const singles = items.filter((_, index) => picked.has(index));
  const others = items.filter((_, index) => !picked.has(index));
  const groups = singles.map((item) => group([item]));
  return others.length > 0 ? [...groups, group(others)] : groups;
}

/** Something got through: what a sample left over is sent together again. */
function endSample(work: Work): void {
  if (!work.sampling) return;
  const rest = work.groups.flatMap(({ items }) => items);
  work.groups = rest.length > 0 ? [group(rest.sort((a, b) => a.row.number - b.row.number))] : [];
  work.sampling = false;
}
