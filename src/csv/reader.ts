/**
 * The CSV reader: bytes in, batches of rows with their exact place in the source out.
 *
 * It goes on after trouble: a record that can't be read is a row with a `fault`, and the bytes of
 * the header, of all rows and of the empty lines between them add up to the source.
 *
 * @module
 */

import type { Cut, FileShape, RowDecider } from "../model/decided_rows.ts";
import { StoppedError, UsageError } from "../model/errors.ts";
import type { LeftOut } from "../model/left_out.ts";
import { LONGEST_BYTES, type Position, type Row } from "../model/row.ts";
import { standardUnits, withEscapes } from "./dialect.ts";
import { encodingOf, loadEncoding, toUnits, type Units } from "./encoding.ts";
import { Footer } from "./footer.ts";
import { type FoundHeader, type Header, type Opening, readHeader } from "./header.ts";
import type { CsvOptions } from "./options.ts";
import { plainName } from "./record_checker.ts";
import { Scanner } from "./scanner.ts";
import { type Format, type ScanProgress, Stretch } from "./stretch.ts";
import type { ByteSource } from "./blocks.ts";
import { USUAL_BYTES, Window } from "./window.ts";

export { STANDARD } from "./dialect.ts";
export { MOST_ROWS } from "./scanner.ts";
export type { Header, Opening } from "./header.ts";
export type { CsvOptions } from "./options.ts";

/** How a source is read. */
export interface ReaderOptions extends CsvOptions {
  /** What messages call the source; `The input` unless given. */
  readonly name?: string;
  /** Longer fields are a fault: bytes between the quotes, {@linkcode LONGEST_BYTES} unless given. */
  readonly maxFieldBytes?: number;
  /** Longer records are a fault: bytes with the line end, {@linkcode LONGEST_BYTES} unless given. */
  readonly maxRecordBytes?: number;
  /** Goes on after a position instead of after the header: the source must start there. */
  readonly from?: { readonly position: Position; readonly header: Header };
  /** False where the source goes on behind its end: what looks like a footer is none there. */
  readonly endsFile?: boolean;
  /**
   * Sees every block's bytes in order as they are read, with the offset of the first. They are good
   * until it returns.
   */
  onBytes?(bytes: Uint8Array, offset: number): void;
}

/** Where rows come from, some of them decided. */
export interface RowSource {
  /** The next rows, some hundreds at most and never none; null at the end. */
  read(): Promise<readonly Cut[] | null>;
}

