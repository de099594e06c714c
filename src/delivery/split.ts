/**
 * Cutting a span into pieces that are settled one by one. All pure.
 *
 * @module
 */

import type { SpanRows } from "../model/batch.ts";
import { joinRanges, rangesOf } from "../model/row_ranges.ts";
import { rowsDecided } from "./join.ts";

/** The two halves of a list; the first is never the larger. */
export function halves<T>(list: readonly T[]): [readonly T[], readonly T[]] {
  const middle = Math.floor(list.length / 2);
  return [list.slice(0, middle), list.slice(middle)];
}

/** Up to `count` indices of a list of `length`, evenly spread over it, ascending. */
export function spread(length: number, count: number): number[] {
  const picks = Math.min(length, count);
  return Array.from({ length: picks }, (_, pick) => Math.floor((pick + 0.5) * length / picks));
}

/**
 * A span in pieces. The pieces' rows are disjoint and together are the span's; what was decided
 * without sending goes with the first piece taken, so that it is recorded as soon as anything is.
 * Each piece carries the span's own mark, which holds once the whole span is settled.
 */
export class Pieces {
  readonly #span: SpanRows;
  #taken = 0;

  constructor(span: SpanRows) {
    this.#span = span;
  }

  /** The piece that holds all of the span, of which nothing was taken before. */
  takeAll(): SpanRows {
    return this.#span;
  }

  /** The piece that holds these of the span's rows to send, none of which was taken before. */
  take(sent: readonly number[]): SpanRows {
    const { at, ...span } = this.#span;
    const first = this.#taken === 0;
    this.#taken += sent.length;
    const rejections = first ? span.rejections : [];
    const filtered = first ? span.filtered : [];
    const rows = joinRanges([rangesOf(sent), rowsDecided({ rejections, filtered })]);
    return { rows, rejections, filtered, at };
  }
}
