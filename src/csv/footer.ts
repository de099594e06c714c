/**
 * The lines below the last row: totals, the name of a report, a note of copyright.
 *
 * A line that looks like one is held back until it is known what follows: where a row does, it was one
 * too. So a customer who is called as a footer begins isn't lost.
 *
 * @module
 */

import { unitsOf } from "../model/positions.ts";
import type { Row } from "../model/row.ts";

/** How many lines a footer may have. */
const MOST_LINES = 100;

/** Takes a footer off the rows of a file. */
export class Footer {
  #held: Row[] = [];
  readonly #isFooter: (line: string) => boolean;
  readonly #decode: (units: string) => string | null;

  /** @param decode as in `Encoding`. */
  constructor(isFooter: (line: string) => boolean, decode: (units: string) => string | null) {
    this.#isFooter = isFooter;
    this.#decode = decode;
  }

  /** The rows that no footer can begin with any more. */
  pass(rows: readonly Row[]): readonly Row[] {
    let count = rows.length;
    while (count > 0 && this.#mayBeFooter(rows[count - 1] as Row)) count--;
    if (count > 0) {
      const before = this.#held;
      this.#held = rows.slice(count).map(lasting);
      return before.length === 0 ? rows.slice(0, count) : [...before, ...rows.slice(0, count)];
    }
    this.#held.push(...rows.map(lasting));
    return this.#held.length > MOST_LINES ? this.release() : [];
  }

  /** How many lines the footer has, now that nothing follows. */
  get lines(): number {
    return this.#held.length;
  }

  /** The lines that were held back, as the rows that they are. */
  release(): readonly Row[] {
    const rows = this.#held;
    this.#held = [];
    return rows;
  }

  #mayBeFooter(row: Row): boolean {
    const line = this.#decode(unitsOf(row));
    return line !== null && this.#isFooter(line.trimEnd());
  }
}

/** A row without the bytes that are only good until more rows are read. */
function lasting(row: Row): Row {
  const { number, line, start, end, block, fields, fault } = row;
  return { number, line, start, end, block, fields, fault, verbatim: null, first: 0 };
}
