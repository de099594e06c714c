/**
 * Cutting a span into pieces that are settled one by one. All pure.
 *
 * @module
 */

import type { Item, Span } from "../types.ts";
import { rangesOf } from "./ranges.ts";

/** The two halves of several items; the first is never the larger. */
export function halves(items: readonly Item[]): [readonly Item[], readonly Item[]] {
  const middle = Math.floor(items.length / 2);
  return [items.slice(0, middle), items.slice(middle)];
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
  readonly #span: Span;
  #taken = 0;

  constructor(span: Span) {
    this.#span = span;
  }

  /** The piece that holds these items of the span, none of which was taken before. */
  take(items: readonly Item[]): Span {
    const span = this.#span;
    const first = this.#taken === 0;
    if (first && items.length === span.items.length) return span;
    this.#taken += items.length;
    const rejections = first ? span.rejections : [];
    const filtered = first ? span.filtered : [];
    const rows = [
      ...items.map(({ row }) => row.number),
      ...[...rejections, ...filtered].map(({ row }) => row),
    ];
    return { rows: rangesOf(rows), items, rejections, filtered, at: span.at };
  }
}
