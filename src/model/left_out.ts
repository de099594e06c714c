/**
 * What of a source is no row.
 *
 * @module
 */

/** Counted as far as the source was read; of a resumed run, in its last part. */
export interface LeftOut {
  /** Records of which no field holds anything. */
  readonly emptyRows: number;
  readonly commentLines: number;
  readonly footerLines: number;
  /** True when the last row has no line end: the file may still be in the writing. */
  readonly lastLineIsOpen: boolean;
}

/** Of a source that was not read. */
export const NOTHING_LEFT_OUT: LeftOut = {
  emptyRows: 0,
  commentLines: 0,
  footerLines: 0,
  lastLineIsOpen: false,
};
