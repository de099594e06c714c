/**
 * Rows into spans: the rows of one request, and the rows between them that were decided without
 * sending. A span is cut by row count and by exact encoded bytes. Pure but for `mark`.
 *
 * @module
 */

import type { DecidedRows } from "../model/decided_rows.ts";
import type { PayloadWriter } from "../model/payload_writer.ts";
import { positionAfter, positionBefore } from "../model/positions.ts";
import type { Route, Span } from "../model/batch.ts";
import type { Problem, Rejection } from "../model/problem.ts";
import type { Place, Position, Row, SourceMark } from "../model/row.ts";
import { BatchBuilder, fragmentsOf, type FrameLiterals } from "./batch.ts";
import { type BatchLimits, type RequestTotals, rowTooLarge } from "./limits.ts";
import { appendFiltered, isLong, type OpenSpan } from "./open_span.ts";
import { joinDecided, rowsDecided } from "./join.ts";
import { appendRange, appendRow } from "../model/row_ranges.ts";

export type { BatchLimits } from "./limits.ts";

/** Where rows go to many URLs, requests of so many are filled at a time: each keeps its rows' blocks. */
const MOST_OPEN = 64;

/** The route of rows that were decided together, and of all others of their run. */
const DECIDED_ROUTE = 0;

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
  #lastRow: Place | undefined;
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
    appendFiltered(span, row.number, rule);
    this.#added(span, row);
  }

  /**
   * Adds rows `[from, to)` that were decided, where all go by one route, until a span is full.
   *
   * @returns the index of the first that was not added.
   */
  addDecided(rows: DecidedRows, from: number, to: number): number {
    const { bytesPerRequest } = this.#limits;
    const frame = this.#frameOf(DECIDED_ROUTE);
    const room = bytesPerRequest - frame.head.length - frame.tail.length;
    let span = this.#open[0] ?? this.#start(rows.place(from));
    let index = from;
    let added = from;
    const mostRows = this.#mostRows();
    for (; index < to && !this.full; index++) {
      const rule = rows.rule(index);
      if (rule === null) {
        const bytes = rows.payloadLength(index);
        if (span.count > 0 && span.bytes + frame.separator.length + bytes > room) {
          this.#addRange(span, rows, added, index);
          added = index;
          const place = rows.place(index);
          this.#cut(span, positionBefore(place));
          span = this.#start(place);
        }
        span.route = DECIDED_ROUTE;
        span.bytes += (span.count > 0 ? frame.separator.length : 0) + bytes;
        span.count++;
      } else {
        appendFiltered(span, rows.number(index), rule);
      }
      const isFull = rule === null && span.count >= mostRows;
      if (isFull) this.#filled++;
      if (isFull || isLong(span, rows.number(index), rows.end(index))) {
        this.#addRange(span, rows, added, index + 1);
        added = index + 1;
        this.#cut(span, positionAfter(rows.place(index)));
      }
    }
    if (added < index) this.#addRange(span, rows, added, index);
    return index;
  }

  /** Adds rows `[from, to)` to a span whose numbers count them already. */
  #addRange(span: OpenSpan, rows: DecidedRows, from: number, to: number): void {
    if (from === to) return;
    appendRange(span.rows, rows.number(from), rows.number(to - 1));
    if (this.#keepsRows && span.route !== undefined) {
      const frame = this.#frameOf(DECIDED_ROUTE);
      span.batch ??= this.#builders[DECIDED_ROUTE] ??= new BatchBuilder(frame, DECIDED_ROUTE);
      span.batch.addDecided(rows, from, to);
    }
    this.#lastRow = rows.place(to - 1);
  }

  /** The mark behind a row that goes its own way. */
  markAfter(row: Place): SourceMark {
    this.#lastRow = row;
    return this.#markAt(positionAfter(row));
  }

  /** Forgets the rows to send that were not taken yet, and keeps what was decided without sending. */
  dropBatches(): void {
    const spans = [...this.#ready.map(({ span }) => span), ...this.#open];
    const { rejections, filtered } = joinDecided(spans);
    const rows = rowsDecided({ rejections, filtered });
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

  #start(row: Place, route?: Route): OpenSpan {
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
    if (isLong(oldest, row.number, row.end)) this.#cut(oldest, positionAfter(row));
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
