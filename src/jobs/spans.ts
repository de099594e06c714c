/**
 * Rows into spans: reader → mapping → filter → batcher. The sender pulls; nothing is read ahead of
 * what it asks for but the rest of a block.
 *
 * @module
 */

import type { ErrorBound } from "../config/values.ts";
import { rawBytes } from "../csv/raw.ts";
import type { RowSource } from "../csv/reader.ts";
import type { Batcher } from "../delivery/batcher.ts";
import type { CompiledMapping } from "../mapping/compile.ts";
import { PayloadWriter } from "../model/payload_writer.ts";
import { type Cut, DecidedRows } from "../model/decided_rows.ts";
import type { Span } from "../model/batch.ts";
import type { Sink } from "../model/destination.ts";
import type { Problem, Rejection, Stage } from "../model/problem.ts";
import type { Place, Row } from "../model/row.ts";
import { exceeds } from "./error_bound.ts";
import { isUnended } from "./growth.ts";
import type { RowsInDoubt } from "./in_doubt.ts";

/** What the rows of a file go through on their way to the sender. */
export interface SpanSourceOptions {
  readonly reader: RowSource;
  readonly mapping: CompiledMapping;
  readonly sink: Sink;
  readonly batcher: Batcher;
  /** True for rows that an earlier part of the run settled. */
  readonly settled?: (row: number) => boolean;
  readonly maxErrors?: ErrorBound;
  /** Rows that are taken in hand at most. */
  readonly stopAfter?: number | undefined;
  /** Rows read and rejected by earlier parts of the run, which `maxErrors` counts too. */
  readonly earlier?: { readonly read: number; readonly rejected: number };
  /** Told of the rows of each block as they are taken in hand. */
  readonly onRead?: (rows: number) => void;
  /** Sees a row that was rejected, with its fields. */
  readonly onRejected?: (row: Row, problems: readonly Problem[]) => void;
  /** Rows that an earlier part of the run sent without getting an answer. */
  readonly inDoubt?: RowsInDoubt;
  /** Asked of a last row without a line end: true when it goes on by now, and must not be sent. */
  readonly isHalf?: (row: Row) => Promise<boolean>;
  /** A check beyond the mapping's, of rows that the reader found no fault with. */
  readonly inspect?: (row: Row) => Problem | null;
  /** True where rows that could still be sent are left alone once `maxErrors` is exceeded. */
  readonly dropWhenExceeded?: boolean;
}

/** Hands out the spans of a file one after the other. */
export class SpanSource {
  readonly #options: SpanSourceOptions;
  readonly #payload = new PayloadWriter();
  #rows: readonly Cut[] = [];
  #next = 0;
  /** Of rows that were decided together, how many are taken in hand. */
  #nextDecided = 0;
  /** The row that was taken in hand last. */
  #latest: Place | null = null;
  /** The last row of the source, where it has no line end. */
  #last: Row | null = null;
  /** The row that was left out since somebody was still writing it. */
  half: Row | null = null;
  /** Spans of rows that were sent before. */
  #again: Span[] = [];
  #ended = false;
  #read: number;
  #rejected: number;
  /** Set when reading showed that `maxErrors` is exceeded; no span with rows to send follows. */
  exceeded = false;
  /** True when `stopAfter` rows were taken in hand, and the source has more. */
  isCut = false;
  /** Rows that may still be taken in hand. */
  #left: number;

  constructor(options: SpanSourceOptions) {
    this.#options = options;
    this.#read = options.earlier?.read ?? 0;
    this.#rejected = options.earlier?.rejected ?? 0;
    this.#left = options.stopAfter ?? Infinity;
  }

  /** The next span, or null when there are no more. */
  async next(): Promise<Span | null> {
    const { batcher, reader, inDoubt, isHalf } = this.#options;
    while (true) {
      const full = this.#again.shift() ?? batcher.take();
      if (full) return full;
      if (this.#ended) return batcher.flush();
      if (this.#next === this.#rows.length) {
        if (this.#last) {
          await this.#takeLast(this.#last);
          continue;
        }
        const rows = await reader.read();
        if (this.#ended) continue; // Closed meanwhile, the source may have ended within a row.
        if (rows === null) {
          const last = this.#latest;
          if (last) this.#again.push(...inDoubt?.flush(() => batcher.markAfter(last)) ?? []);
          this.end();
          // A percentage of a short file can be told only here.
          if (this.tooManyErrors) this.#stop();
          continue;
        }
        const last = rows.at(-1);
        const isRow = last && !(last instanceof DecidedRows);
        this.#last = isRow && isHalf && isUnended(last) ? last : null;
        this.#rows = this.#last ? rows.slice(0, -1) : rows;
        this.#next = 0;
      }
      this.#fill();
    }
  }

  /** Reads no more; rows in hand still come. */
  end(): void {
    this.#ended = true;
    this.#rows = [];
    this.#next = 0;
    this.#nextDecided = 0;
  }

  /** Counts rows that the API refused toward `maxErrors`. */
  countRefused(rows: number): void {
    this.#rejected += rows;
  }

  /** Takes rows in hand until a span is full or the block's rows are used up. */
  #fill(): void {
    const { batcher, settled, onRead } = this.#options;
    let taken = 0;
    while (this.#next < this.#rows.length && !batcher.full && this.#again.length === 0) {
      const cut = this.#rows[this.#next] as Cut;
      const isDecided = cut instanceof DecidedRows;
      const from = isDecided ? this.#skipSettled(cut) : 0;
      if (isDecided ? from === cut.length : settled?.(cut.number)) {
        this.#goOn();
        continue;
      }
      if (taken === this.#left) {
        this.isCut = true;
        this.end();
        break;
      }
      if (isDecided) taken += this.#takeDecided(cut, from, this.#left - taken);
      else {
        taken++;
        this.#latest = cut;
        this.#goOn();
        this.#take(cut);
      }
    }
    this.#left -= taken;
    this.#read += taken;
    if (taken > 0) onRead?.(taken);
    if (this.tooManyErrors) this.#stop();
  }

  #goOn(): void {
    this.#next++;
    this.#nextDecided = 0;
  }

