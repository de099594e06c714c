/**
 * Rows of a source, and where they stand in it.
 *
 * @module
 */

import type { Problem } from "./problem.ts";

/** Longer fields and records are a fault unless a setting says otherwise, in bytes. */
export const LONGEST_BYTES = 2 ** 20;

/** A piece of the source as it was read: one character for each code unit, never decoded. */
export interface Block {
  /** Code units as a one-byte (latin1) string; for UTF-16 sources a two-byte string. */
  readonly text: string;
  /** Byte offset of the first unit in the (decompressed) source. */
  readonly offset: number;
  /** Bytes that one unit of `text` stands for: 1, or 2 for UTF-16. */
  readonly unitBytes: 1 | 2;
  /** True when the units of a UTF-16 source are big-endian on disk. */
  readonly bigEndian: boolean;
  /** What ends the source's lines where that is not LF. */
  readonly lineEnd?: "\r";
}

/** Where a record stands in the source. */
export interface Place {
  /** 1 for the first record below the header. Empty lines, and records without any value, have none. */
  readonly number: number;
  /** Physical line on which the record starts; the file's first line is 1. */
  readonly line: number;
  /** Offset of the record's first byte in the (decompressed) source. */
  readonly start: number;
  /** Offset of the first byte after the record and its line end. */
  readonly end: number;
  /** The block that holds the record's bytes: the raw text is sliced from it when it is needed. */
  readonly block: Block;
}

/** One CSV record below the header. */
export interface Row extends Place {
  /** Decoded fields as they stood, not trimmed. Empty when `fault` is set. */
  readonly fields: readonly string[];
  /** What the reader found wrong with the record, or null. */
  readonly fault: Problem | null;
  /** Where the fields stand as they are: ASCII without a quote. Null for other records. */
  readonly verbatim: Verbatim | null;
  /** Index in `verbatim.starts` of where the first field starts. */
  readonly first: number;
}

/** Fields of several rows that stand in the source as they are. */
export interface Verbatim {
  /** The bytes of the rows' block: good until the reader is asked for more rows. */
  readonly bytes: Uint8Array;
  /** The same. */
  readonly view: DataView;
  /**
   * Where each field of a row starts in `bytes`, and one more: the row's field `i` goes from
   * `starts[first + i]` to the byte before `starts[first + i + 1]`, which is what parts them.
   */
  readonly starts: Int32Array;
  readonly columns: number;
}

/** A position between two rows, from which reading can go on. */
export interface Position {
  /** Number of the last row before this position; 0 before the first row. */
  readonly row: number;
  /** Byte offset in the (decompressed) source. */
  readonly offset: number;
  /** Physical line that starts at `offset`. */
  readonly line: number;
}

/** A position in the source together with a digest of every byte before it. */
export interface SourceMark extends Position {
  /** Lower-case hex digest of the source's bytes `[0, offset)`; empty when not computed. */
  readonly digest: string;
}

/** Ascending, disjoint, inclusive `[first, last]` ranges of row numbers. */
export type RowRanges = readonly (readonly [first: number, last: number])[];
