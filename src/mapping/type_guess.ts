/**
 * What `init` believes of a column's type.
 *
 * @module
 */

/** Members of a column in a mapping, as they are written there. */
export type ColumnKeys = Readonly<Record<string, unknown>>;

/** Values that are not what the others are. */
export interface Misses {
  readonly count: number;
  readonly total: number;
  /** Line of the first. */
  readonly line: number;
}

/** A question that only a person can answer. */
export interface Doubt {
  /** What is open, for a person who sees some values. */
  readonly question: string;
  /** What a mapping can say, the likeliest first. */
  readonly options: readonly { readonly label: string; readonly keys: ColumnKeys }[];
  /** Why no option is in force, for the mapping's comment. */
  readonly reason: string;
}

/** What a column's values are. */
export interface TypeGuess {
  /** What is sure; empty for text. */
  readonly keys: ColumnKeys;
  readonly misses: Misses | null;
  readonly doubt: Doubt | null;
  /** Further remarks for the mapping's comment. */
  readonly notes: readonly string[];
}

/** What a target's values are by themselves, whatever they look like. */
export type TargetType = "email" | "phone" | "text";
