/**
 * What is done with rows, told as data: for the kernel, which decides plain rows by their bytes. A
 * mapping, a filter or a payload that it can't be told has no plan, and its rows go the usual way.
 *
 * @module
 */

/** How rows are checked and filtered. */
export interface RowPlan {
  /** In the order of the mapping's outputs. */
  readonly columns: readonly ColumnPlan[];
  /** Columns of which one at least must have a value. */
  readonly groups: readonly (readonly number[])[];
  readonly rules: readonly RulePlan[];
}

/** What becomes of a column's field. */
export interface ColumnPlan {
  /** 0-based index of the field; null where the CSV lacks the column. */
  readonly field: number | null;
  readonly trims: boolean;
  readonly required: boolean;
  /** Whether its values tell people or things apart. */
  readonly isKey: boolean;
  readonly clean: CleanPlan | null;
  readonly check: CheckPlan;
}

/** What is cut off at the end of a text, or how its letters are written. */
export type CleanPlan = "lower" | "capitalize" | { readonly suffix: string };

/** What a column's texts must be. */
export type CheckPlan =
  | {
    readonly kind: "text";
    readonly minLength: number;
    readonly maxLength: number;
    /** Those that are allowed, of ASCII; null where all are. */
    readonly characters: string | null;
  }
  | { readonly kind: "integer"; readonly min: number; readonly max: number }
  | {
    readonly kind: "number";
    readonly min: number;
    readonly max: number;
    /** Whether `1.234` may be a thousand and more. */
    readonly doubtsThousands: boolean;
  }
  /** Without capitals; where a word stands in both lists, it means false. */
  | {
    readonly kind: "boolean";
    readonly falseWords: readonly string[];
    readonly trueWords: readonly string[];
  }
  | { readonly kind: "word"; readonly words: readonly string[] }
  | { readonly kind: "date" | "email" | "uuid" };

/** A rule of the filter: rows without such a number are left out. */
export interface RulePlan {
  readonly name: string;
  readonly question: "at-least" | "at-most";
  /** Index among the plan's columns. */
  readonly column: number;
  readonly number: number;
}

/** A step in writing a row's payload. `column` is an index among the plan's columns. */
export type PayloadStep =
  | { readonly write: "text"; readonly text: string }
  | { readonly write: "row-number" }
  /** What members begin with, and end with where there are any; else nothing is written. */
  | { readonly write: "open" | "close"; readonly text: string }
  /** Members of their own. */
  | { readonly write: "constant"; readonly text: string }
  | ValueStep;

/** Writes a value: one that is always there, or a member that is left out where it is empty. */
export interface ValueStep {
  readonly write: "value" | "member";
  /** What stands in front: of a member, its name and a colon. */
  readonly text: string;
  readonly column: number;
  /** Whether numbers and truths are written as texts. */
  readonly quotes: boolean;
  /** Bytes that are surely not too long. */
  readonly longest: number;
}
