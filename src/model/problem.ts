/**
 * What is wrong with a row, told by position and code.
 *
 * @module
 */

/** The stage at which a row was rejected, as `errors.jsonl` names it. */
export type Stage = "parse" | "check" | "send";

/** Something wrong with a row, told by position and code. */
export interface Problem {
  /** Stable kebab-case word, e.g. `invalid-date`. */
  readonly code: string;
  /** Header of the column at fault, or null when it is not one column's fault. */
  readonly column: string | null;
  /** One sentence for people. Never holds a row's values. */
  readonly message: string;
  /** Physical line of the trouble, where that is not the row's first line. */
  readonly line?: number;
  /** 0-based index of the field at fault, where there is one. */
  readonly field?: number;
  /** A cheap and sure correction. May hold the row's value: only `validate` may show it. */
  readonly suggestion?: string;
}

/** The column of a file of rejected rows that says what is wrong with each; imports leave it out. */
export const PROBLEM_COLUMN = "_problem";

/** A row that is not delivered: the problems, and the bytes as they stood in the source. */
export interface Rejection {
  readonly row: number;
  readonly line: number;
  readonly stage: Stage;
  /** At least one; the first is the one that `errors.jsonl` leads with. */
  readonly problems: readonly Problem[];
  /** The record's bytes with its line end, exactly as in the source. */
  readonly raw: Uint8Array;
}
