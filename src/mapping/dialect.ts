/**
 * What a destination adds to the language of mapping files. This stage knows destinations by their
 * dialects alone, and names none of them.
 *
 * @module
 */

import type * as z from "zod";
import type { MappingFault, Placement } from "./fault.ts";
import type { MappingFile } from "./schema.ts";
import type { Synonyms } from "./synonyms.ts";
import type { ColumnKeys, TargetType } from "./type_guess.ts";

/** A destination's part of the mapping language. */
export interface MappingDialect {
  /** Shape of the file's section for the destination; null where there is none. */
  readonly section: z.ZodType | null;
  /** What that section is called where it has not the destination's own name. */
  readonly sectionName?: string;
  /** What is wrong with the section, and with the targets that columns and constants have. */
  faults(file: MappingFile, placements: readonly Placement[]): readonly MappingFault[];
  /** Whether a target's values tell people or things apart. */
  isKey(target: string): boolean;
  /**
   * The target of a member of an object that takes columns of any name; without `to`, the object is the
   * record. Null where no value can go there.
   */
  memberTarget(to: string | undefined, name: string): string | null;
  /** True where values go into a JSON record of any shape, so that empty ones can have a place. */
  readonly shapesRecords: boolean;
  /** True where `${NAME}` in constants stands for an environment variable. */
  readonly fillsConstants: boolean;
  /** True where every column that is sent must have a value. */
  readonly needsAllValues: boolean;
  /** Targets of which one at least must have a value, where the API takes no row without. */
  readonly needsOneOf: NeededTargets | null;
  readonly init: InitWords;
}

/** Targets of which a row must fill one at least. */
export interface NeededTargets {
  includes(target: string): boolean;
  /** Code of the problem of a row that fills none. */
  readonly code: string;
  /** What the destination does to such rows: the end of a sentence. */
  readonly consequence: string;
}

/** What `init` knows of a destination. */
export interface InitWords {
  /** Headers that usually mean a target. */
  readonly synonyms: Synonyms;
  /** The destination's own settings as lines of YAML, which stand below `destination:`. */
  readonly section: readonly string[];
  /** All the places of a column that goes to a target, where they are several. */
  placesOf?(target: string): readonly string[];
  /** True where the API takes texts alone, and numbers as texts. */
  readonly textsOnly?: boolean;
  /** Where an address may go as an id, where none of these targets tells whom a row is about. */
  idFor?(targets: readonly string[]): string | null;
  /** What is said of every column that may be empty. */
  readonly columnKeys?: ColumnKeys;
  /** Lines of YAML for columns that must be there, though none of a CSV goes to their targets. */
  furtherColumns?(targets: readonly string[]): readonly string[];
  /** What the targets that were found leave open, as a sentence; else null. */
  gap(targets: readonly string[]): string | null;
  /** A target for a column that means nothing to us and is none of `taken`, if there is one. */
  suggest(column: string, taken: readonly string[]): string | null;
  /** What the values of a target are, where it decides on that: a type, or all that a mapping says. */
  typeOf(target: string): TargetType | ColumnKeys | null;
}
