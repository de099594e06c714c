/**
 * Rows into spans: the rows of one request, and the rows between them that were decided without
 * sending. A span is cut by row count and by exact encoded bytes. Pure but for `mark`.
 *
 * @module
 */

import type { PayloadWriter } from "../model/payload_writer.ts";
import { positionAfter, positionBefore } from "../model/positions.ts";
import type { FilteredRow, Route, Span } from "../model/batch.ts";
import type { Destination } from "../model/destination.ts";
import type { Problem, Rejection } from "../model/problem.ts";
import type { Position, Row, SourceMark } from "../model/row.ts";
import { BatchBuilder, fragmentsOf, type FrameLiterals } from "./batch.ts";
import { joinDecided } from "./join.ts";
import { appendRow, type GrowingRanges, rangesOf } from "../model/row_ranges.ts";

/** How large a request may be. */
export interface BatchLimits {
  /** Rows of one request after the other, from the first again after the last. */
  readonly rowsPerRequest: readonly number[];
  /** UTF-8 bytes of a whole request body. */
  readonly bytesPerRequest: number;
  /** UTF-8 bytes of one row's payload. */
  readonly bytesPerRow: number;
  readonly frame: Destination["frame"];
}

/**
 * A span that finds few rows to send is cut after so many rows or bytes of the source, so that a
 * file that is mostly filtered or rejected neither piles up in memory nor goes unrecorded. Rejected
 * rows are held with their bytes and problems: where they are the most, they count for themselves.
 */
const LONGEST_SPAN = { rows: 50_000, bytes: 4 * 1024 * 1024, rejections: 250 };

/** Where rows go to many URLs, requests of so many are filled at a time: each keeps its rows' blocks. */
const MOST_OPEN = 64;

/** A span that rows are still added to. */
interface OpenSpan {
  /** Undefined until the first row to send comes. */
  route: Route | undefined;
  /** Null until the first row to send comes, and where rows are only counted. */
  batch: BatchBuilder | null;
  /** What rows of the same request may not have in common. */
  readonly keys: Set<string>;
  /** Rows to send. */
  count: number;
  /** Bytes of the rows' payloads and what separates them. */
  bytes: number;
  readonly rows: GrowingRanges;
  readonly rejections: Rejection[];
  readonly filtered: FilteredRow[];
  readonly firstRow: number;
  readonly firstByte: number;
  /** A mark at or before the span's first row. */
  readonly opened: SourceMark;
}

/** What the requests come to that the spans cut so far make. */
export interface RequestTotals {
  rows: number;
  requests: number;
  /** UTF-8 bytes of all request bodies. */
  bytes: number;
}

/**
 * Collects rows, handed in in source order, into spans. Each route has a span of its own, so that
 * with several routes the spans' rows interleave.
 */
export class Batcher {
  readonly #limits: BatchLimits;
  readonly #frames: FrameLiterals[] = [];
  /** By route, of which one span is open at a time. */
  readonly #builders: BatchBuilder[] = [];
  readonly #mark: (position: Position) => SourceMark;
  /** Oldest first; what is decided without sending goes into the oldest. */
  #open: OpenSpan[] = [];
  #ready: { readonly span: Span; readonly opened: SourceMark }[] = [];
  #lastMark: SourceMark | undefined;
  #lastRow: Row | undefined;
  readonly #keepsRows: boolean;
  /** Requests that were cut because they were full. */
  #filled = 0;
  readonly #totals: RequestTotals = { rows: 0, requests: 0, bytes: 0 };

  /**
   * @param mark Adds the digest to a position. Called with ascending positions, each at the start
   * or the end of the row that is being added, or of the last one.
   * @param keepsRows False to count the rows to send in `totals` and let go of them.
   */
  constructor(
    limits: BatchLimits,
    mark: (position: Position) => SourceMark,
    keepsRows = true,
  ) {
    this.#keepsRows = keepsRows;
    this.#limits = limits;
    this.#mark = mark;
  }

  /** The requests of the spans that were cut so far. */
  get totals(): Readonly<RequestTotals> {
    return this.#totals;
  }

  /** True when {@linkcode take} has a span to give. */
  get full(): boolean {
    return this.#ready.length > 0;
  }

  /** The next span that is full, or null. */
  take(): Span | null {
    return this.#ready.shift()?.span ?? null;
  }

