/**
 * Where everything stands in the kernel's memory, and the shape of what the program hands over.
 *
 * `src/kernel/program.ts` writes these shapes, word by word in the order in which they stand here.
 */

import { Check, Question, Write } from "../codes";

/** Bytes of the source that are looked at in one go, at most. */
export const INPUT_BYTES: usize = 0x20000;

/** How much may be read behind any piece of memory, whatever stands there. */
export const PADDING: usize = 64;

/** The most rows that are decided before the program takes them over. */
export const MOST_ROWS: u32 = 512;

export const INPUT: usize = 0x10000;
/** A word of 64 bits for each 64 bytes of the input: which of them the fast way can't take. */
export const TROUBLE: usize = INPUT + INPUT_BYTES + PADDING;
/** Positions of the delimiters and line feeds that end fields. */
export const FIELD_ENDS: usize = TROUBLE + INPUT_BYTES / 8 + PADDING;
/** Indexes in `FIELD_ENDS` of the line feeds. */
export const ROW_ENDS: usize = FIELD_ENDS + 4 * INPUT_BYTES + 4 * PADDING;
/** Decided rows, one {@link DecidedRow} after the other. */
export const ROWS: usize = ROW_ENDS + 4 * INPUT_BYTES + 4 * PADDING;
/** Values that don't stand in the input as they are meant. */
export const SCRATCH: usize = ROWS + 20 * MOST_ROWS;
/** Where the program of a run begins, a {@link Program}. */
export const PROGRAM: usize = SCRATCH + INPUT_BYTES + PADDING;

/** What is known of a run's file, mapping and destination. Addresses unless said otherwise. */
@unmanaged
export class Program {
  /** Fields of a row. */
  width: u32;
  delimiter: u32;
  /** Longer records are left to the present reader, in bytes. */
  longestRow: u32;
  /** The first column's name in small letters, which a row may repeat; null where no row may. */
  headerName: usize;
  headerNameLength: u32;
  columns: usize;
  columnCount: u32;
  /** Lists of columns of which one must have a value: each a count, then the columns' indexes. */
  groups: usize;
  groupCount: u32;
  /** The filter's, a {@link Rule} each. */
  rules: usize;
  ruleCount: u32;
  /** The payload's steps. */
  payload: usize;
  payloadEnd: usize;
  /** What stands between two payloads. */
  separator: usize;
  separatorLength: u32;
  /** A {@link Value} for each column. */
  values: usize;
  output: usize;
  /** Room for the ends of the fields of a row, two words each. */
  fields: usize;
  /** Rows with a longer one are left to the present reader, in bytes. */
  longestPayload: u32;
  /** Whether only the lengths of payloads are wanted, and nothing is written. */
  measuresOnly: u32;
}

/** What is done with a column's field. */
@unmanaged
export class Column {
  field: u32;
  /** Bits of {@link Treatment}. */
  treatment: i32;
  check: Check;
  /** A set of characters, or a list of words. */
  table: usize;
  minLength: u32;
  maxLength: u32;
  min: f64;
  max: f64;
  /** What is cut off at the end. */
  suffix: usize;
  suffixLength: u32;
}

export const COLUMN_BYTES: usize = offsetof<Column>();

/** A column's value in the row in hand: bytes somewhere in memory. */
@unmanaged
export class Value {
  from: usize;
  to: usize;
  state: State;
  lowers: i32;
  /** Of columns of numbers. */
  number: f64;
}

export const VALUE_BYTES: usize = offsetof<Value>();

/** What kind of value it is. */
export enum State {
  EMPTY,
  TEXT,
  /** JSON already: a number, `true` or `false`. */
  LITERAL,
}

/** A rule of the filter. */
@unmanaged
export class Rule {
  question: Question;
  column: u32;
  number: f64;
}

export const RULE_BYTES: usize = offsetof<Rule>();

/** A step of the payload. */
@unmanaged
export class Step {
  write: Write;
  column: u32;
  /** What stands in front of the value: of a member, a comma, and its name behind it. */
  text: usize;
  length: u32;
  /** Whether a number or a truth is written as a text. */
  quotes: u32;
  /** A value of more bytes is left to the program. */
  longest: u32;
}

export const STEP_BYTES: usize = offsetof<Step>();

/** A row that was decided. Positions in the input. */
@unmanaged
export class DecidedRow {
  start: u32;
  end: u32;
  line: u32;
  /** Where its payload ends in the output. */
  payloadEnd: u32;
  /** 0 for a row to send, else 1 and the index of the rule that leaves it out. */
  outcome: u32;
}

export const ROW_BYTES: usize = offsetof<DecidedRow>();
