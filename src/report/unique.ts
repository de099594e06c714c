/**
 * Finds repeated values of a column, for `validate --unique`, without keeping the values.
 *
 * @module
 */

import type { Problem } from "../model/problem.ts";

/**
 * Remembers, for each distinct value, a 64-bit hash and the number of its first row, in hash
 * tables of typed arrays.
 *
 * - **Memory**: 12 bytes a slot and a quarter to five eighths of the slots free: 16 to 32 bytes for
 *   each distinct value, however long the value. The table is cut into 256 that grow one by one, so
 *   that growing needs no second copy of the whole.
 * - **Exactness**: every repeat is found. Two different values count as one when their hashes are
 *   equal: for `n` distinct values with a chance of about n² / 2⁶⁵, which is 1 in 370,000 for a
 *   file of 10 million. One pass over standard input allows no second look.
 */
export class UniqueIndex {
  readonly #tables = Array.from({ length: TABLES }, () => new Table());

  /**
   * Notes the value of a row; returns the number of the first row that has the same value, or
   * null when there is none. An empty value is no value and repeats nothing.
   *
   * @param row Row number, from 1 to 2³² − 1.
   */
  check(value: string, row: number): number | null {
    if (value === "") return null;
    hash(value);
    const table = this.#tables[low & (TABLES - 1)] as Table;
    return table.check(low, high, row);
  }
}

/** The problem of a row whose value an earlier row has. */
export function repeatedValue(column: string, field: number, firstRow: number): Problem {
  return {
    code: "repeated-value",
    column,
    field,
    message: `The value is the same as in row ${firstRow}.`,
  };
}

const TABLES = 256;

/** Open addressing with linear probing; `#rows` holds 0 in free slots. */
class Table {
  #low = new Uint32Array(64);
  #high = new Uint32Array(64);
  #rows = new Uint32Array(64);
  #size = 0;

  check(low: number, high: number, row: number): number | null {
    const slot = this.#find(low, high);
    const first = this.#rows[slot];
    if (first) return first;
    this.#put(slot, low, high, row);
    if (++this.#size * 4 > this.#rows.length * 3) this.#grow();
    return null;
  }

  /** The slot that holds the hash, or the free one where it belongs. */
  #find(low: number, high: number): number {
    const mask = this.#rows.length - 1;
    // The lowest bits chose the table and are the same for all in it.
    let slot = (low >>> 8) & mask;
    while (
      this.#rows[slot] !== 0 && (this.#low[slot] !== low || this.#high[slot] !== high)
    ) slot = (slot + 1) & mask;
    return slot;
  }

  #put(slot: number, low: number, high: number, row: number): void {
    this.#low[slot] = low;
    this.#high[slot] = high;
    this.#rows[slot] = row;
  }

  #grow(): void {
    const [lows, highs, rows] = [this.#low, this.#high, this.#rows];
    this.#low = new Uint32Array(rows.length * 2);
    this.#high = new Uint32Array(rows.length * 2);
    this.#rows = new Uint32Array(rows.length * 2);
    rows.forEach((row, i) => {
      if (row === 0) return;
      const [low, high] = [lows[i] ?? 0, highs[i] ?? 0];
      this.#put(this.#find(low, high), low, high, row);
    });
  }
}

// The halves of the last hash: returning a pair would make an object for every row.
let low = 0;
let high = 0;

/**
 * Two multiplicative hashes over the UTF-16 code units, mixed into each other by three rounds of a
 * Feistel network: each bit comes to depend on all others, and no two states become one.
 */
function hash(value: string): void {
  let a = value.length;
  let b = ~value.length;
  for (let i = 0; i < value.length; i++) {
    const unit = value.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x9e3779b1);
    b = Math.imul(b ^ unit, 0x5f356495);
  }
  a ^= finalize(b);
  b ^= finalize(a);
  a ^= finalize(b);
  low = a >>> 0;
  high = b >>> 0;
}

/** MurmurHash3's `fmix32`. */
function finalize(hash: number): number {
  let h = hash;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