  /** Index of the next of decided rows that no earlier part of the run settled. */
  #skipSettled(rows: DecidedRows): number {
    const { settled } = this.#options;
    let next = this.#nextDecided;
    while (settled && next < rows.length && settled(rows.number(next))) next++;
    return next;
  }

  /** Takes up to `most` decided rows in hand, and returns how many. */
  #takeDecided(rows: DecidedRows, from: number, most: number): number {
    const { batcher, settled } = this.#options;
    let to = Math.min(rows.length, from + most);
    for (let row = from; settled && row < to; row++) if (settled(rows.number(row))) to = row;
    const behind = batcher.addDecided(rows, from, to);
    this.#nextDecided = behind;
    if (behind === rows.length) this.#goOn();
    return behind - from;
  }

  /** Takes the last row of the source in hand, which has no line end, unless it goes on by now. */
  async #takeLast(last: Row): Promise<void> {
    this.#last = null;
    this.#rows = [];
    this.#next = 0;
    if (await this.#options.isHalf?.(last)) this.half = last;
    else this.#rows = [last];
  }

  #take(row: Row): void {
    const { batcher, mapping, sink, inspect, inDoubt } = this.#options;
    if (inDoubt?.has(row.number)) return this.#takeInDoubt(row, inDoubt);
    if (row.fault) return this.#reject(row, "parse", [row.fault]);
    const found = inspect?.(row) ?? null;
    const values = mapping.check(row);
    if (values === null || found !== null) {
      const problems = values === null ? mapping.problems(row) : [];
      return this.#reject(row, "check", found === null ? problems : [...problems, found]);
    }
    const rule = mapping.filter(values, row);
    if (rule !== null) return batcher.addFiltered(row, rule);
    const payload = this.#payload;
    payload.begin(row);
    mapping.convert?.(values);
    const route = sink.encode(values, row.number, payload);
    if (typeof route === "object") return this.#reject(row, "check", route);
    const problem = batcher.add(row, payload, route, sink.distinctKey?.(values));
    if (problem) this.#reject(row, "check", [problem]);
  }

  /** Takes a row that was sent before: what filters say of it by now doesn't matter. */
  #takeInDoubt(row: Row, inDoubt: RowsInDoubt): void {
    const { batcher, mapping, sink } = this.#options;
    const values = row.fault === null ? mapping.check(row) : null;
    this.#payload.begin(row);
    if (values) mapping.convert?.(values);
    const route = values && sink.encode(values, row.number, this.#payload);
    const sendable = typeof route === "object" ? null : route;
    const span = inDoubt.add(row, sendable, this.#payload, () => batcher.markAfter(row));
    if (span) this.#again.push(span);
  }

  #reject(row: Row, stage: Stage, problems: readonly Problem[]): void {
    this.#rejected++;
    this.#options.onRejected?.(row, problems);
    this.#options.batcher.addRejection(row, rejectionOf(row, stage, problems));
  }

  /** True when `maxErrors` is exceeded, as far as rows were read and refused by now. */
  get tooManyErrors(): boolean {
    const { maxErrors } = this.#options;
    return maxErrors !== undefined && exceeds(maxErrors, this.#rejected, this.#read, this.#ended);
  }

  /** Keeps what was decided without sending, so that people see why the run stopped. */
  #stop(): void {
    this.exceeded = true;
    this.end();
    if (!this.#options.dropWhenExceeded) return;
    this.#options.batcher.dropBatches();
    this.#again = this.#again.filter(({ batch }) => batch === null);
  }
}

/** A row with its problems and its bytes. */
export function rejectionOf(row: Place, stage: Stage, problems: readonly Problem[]): Rejection {
  return { row: row.number, line: row.line, stage, problems, raw: rawBytes(row) };
}
