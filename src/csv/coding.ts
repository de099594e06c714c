/**
 * What an encoding is to the reader.
 *
 * @module
 */

/** How a source's bytes are read. */
export interface Encoding {
  /** The encoding's name in the WHATWG Encoding Standard, e.g. `windows-1252`, or of a code page. */
  readonly name: string;
  readonly unitBytes: 1 | 2;
  readonly bigEndian: boolean;
  /** Finds units that stand for something else than the ASCII character of the same number. */
  readonly foreign: RegExp;
  /** Decodes a field's units; null when they are not valid. */
  readonly decode: (units: string) => string | null;
}
