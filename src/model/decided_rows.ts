/**
 * Rows that were decided together, without an object for each.
 *
 * @module
 */

import type { Block, Place, Row } from "./row.ts";

/** Numbers that are kept of each row. */
const NUMBERS = 5;
const END = 1;
const LINE = 2;
const PAYLOAD_END = 3;
const OUTCOME = 4;

/** What rows that were decided together have in common. */
export interface DecidedRowsParts {
  readonly block: Block;
  /** The number of the first. */
  readonly first: number;
  /** The line behind the last. */
  readonly lineBehind: number;
  /**
   * Five numbers a row: where it starts and ends in its block, its line, where its payload ends in
   * `payloads`, and its outcome.
   */
  readonly numbers: Int32Array;
  /** Names of the filter's rules, by outcome from 1. */
  readonly rules: readonly string[];
  /** Payloads, one behind the other, `separatorLength` bytes between two. */
  readonly payloads: Uint8Array<ArrayBuffer>;
  readonly separatorLength: number;
  /** Where the last payload before these rows' ends, 0 where there is none. */
  readonly payloadsBefore: number;
}

/**
 * One row after the other of which nothing more is to be known: each is to be sent, or filtered. Good
 * until the reader is asked for more.
 */
export class DecidedRows {
  readonly #parts: DecidedRowsParts;
  readonly length: number;

  constructor(parts: DecidedRowsParts) {
    this.#parts = parts;
    this.length = parts.numbers.length / NUMBERS;
  }

  /** Number of the row with an index. */
  number(index: number): number {
    return this.#parts.first + index;
  }

  /** Offset in the source of the first byte behind a row. */
  end(index: number): number {
    return this.#parts.block.offset + this.#number(index, END);
  }

  /** Where what follows the last row starts: its line, and its position in the block. */
  get lineBehind(): number {
    return this.#parts.lineBehind;
  }

  get endInBlock(): number {
    return this.#number(this.length - 1, END);
  }

  /** Name of the rule that leaves a row out; null for one to be sent. */
  rule(index: number): string | null {
    const outcome = this.#number(index, OUTCOME);
    return outcome === 0 ? null : this.#parts.rules[outcome - 1] ?? null;
  }

  place(index: number): Place {
    const { block } = this.#parts;
    return {
      number: this.number(index),
      line: this.#number(index, LINE),
      start: block.offset + this.#number(index, 0),
      end: this.end(index),
      block,
    };
  }

  /** Bytes of the payload of a row that is to be sent. */
  payloadLength(index: number): number {
    return this.#payloadEnd(index) - this.#payloadStart(index);
  }

  /** The payloads of those of the rows `[from, to)` that are to be sent, with what parts them. */
  payloads(from: number, to: number): Uint8Array<ArrayBuffer> {
    return this.#parts.payloads.subarray(this.#payloadStart(from), this.#payloadEnd(to - 1));
  }

  /**
   * Writes the numbers of those of the rows `[from, to)` that are to be sent: of each its place, and where
   * its payload ends when the first begins at `payloadsAt`.
   *
   * @returns how many they are.
   */
  writeNumbers(
    from: number,
    to: number,
    numbers: Float64Array,
    at: number,
    payloadsAt: number,
  ): number {
    const { block: { offset }, numbers: own, first } = this.#parts;
    const shift = payloadsAt - this.#payloadStart(from);
    let next = at;
    for (let index = from; index < to; index++) {
      const row = NUMBERS * index;
      if (own[row + OUTCOME] !== 0) continue;
      numbers[next++] = first + index;
      numbers[next++] = own[row + LINE] as number;
      numbers[next++] = offset + (own[row] as number);
      numbers[next++] = offset + (own[row + END] as number);
      numbers[next++] = shift + (own[row + PAYLOAD_END] as number);
    }
    return (next - at) / NUMBERS;
  }

  get block(): Block {
    return this.#parts.block;
  }

  #payloadStart(index: number): number {
    const before = this.#payloadEnd(index - 1);
    return before === 0 ? 0 : before + this.#parts.separatorLength;
  }

  #payloadEnd(index: number): number {
    return index < 0 ? this.#parts.payloadsBefore : this.#number(index, PAYLOAD_END);
  }

  #number(index: number, which: number): number {
    return this.#parts.numbers[NUMBERS * index + which] as number;
  }
}

/** What a reader hands out: a row, or rows that were decided. */
export type Cut = Row | DecidedRows;

/** Decides rows by their bytes. */
export interface RowDecider {
  /** The most bytes that it can take in hand. */
  readonly mostBytes: number;
  /** The most rows that are handed over together, those that it leaves alone among them. */
  readonly mostRows: number;
  /** Takes a block of bytes in hand, which it copies. */
  look(bytes: Uint8Array): void;
  /** Lets go of the rows that were decided. */
  begin(): void;
  /**
   * Decides rows from `at` on, up to the first that isn't plain.
   *
   * @returns null where that is the very first.
   */
  decide(at: number, most: number, from: DecideFrom): DecidedRows | null;
}

/** Where the rows that are to be decided stand. */
export interface DecideFrom {
  readonly block: Block;
  /** Line of the first, and its number. */
  readonly line: number;
  readonly number: number;
}

/** What a decider must know of a file. */
export interface FileShape {
  /** Fields of a row. */
  readonly width: number;
  readonly delimiter: string;
  /**
   * The first column's name in small letters, with which a row may begin that is the header once more;
   * null where none may.
   */
  readonly headerName: string | null;
  /** Longer rows are not plain, in bytes. */
  readonly longestRow: number;
}
