/**
 * The hot loop: units in, rows out. Records without quotes, NUL and foreign letters, which are most,
 * are cut by `indexOf` alone; all others, and those of UTF-16, take the careful way through
 * `RecordSplitter`.
 *
 * @module
 */

import { StoppedError } from "../model/errors.ts";
import type { Problem } from "../model/problem.ts";
import type { Block, Place, Row, Verbatim } from "../model/row.ts";
import type { Encoding, Units } from "./encoding.ts";
import { Obstacles } from "./obstacles.ts";
import { PlainRow } from "./plain_row.ts";
import { bytes, fault, type FileFacts } from "./problems.ts";
import { RecordSplitter } from "./record.ts";
import { USUAL_BYTES } from "./window.ts";

const CARRIAGE_RETURN = 0x0d;

/**
 * How many times `maxRecordBytes` are held at most, in the hope of a line end or a closing quote. A
 * record between one and that many times is rejected as a whole.
 */
const HELD_RECORDS = 16;

/**
 * How many rows are cut off at a time. Whenever the garbage collector comes by, it copies those that
 * nobody has taken in hand yet: of a whole block, they would be most of what it copies.
 */
const MOST_ROWS = 128;

/** What the scanner knows of its file. */
export interface Format extends FileFacts {
  readonly name: string;
  readonly delimiter: string;
  readonly coding: Encoding;
}

/** Where the scanner is. */
export interface Progress {
  /** Number of the last row before. */
  row: number;
  /** The physical line to come. */
  line: number;
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

/** Cuts the records of one file off its blocks. */
export class Scanner {
  readonly #format: Format;
  readonly #progress: Progress;
  readonly #splitter: RecordSplitter;
  /** Records up to this length are too long in no way. */
  readonly #maxPlainUnits: number;
  readonly #maxHeldUnits: number;

