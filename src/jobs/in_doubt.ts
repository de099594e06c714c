/**
 * Rows that an earlier part of a run had sent when it ended without their answer. Where the API drops
 * repeats of requests, they are sent again in the very same ones, and where it made a job of them, it is
 * asked for that; else nobody can tell whether they arrived, and they are unknown.
 *
 * @module
 */

import { crc32, crcHex } from "../checkpoint/crc.ts";
import type { SentLine } from "../checkpoint/lines.ts";
import { BatchBuilder, fragmentsOf } from "../delivery/batch.ts";
import { rangesOf } from "../model/row_ranges.ts";
import type { Route, Span } from "../model/batch.ts";
import type { Destination } from "../model/destination.ts";
import type { PayloadWriter } from "../model/payload_writer.ts";
import type { Place, Row, SourceMark } from "../model/row.ts";

/** A request of which the rows are being read again. */
interface Found {
  readonly request: SentLine;
  readonly places: Place[];
  /** Null when it can't be sent as it was, be it that its rows differ by now. */
  builder: BatchBuilder | null;
  route: Route | null;
}

/** Collects the rows of requests in doubt as they are read, in source order. */
export class RowsInDoubt {
  /** By the row's number. */
  readonly #found = new Map<number, Found>();
  readonly #destination: Pick<Destination, "frame" | "dropsRepeats">;

  constructor(
    requests: readonly SentLine[],
    destination: Pick<Destination, "frame" | "dropsRepeats">,
  ) {
    this.#destination = destination;
    for (const request of requests) {
      const found: Found = { request, places: [], builder: null, route: null };
      for (const [first, last] of request.rows) {
        for (let row = first; row <= last; row++) this.#found.set(row, found);
      }
    }
  }

  /** True for a row of one of the requests, which is to be added here and goes no other way. */
  has(row: number): boolean {
    return this.#found.has(row);
  }

  /**
   * Adds such a row.
   *
   * @param route what its payload was encoded for; null when it can't be sent any more.
   * @param mark gives the mark behind it.
   * @returns the span of the request whose last row it was, or null.
   */
  add(row: Row, route: Route | null, payload: PayloadWriter, mark: () => SourceMark): Span | null {
    const found = this.#found.get(row.number);
    if (found === undefined) throw new Error(`Row ${row.number} was in no request`);
    const isFirst = found.places.length === 0;
    found.places.push(row);
    const goesAsItWas = found.request.apiJob !== undefined ||
      this.#destination.dropsRepeats === "requests";
    if (isFirst && route !== null && goesAsItWas) {
      found.route = route;
      found.builder = new BatchBuilder(fragmentsOf(this.#destination.frame(route)), route);
    }
    if (route !== found.route) found.builder = null;
    found.builder?.add(row, payload);
    return row.number === found.request.rows.at(-1)?.[1] ? this.#close(found, mark()) : null;
  }

  /** The spans of requests of which the source holds only some rows any more. */
  flush(mark: () => SourceMark): Span[] {
    const found = [...new Set(this.#found.values())].filter(({ places }) => places.length > 0);
    for (const one of found) one.builder = null;
    return found.map((one) => this.#close(one, mark()));
  }

  #close(found: Found, at: SourceMark): Span {
    const { request: { answered, body, apiJob }, places, builder } = found;
    const numbers = places.map(({ number }) => number);
    for (const number of numbers) this.#found.delete(number);
    const rows = rangesOf(numbers);
    const decided = { rows, rejections: [], filtered: [], at };
    const batch = builder?.finish();
    if (batch && body && crcHex(crc32(batch.body)) === body.crc) {
      return { ...decided, batch, answered, ...(apiJob && { apiJob }) };
    }
    return { ...decided, batch: null, unanswered: places };
  }
}
