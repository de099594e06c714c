/**
 * What can be wrong with a mapping file beyond the shape of its parts.
 *
 * @module
 */

/** The keys and positions that lead to a place in a mapping file. */
export type FilePath = readonly (string | number)[];

/** Something wrong with a mapping file, and where. */
export interface MappingFault {
  readonly path: FilePath;
  readonly message: string;
}

/** A target of a column or a constant, and where in the file it stands. */
export interface Placement {
  readonly to: string;
  readonly path: FilePath;
}
