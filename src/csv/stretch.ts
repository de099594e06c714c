/**
 * What the scanner works on: a file's format, a piece of it, and how far it came.
 *
 * @module
 */

import type { Block } from "../model/row.ts";
import type { Dialect } from "./dialect.ts";
import type { Encoding, Units } from "./encoding.ts";
import { Obstacles } from "./obstacles.ts";
import type { FileFacts } from "./problems.ts";

/** What the scanner knows of its file. */
export interface Format extends FileFacts {
  readonly name: string;
  readonly coding: Encoding;
  readonly dialect: Dialect;
  /** True when `columns` are names, which a row may repeat, and not numbers. */
  readonly hasNames: boolean;
}

/** Where the scanner is. */
export interface ScanProgress {
  /** Number of the last row before. */
  row: number;
  /** The physical line to come. */
  line: number;
  /** Records without any value, which are no rows. */
  emptyRecords: number;
  commentLines: number;
  /** True when the last row has no line end. */
  lastLineIsOpen: boolean;
}

/** A piece of the source that rows are being cut off. */
export class Stretch {
  readonly obstacles: Obstacles;
  /** The bytes of `units`, where each is one. */
  readonly view: DataView | null;
  /** How many units the rows that were cut off take, and the empty lines among them. */
  at = 0;

  /** @param atEnd says that the source ends with `units`. */
  constructor(
    readonly units: Units,
    readonly block: Block,
    readonly atEnd: boolean,
    { foreign, unitBytes }: Encoding,
  ) {
    const { buffer, byteOffset, length } = units.bytes;
    this.view = unitBytes === 1 ? new DataView(buffer, byteOffset, length) : null;
    this.obstacles = new Obstacles(units, foreign);
  }
}
