/**
 * Several spans as one. All pure.
 *
 * @module
 */

import type { SpanRows } from "../model/batch.ts";
import type { RowRanges } from "../model/row.ts";
import type { Refusal, Settled } from "../model/outcome.ts";
import { joinRanges, rangesOf } from "../model/row_ranges.ts";

/**
 * Settled spans, at least one, as one that settles the rows of all of them, in source order. Its mark
 * is the furthest of theirs, which holds as each of them does: once all rows before it are settled.
 */
export function joinSettled(group: readonly Settled[]): Settled {
  const [first, ...others] = group;
  if (first === undefined) throw new Error("Nothing was settled");
  if (others.length === 0) return first;
  const spans = group.map(({ span }) => span);
  return {
    span: {
      rows: joinRanges(spans.map(({ rows }) => rows)),
      ...joinDecided(spans),
      at: spans.map(({ at }) => at).reduce((a, b) => a.offset > b.offset ? a : b),
    },
    accepted: group.reduce((sum, { accepted }) => sum + accepted, 0),
    refused: group.flatMap(({ refused }) => refused).sort(byPlace),
    unknown: group.flatMap(({ unknown }) => unknown).sort(byPlace),
  };
}

type Decided = Pick<SpanRows, "rejections" | "filtered">;

/** What was decided in spans without sending, in source order. */
export function joinDecided(spans: readonly Decided[]): Decided {
  return {
    rejections: spans.flatMap(({ rejections }) => rejections).sort((a, b) => a.row - b.row),
    filtered: spans.flatMap(({ filtered }) => filtered).sort((a, b) => a.first - b.first),
  };
}

/** The rows that were decided without sending. */
export function rowsDecided({ rejections, filtered }: Decided): RowRanges {
  const rejected = rangesOf(rejections.map(({ row }) => row));
  return joinRanges([rejected, filtered.map(({ first, last }) => [first, last])]);
}

function byPlace(a: Refusal, b: Refusal): number {
  return a.place.number - b.place.number;
}