/** A source being read. */
export interface CsvReader extends RowSource {
  readonly header: Header;
  /** The source's first units, where the header was read from them. */
  readonly opening: Opening | null;
  /**
   * The next rows, a hundred or so and never none; null at the end.
   *
   * @throws {StoppedError} when the source breaks off, or a line is longer than can be held.
   */
  read(): Promise<readonly Row[] | null>;
  /**
   * Has plain rows decided before they are cut off, where the source is read in the usual way; from then
   * on, rows are read from what this gives.
   */
  decidedBy(make: (file: FileShape) => RowDecider | null): RowSource;
  /** What was no row so far. */
  leftOut(): LeftOut;
  close(): Promise<void>;
}

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
  const { name = "The input", maxFieldBytes = LONGEST_BYTES, maxRecordBytes = LONGEST_BYTES } =
    options;
  const { from } = options;
  const window = new Window(source, from?.position.offset ?? 0, options.onBytes?.bind(options));
  try {
    const found = from ?? await readHeader(window, { ...options, name, maxRecordBytes });
    const { header } = found;
    const { row, line } = from?.position ?? header.end;
    const { delimiter, encoding, dialect } = header;
    await loadEncoding(encoding);
    const format = {
      name,
      delimiter,
      columns: header.names,
      hasNames: header.hasNames,
      encoding,
      coding: withEscapes(encodingOf(encoding), dialect, delimiter),
      dialect,
      lineEnd: dialect.lineEnd,
      maxFieldBytes,
      maxRecordBytes,
    };
    const progress: ScanProgress = {
      row,
      line,
      emptyRecords: 0,
      commentLines: 0,
      lastLineIsOpen: false,
    };
    const footer = options.isFooter ? new Footer(options.isFooter, format.coding.decode) : null;
    const reader = new Reader(source, window, found, format, progress, footer, {
      endsFile: options.endsFile ?? true,
    });
    if (!from) await reader.readAhead();
    return reader;
  } catch (error) {
    // Nothing was read yet: a source that breaks off or never ends a line is a wrong argument.
    if (error instanceof StoppedError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

class Reader implements CsvReader {
  readonly header: Header;
  readonly opening: Opening | null;
  readonly #source: ByteSource;
  readonly #window: Window;
  readonly #format: Format;
  readonly #scanner: Scanner;
  readonly #footer: Footer | null;
  readonly #progress: ScanProgress;
  readonly #endsFile: boolean;
  #decider: RowDecider | null = null;
  /** Rows that were read ahead. */
  #first: readonly Row[] | null = null;
  /** The part of the window that rows are being cut off. */
  #stretch: Stretch | null = null;
  /** Offset up to which the window was looked at; -1 when it is to be looked at again. */
  #seen = -1;

  constructor(
    source: ByteSource,
    window: Window,
    { header, opening }: Partial<FoundHeader> & { readonly header: Header },
    format: Format,
    progress: ScanProgress,
    footer: Footer | null,
    { endsFile }: { readonly endsFile: boolean },
  ) {
    this.#footer = footer;
    this.#endsFile = endsFile;
    this.header = header;
    this.opening = opening ?? null;
    this.#source = source;
    this.#window = window;
    this.#format = format;
    this.#progress = progress;
    this.#scanner = new Scanner(format, progress);
  }

  /** Reads the first rows, which shows whether the source can be read at all. */
  async readAhead(): Promise<void> {
    this.#first = await this.read();
  }

  read(): Promise<readonly Row[] | null> {
    if (this.#first) {
      const rows = this.#first;
      this.#first = null;
      return Promise.resolve(rows);
    }
    // Nobody asks here once a decider has a say.
    const readOn = () => this.#readOn() as Promise<readonly Row[] | null>;
    return this.#footer === null ? readOn() : this.#readAbove(this.#footer, readOn);
  }

  decidedBy(make: (file: FileShape) => RowDecider | null): RowSource {
    const decider = this.#footer === null && isUsual(this.#format)
      ? make(shapeOf(this.#format))
      : null;
    if (decider === null) return this;
    this.#decider = decider;
    if (this.#stretch) this.#show(this.#stretch, decider);
    return { read: () => this.#first ? this.read() : this.#readOn() };
  }

  /** Rows that are known to stand above the footer. */
  async #readAbove(
    footer: Footer,
    readOn: () => Promise<readonly Row[] | null>,
  ): Promise<readonly Row[] | null> {
    for (;;) {
      const rows = await readOn();
      const given = rows ? footer.pass(rows) : this.#endsFile ? [] : footer.release();
      if (given.length > 0) return given;
      if (rows === null) return null;
    }
  }

  async #readOn(): Promise<readonly Cut[] | null> {
    const window = this.#window;
    for (;;) {
      if (this.#stretch || window.offset + window.bytes.length > this.#seen) {
        const cuts = this.#scan();
        if (cuts.length > 0) return cuts;
      } else if (window.atEnd) {
        return null;
      } else {
        await window.fill();
        this.#seen = -1; // Even without new bytes it may now be known that none will come.
      }
    }
  }

  #scan(): Cut[] {
    const stretch = this.#stretch ??= this.#lookAhead();
    const cuts: Cut[] = [];
    this.#decider?.begin();
    if (this.#scanner.scan(stretch, cuts)) return cuts;
    this.#stretch = null;
    const { units, block, at } = stretch;
    // Of more than usual only the first record was cut off, if anything.
    const isSeen = at === 0 || units.bytes.length <= USUAL_BYTES;
    this.#seen = isSeen ? block.offset + units.bytes.length : -1;
    this.#window.drop(Math.min(at * block.unitBytes, units.bytes.length));
    return cuts;
  }

  #lookAhead(): Stretch {
    const { bytes, offset, atEnd } = this.#window;
    const { coding, dialect } = this.#format;
    const { unitBytes, bigEndian } = coding;
    const units = withoutEndMark(standardUnits(toUnits(bytes, coding, atEnd), dialect), atEnd);
    const block = { text: units.text, offset, unitBytes, bigEndian };
    const stretch = new Stretch(
      units,
      dialect.lineEnd === "\r" ? { ...block, lineEnd: "\r" } : block,
      atEnd,
      coding,
    );
    if (this.#decider !== null) this.#show(stretch, this.#decider);
    return stretch;
  }

  /** Gives the decider a say in a stretch that it can take in hand. */
  #show({ units: { bytes, marks } }: Stretch, decider: RowDecider): void {
    const fits = bytes.length <= decider.mostBytes;
    if (fits) decider.look(bytes.subarray(0, marks.length));
    this.#scanner.decider = fits ? decider : null;
  }

  leftOut(): LeftOut {
    const { emptyRecords, commentLines, lastLineIsOpen } = this.#progress;
    const footerLines = this.#endsFile ? this.#footer?.lines ?? 0 : 0;
    return { emptyRows: emptyRecords, commentLines, footerLines, lastLineIsOpen };
  }

  close(): Promise<void> {
    return this.#source.close();
  }
}

/** DOS marked the end of a text by Ctrl-Z, which is no part of it. */
function withoutEndMark(units: Units, atEnd: boolean): Units {
  let end = units.marks.length;
  while (atEnd && end > 0 && units.marks[end - 1] === END_OF_TEXT) end--;
  if (end === units.marks.length) return units;
  return { ...units, text: units.text.slice(0, end), marks: units.marks.slice(0, end) };
}

const END_OF_TEXT = "\x1a";

/** Whether a file is UTF-8 by RFC 4180. */
function isUsual({ coding, delimiter, dialect }: Format): boolean {
  const { comment, extraFields, blanksBeforeQuotes, numbering } = dialect;
  return coding.name === "utf-8" && delimiter < DELETE && dialect.lineEnd === "\n" &&
    dialect.quote === '"' && dialect.escape === null && comment === null && extraFields === 0 &&
    !blanksBeforeQuotes && numbering === 2;
}

const DELETE = "\x7f";

function shapeOf(
  { columns, delimiter, hasNames, maxFieldBytes, maxRecordBytes }: Format,
): FileShape {
  return {
    width: columns.length,
    delimiter,
    headerName: hasNames ? plainName(columns[0] ?? "") : null,
    longestRow: Math.min(maxFieldBytes, maxRecordBytes),
  };
}