  /** The next of the remaining spans, full or not; null when there are no more. */
  flush(): Span | null {
    const oldest = this.#open[0];
    if (!this.full && oldest && this.#lastRow) this.#cut(oldest, positionAfter(this.#lastRow));
    return this.take();
  }

  /**
   * Adds a row to send; what `payload` holds is copied. Only its length counts where rows are only
   * counted. No two rows of a request have the same `key`.
   *
   * @returns What is wrong when the row alone exceeds what the destination takes. Then nothing was
   * added, and the row is to be handed in as a rejection.
   */
  add(
    row: Row,
    payload: PayloadWriter,
    route: Route,
    key: string | null = null,
  ): Problem | null {
    const { bytesPerRequest, bytesPerRow } = this.#limits;
    const frame = this.#frameOf(route);
    const bytes = payload.length;
    const room = bytesPerRequest - frame.head.length - frame.tail.length;
    const largest = Math.min(bytesPerRow, room);
    if (bytes > largest) return rowTooLarge(bytes, largest);

    let span = this.#spanFor(route, row);
    const isFull = span.count > 0 && span.bytes + frame.separator.length + bytes > room;
    if (isFull || key !== null && span.keys.has(key)) {
      this.#cut(span, positionBefore(row));
      span = this.#spanFor(route, row);
    }
    if (key !== null) span.keys.add(key);
    span.bytes += (span.count > 0 ? frame.separator.length : 0) + bytes;
    span.count++;
    if (this.#keepsRows) {
      span.batch ??= typeof route === "string"
        ? new BatchBuilder(frame, route)
        : this.#builders[route] ??= new BatchBuilder(frame, route);
      span.batch.add(row, payload);
    }
    this.#added(span, row);
    if (span.count >= this.#mostRows()) {
      this.#filled++;
      this.#cut(span, positionAfter(row));
    }
    return null;
  }

  /** Routes by what is in the URL of their rows are worded alike. */
  #frameOf(route: Route): FrameLiterals {
    const at = typeof route === "string" ? 0 : route;
    return this.#frames[at] ??= fragmentsOf(this.#limits.frame(route));
  }

  /** Rows that the request which is filled next may hold. */
  #mostRows(): number {
    const { rowsPerRequest } = this.#limits;
    return rowsPerRequest[this.#filled % rowsPerRequest.length] ?? 1;
  }

  /** Adds a row that was rejected before sending. */
  addRejection(row: Row, rejection: Rejection): void {
    const span = this.#open[0] ?? this.#start(row);
    span.rejections.push(rejection);
    this.#added(span, row);
  }

  /** Adds a row that a filter left out. */
  addFiltered(row: Row, rule: string): void {
    const span = this.#open[0] ?? this.#start(row);
    span.filtered.push({ row: row.number, rule });
    this.#added(span, row);
  }

  /** The mark behind a row that goes its own way. */
  markAfter(row: Row): SourceMark {
    this.#lastRow = row;
    return this.#markAt(positionAfter(row));
  }

  /** Forgets the rows to send that were not taken yet, and keeps what was decided without sending. */
  dropBatches(): void {
    const spans = [...this.#ready.map(({ span }) => span), ...this.#open];
    const { rejections, filtered } = joinDecided(spans);
    const rows = rangesOf([...rejections, ...filtered].map(({ row }) => row));
    // The forgotten rows are in no span, so the mark must not be after any of them.
    const [at] = [...this.#ready, ...this.#open].map(({ opened }) => opened)
      .sort((a, b) => a.row - b.row);
    this.#open = [];
    this.#ready = [];
    this.#builders.length = 0;
    if (at && rows.length > 0) {
      this.#ready.push({ span: { rows, batch: null, rejections, filtered, at }, opened: at });
    }
  }

  #spanFor(route: Route, row: Row): OpenSpan {
    const oldest = this.#open[0];
    if (oldest !== undefined && oldest.route === route) return oldest;
    for (const span of this.#open) {
      if (span.route === route) return span;
      if (span.route === undefined) {
        span.route = route;
        return span;
      }
    }
    const open = this.#start(row, route);
    if (oldest !== undefined && this.#open.length > MOST_OPEN) {
      this.#cut(oldest, positionBefore(row));
    }
    return open;
  }

  #start(row: Row, route?: Route): OpenSpan {
    // With nothing else open, every row since the last cut is in a span that was cut.
    const opened = this.#open.length === 0 && this.#lastMark
      ? this.#lastMark
      : this.#markAt(positionBefore(row));
    const span: OpenSpan = {
      route,
      batch: null,
      keys: new Set(),
      count: 0,
      bytes: 0,
      rows: [],
      rejections: [],
      filtered: [],
      firstRow: row.number,
      firstByte: row.start,
      opened,
    };
    this.#open.push(span);
    return span;
  }

  #added(span: OpenSpan, row: Row): void {
    appendRow(span.rows, row.number);
    this.#lastRow = row;
    const oldest = this.#open[0] ?? span;
    if (
      oldest.rejections.length >= Math.max(LONGEST_SPAN.rejections, 2 * oldest.count) ||
      row.number - oldest.firstRow >= LONGEST_SPAN.rows - 1 ||
      row.end - oldest.firstByte >= LONGEST_SPAN.bytes
    ) {
      this.#cut(oldest, positionAfter(row));
    }
  }

  /** Closes a span; every row before `position` was added. */
  #cut(span: OpenSpan, position: Position): void {
    const index = this.#open.indexOf(span);
    if (index < 0) return;
    this.#open.splice(index, 1);
    const at = this.#open[0]?.opened ?? this.#markAt(position);
    const { rows, rejections, filtered, opened } = span;
    if (span.count > 0) {
      const frame = this.#frameOf(span.route ?? 0);
      this.#totals.rows += span.count;
      this.#totals.requests++;
      this.#totals.bytes += frame.head.length + span.bytes + frame.tail.length;
    }
    const batch = span.batch?.finish() ?? null;
    this.#ready.push({ span: { rows, batch, rejections, filtered, at }, opened });
  }

  #markAt(position: Position): SourceMark {
    return this.#lastMark = this.#mark(position);
  }
}

/** Why a row can't be sent in any request. */
function rowTooLarge(bytes: number, limit: number): Problem {
  return {
    code: "row-too-large",
    column: null,
    message: `The row takes ${bytes} bytes in a request, and the destination allows ${limit}.`,
  };
}
