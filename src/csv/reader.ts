/**
 * The CSV reader: bytes in, batches of rows with their exact place in the source out.
 *
 * It goes on after trouble: a record that can't be read is a row with a `fault`, and the bytes of
 * the header, of all rows and of the empty lines between them add up to the source.
 *
 * @module
 */

import { StoppedError, UsageError } from "../model/errors.ts";
import type { Position, Row } from "../model/row.ts";
import { encodingOf, toUnits } from "./encoding.ts";
import { type Header, readHeader } from "./header.ts";
import { type Format, type Progress, Scanner, Stretch } from "./scanner.ts";
import type { ByteSource } from "./blocks.ts";
import { USUAL_BYTES, Window } from "./window.ts";

export type { Header } from "./header.ts";

/** How a source is read. */
export interface ReaderOptions {
  /** What messages call the source; `The input` unless given. */
  readonly name?: string;
  /** One ASCII character, `\t` or `tab`; found from the header when not given. */
  readonly delimiter?: string | undefined;
  /** A label that `TextDecoder` knows; UTF-8, or UTF-16 by its byte order mark, when not given. */
  readonly encoding?: string | undefined;
  /** Longer fields are a fault: bytes between the quotes, 1 MiB unless given. */
  readonly maxFieldBytes?: number;
  /** Longer records are a fault: bytes with the line end, 1 MiB unless given. */
  readonly maxRecordBytes?: number;
  /** Goes on after this position instead of after the header: the source must start there. */
  readonly from?: Position;
  /** The header of the source, which must be given together with `from`. */
  readonly header?: Header;
  /**
   * Sees every block's bytes in order as they are read, with the offset of the first. They are good
   * until it returns.
   */
  onBytes?(bytes: Uint8Array, offset: number): void;
}

/** A source being read. */
export interface CsvReader {
  readonly header: Header;
  /**
   * The next rows, a hundred or so and never none; null at the end.
   *
   * @throws {StoppedError} when the source breaks off, or a line is longer than can be held.
   */
  read(): Promise<readonly Row[] | null>;
  close(): Promise<void>;
}

const MIB = 2 ** 20;

/**
 * Starts to read a source: its header, or from where an earlier reader was. The reader closes the
 * source; when this throws, that is left to the caller.
 *
 * @throws {UsageError} when the source is empty, its header can't be read, or it breaks off before
 * the first row.
 */
export async function openReader(
  source: ByteSource,
  options: ReaderOptions = {},
): Promise<CsvReader> {
  const { name = "The input", maxFieldBytes = MIB, maxRecordBytes = MIB } = options;
  const window = new Window(source, options.from?.offset ?? 0, options.onBytes?.bind(options));
  try {
    const header = options.header ??
      await readHeader(window, { ...options, name, maxRecordBytes });
    const { row, line } = options.from ?? header.end;
    const format = {
      name,
      delimiter: header.delimiter,
      columns: header.names,
      encoding: header.encoding,
      coding: encodingOf(header.encoding),
      maxFieldBytes,
      maxRecordBytes,
    };
    const reader = new Reader(source, window, header, format, { row, line });
    if (!options.from) await reader.readAhead();
    return reader;
  } catch (error) {
    // Nothing was read yet: a source that breaks off or never ends a line is a wrong argument.
    if (error instanceof StoppedError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

class Reader implements CsvReader {
  readonly header: Header;
  readonly #source: ByteSource;
  readonly #window: Window;
  readonly #format: Format;
  readonly #scanner: Scanner;
  /** Rows that were read ahead. */
  #first: readonly Row[] | null = null;
  /** The part of the window that rows are being cut off. */
  #stretch: Stretch | null = null;
  /** Offset up to which the window was looked at; -1 when it is to be looked at again. */
  #seen = -1;

  constructor(
    source: ByteSource,
    window: Window,
    header: Header,
    format: Format,
    progress: Progress,
  ) {
    this.header = header;
    this.#source = source;
    this.#window = window;
    this.#format = format;
    this.#scanner = new Scanner(format, progress);
  }

  /** Reads the first rows, which shows whether the source can be read at all. */
  async readAhead(): Promise<void> {
    this.#first = await this.read();
  }

  async read(): Promise<readonly Row[] | null> {
    if (this.#first) {
      const rows = this.#first;
      this.#first = null;
      return rows;
    }
    const window = this.#window;
    for (;;) {
      if (this.#stretch || window.offset + window.bytes.length > this.#seen) {
        const rows = this.#scan();
        if (rows.length > 0) return rows;
      } else if (window.atEnd) {
        return null;
      } else {
        await window.fill();
        this.#seen = -1; // Even without new bytes it may now be known that none will come.
      }
    }
  }

  #scan(): Row[] {
    const stretch = this.#stretch ??= this.#lookAhead();
    const rows: Row[] = [];
    if (this.#scanner.scan(stretch, rows)) return rows;
    this.#stretch = null;
    const { units, block, at } = stretch;
    // Of more than usual only the first record was cut off, if anything.
    const isSeen = at === 0 || units.bytes.length <= USUAL_BYTES;
    this.#seen = isSeen ? block.offset + units.bytes.length : -1;
    this.#window.drop(Math.min(at * block.unitBytes, units.bytes.length));
    return rows;
  }

  #lookAhead(): Stretch {
    const { bytes, offset, atEnd } = this.#window;
    const { coding } = this.#format;
    const { unitBytes, bigEndian } = coding;
    const units = toUnits(bytes, coding, atEnd);
    return new Stretch(units, { text: units.text, offset, unitBytes, bigEndian }, atEnd, coding);
  }

  close(): Promise<void> {
    return this.#source.close();
  }
}
