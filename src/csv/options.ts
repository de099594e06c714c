/**
 * What may be said of a file instead of being found.
 *
 * @module
 */

/** How a file differs from what is found in it, or from CSV: `csv:` in mapping files, and flags. */
export interface CsvOptions {
  /** One ASCII character. */
  readonly delimiter?: string | undefined;
  /** A label that `encodingOf` knows. */
  readonly encoding?: string | undefined;
  /** The names of a file's columns, or `none` to number them, where it has no header line. */
  readonly header?: "none" | readonly string[] | undefined;
  /** Lines above the header. */
  readonly skipLines?: number | undefined;
  /** What comment lines start with. */
  readonly comment?: string | undefined;
  readonly quote?: '"' | "'" | "none" | undefined;
  readonly escape?: "\\" | undefined;
  /** Tells the lines below the last row, decoded and without their line end. */
  readonly isFooter?: ((line: string) => boolean) | undefined;
}

/** What was asked for instead of being detected. */
export interface HeaderOptions extends CsvOptions {
  /** What messages call the file. */
  readonly name: string;
  /** A longer header is refused. */
  readonly maxRecordBytes: number;
}