  constructor(format: Format, progress: Progress) {
    const { unitBytes } = format.coding;
    this.#format = format;
    this.#progress = progress;
    this.#maxPlainUnits = Math.floor(
      Math.min(format.maxFieldBytes, format.maxRecordBytes) / unitBytes,
    );
    this.#maxHeldUnits = Math.floor(format.maxRecordBytes * HELD_RECORDS / unitBytes);
    this.#splitter = new RecordSplitter(format.delimiter, format.columns.length, {
      field: Math.floor(format.maxFieldBytes / unitBytes),
      open: this.#maxHeldUnits,
    });
  }

  /**
   * Cuts rows off that the stretch holds in full, and adds them to `rows`, which must be empty.
   *
   * @returns True when it stopped for there being enough of them.
   * @throws {StoppedError} when a line doesn't end within `HELD_RECORDS` times the longest record.
   */
  scan(stretch: Stretch, rows: Row[]): boolean {
    const { units, view, block, obstacles, atEnd } = stretch;
    const { marks, bytes } = units;
    const { delimiter, columns: { length: columns } } = this.#format;
    const { offset } = block;
    const progress = this.#progress;
    const starts = new Int32Array(MOST_ROWS * (columns + 1));
    const verbatim: Verbatim | null = view && { bytes, view, starts, columns };
    const maxPlainUnits = this.#maxPlainUnits;
    let { at } = stretch;
    let obstacle = obstacles.next(at);
    let separator = marks.indexOf(delimiter, at);

    for (;;) {
      stretch.at = at;
      if (rows.length >= MOST_ROWS) return true;
      const lineFeed = marks.indexOf("\n", at);
      if (lineFeed === -1) break;
      const end = lineFeed > at && marks.charCodeAt(lineFeed - 1) === CARRIAGE_RETURN
        ? lineFeed - 1
        : lineFeed;
      if (end === at) {
        progress.line++;
        at = lineFeed + 1;
        continue;
      }
      if (obstacle < at) obstacle = obstacles.next(at);
      if (verbatim === null || obstacle < lineFeed || lineFeed - at > maxPlainUnits) {
        if (!this.#carefulRow(stretch, lineFeed, rows)) return false;
        // More than usual is looked at for its first record's sake only.
        if (units.bytes.length > USUAL_BYTES) return false;
        at = stretch.at;
        continue;
      }

      if (separator !== -1 && separator < at) separator = marks.indexOf(delimiter, at);
      const first = rows.length * (columns + 1);
      let found = 1;
      starts[first] = at;
      for (; separator !== -1 && separator < end; found++) {
        if (found < columns) starts[first + found] = separator + 1;
        separator = marks.indexOf(delimiter, separator + 1);
      }
      starts[first + columns] = end + 1;
      const number = ++progress.row;
      const line = progress.line++;
      const start = offset + at;
      at = lineFeed + 1;
      const after = offset + at;
      rows.push(
        found === columns
          ? new PlainRow(number, line, start, after, block, verbatim, first)
          : faulty({ number, line, start, end: after, block }, this.#ragged(found)),
      );
    }

    // What is left has no line end: the source's last line, or the start of a record to be.
    if (atEnd) {
      if (at < marks.length && !(marks.length - at === 1 && marks.endsWith("\r"))) {
        obstacles.next(at);
        this.#carefulRow(stretch, -1, rows);
        return false;
      }
      stretch.at = marks.length;
    } else if (marks.length - at > this.#maxHeldUnits) this.#stopAtEndlessLine();
    return false;
  }

  /** Cuts off any record; false when the stretch doesn't hold all of it. */
  #carefulRow(stretch: Stretch, lineFeed: number, rows: Row[]): boolean {
    const { units, block, obstacles, at, atEnd } = stretch;
    const splitter = this.#splitter;
    const progress = this.#progress;
    const fields = splitter.split(units, at, lineFeed, atEnd);
    const end = fields ? splitter.end : units.text.length;
    if (end - at > this.#maxHeldUnits) this.#stopAtEndlessLine();
    if (!fields) return false;

    const isFlawless = splitter.broken === null && splitter.longField === -1 &&
      obstacles.nul >= end && obstacles.foreign >= end &&
      end - at <= this.#maxPlainUnits && fields.length === this.#format.columns.length;
    const problem = isFlawless ? null : this.#check(fields, obstacles, at);
    rows.push({
      number: ++progress.row,
      line: progress.line,
      start: block.offset + at * block.unitBytes,
      end: block.offset + Math.min(end * block.unitBytes, units.bytes.length),
      block,
      fields: problem ? [] : fields,
      fault: problem,
      verbatim: null,
      first: 0,
    });
    progress.line += splitter.lineEnds;
    stretch.at = end;
    return true;
  }

  /** Looks the record over that was split off last, decodes its fields, and says what is wrong. */
  #check(fields: string[], obstacles: Obstacles, start: number): Problem | null {
    const format = this.#format;
    const { broken, brokenField, brokenLine, longField, end } = this.#splitter;
    const { foreign, decode, unitBytes } = format.coding;
    if (broken) {
      const line = brokenLine > 0 ? this.#progress.line + brokenLine : -1;
      return fault(broken, format, brokenField, line);
    }
    if (longField !== -1) return fault("field-too-long", format, longField);
    if ((end - start) * unitBytes > format.maxRecordBytes) return fault("record-too-long", format);
    if (obstacles.nul < end) {
      return fault("nul-byte", format, fields.findIndex((field) => field.includes("\0")));
    }
    if (obstacles.foreign < end) {
      for (let index = 0; index < fields.length; index++) {
        const field = fields[index] ?? "";
        foreign.lastIndex = 0;
        if (!foreign.test(field)) continue;
        const decoded = decode(field);
        if (decoded === null) return fault("invalid-encoding", format, index);
        fields[index] = decoded;
      }
    }
    return fields.length === format.columns.length ? null : this.#ragged(fields.length);
  }

  #ragged(found: number): Problem {
    return fault(
      "ragged-row",
      this.#format,
      Math.min(found, this.#format.columns.length),
      -1,
      found,
    );
  }

  #stopAtEndlessLine(): never {
    const { name, maxRecordBytes } = this.#format;
    throw new StoppedError(
      `Cannot read on in ${name}: the record on line ${this.#progress.line} runs on for more than ` +
        `${bytes(maxRecordBytes * HELD_RECORDS)}; check that the file is CSV, or mend the line`,
    );
  }
}

/** A record that can't be read. */
function faulty(place: Place, problem: Problem): Row {
  return { ...place, fields: [], fault: problem, verbatim: null, first: 0 };
}
