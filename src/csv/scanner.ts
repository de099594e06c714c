/**
 * The hot loop: units in, rows out. Records without quotes, NUL and foreign letters, which are most,
 * are cut by `indexOf` alone; all others, and those of UTF-16, take the careful way through
 * `RecordSplitter`.
 *
 * @module
 */

import type { Cut, RowDecider } from "../model/decided_rows.ts";
import { StoppedError } from "../model/errors.ts";
import { countLineEnds } from "../model/positions.ts";
import type { Problem } from "../model/problem.ts";
import type { Place, Row, Verbatim } from "../model/row.ts";
import { skipCarriages } from "./line_ends.ts";
import { PlainRow } from "./plain_row.ts";
import { bytes } from "./problems.ts";
import { RecordSplitter } from "./record.ts";
import { RecordChecker } from "./record_checker.ts";
import type { Units } from "./encoding.ts";
import type { Format, ScanProgress, Stretch } from "./stretch.ts";
import { USUAL_BYTES } from "./window.ts";

/**
 * How many times `maxRecordBytes` are held at most, in the hope of a line end or a closing quote. A
 * record between one and that many times is rejected as a whole.
 */
const HELD_RECORDS = 16;

/**
 * How many rows are cut off at a time. Whenever the garbage collector comes by, it copies those that
 * nobody has taken in hand yet: of a whole block, they would be most of what it copies.
 */
export const MOST_ROWS = 128;

/** Stands for a position that nobody has looked for yet. */
const UNSOUGHT = -2;

/** Cuts the records of one file off its blocks. */
export class Scanner {
  readonly #format: Format;
  readonly #progress: ScanProgress;
  readonly #splitter: RecordSplitter;
  /** Records up to this length are too long in no way. */
  readonly #maxPlainUnits: number;
  readonly #maxHeldUnits: number;
  readonly #checker: RecordChecker;
  /** How many fields a record has. */
  readonly #width: number;
  /** What ends lines that escapes may hide; null where nothing escapes. */
  readonly #escapedLineEnd: "\n" | "\r" | null;
  /** Decides rows of the stretch in hand before they are cut off; null where it has no say. */
  decider: RowDecider | null = null;

  constructor(format: Format, progress: ScanProgress) {
    const { columns, delimiter, dialect } = format;
    const { unitBytes } = format.coding;
    this.#width = columns.length + dialect.extraFields;
    this.#checker = new RecordChecker(format);
    this.#escapedLineEnd = dialect.escape === null ? null : dialect.lineEnd;
    this.#format = format;
    this.#progress = progress;
    this.#maxPlainUnits = Math.floor(
      Math.min(format.maxFieldBytes, format.maxRecordBytes) / unitBytes,
    );
    this.#maxHeldUnits = Math.floor(format.maxRecordBytes * HELD_RECORDS / unitBytes);
    this.#splitter = new RecordSplitter(delimiter, this.#width, {
      field: Math.floor(format.maxFieldBytes / unitBytes),
      open: this.#maxHeldUnits,
    }, {
      blanksBeforeQuotes: dialect.blanksBeforeQuotes,
      endsAtFirstLine: dialect.numbering === 1,
    });
  }

  /**
   * Cuts rows off that the stretch holds in full, and adds them to `cuts`, which must be empty.
   *
   * @returns True when it stopped for there being enough of them.
   * @throws {StoppedError} when a line doesn't end within `HELD_RECORDS` times the longest record.
   */
  scan(stretch: Stretch, cuts: Cut[]): boolean {
    const { units, view, block: { offset }, obstacles } = stretch;
    const { marks, bytes } = units;
    const { delimiter, columns: { length: columns }, dialect: { comment } } = this.#format;
    const width = this.#width;
    const checker = this.#checker;
    const progress = this.#progress;
    const { decider } = this;
    const lastRow = progress.row + (decider?.mostRows ?? MOST_ROWS);
    let verbatim: Verbatim | null = null;
    let { at } = stretch;
    let plain = 0;
    let obstacle = UNSOUGHT;
    let separator = UNSOUGHT;
    let carriage = -1;

    for (;;) {
      stretch.at = at;
      if (decider !== null) at = this.#letDecide(decider, stretch, lastRow, cuts);
      if (progress.row >= lastRow) return true;
      const lineFeed = marks.indexOf("\n", at);
      if (lineFeed === -1) break;
      if (carriage < at) carriage = orEnd(marks.indexOf("\r", at), marks);
      const end = carriage < lineFeed ? skipCarriages(marks, carriage, lineFeed) : lineFeed;
      const isComment = comment !== null && marks.startsWith(comment, at);
      if (end === at || isComment || checker.isEmptyLine(marks, at, end)) {
        if (isComment) progress.commentLines++;
        else if (end > at) progress.emptyRecords++;
        progress.line++;
        at = lineFeed + 1;
        continue;
      }
      if (obstacle < at) obstacle = obstacles.next(at);
      const isOdd = view === null || obstacle < lineFeed || carriage < end;
      if (isOdd || lineFeed - at > this.#maxPlainUnits) {
        if (!this.#carefulRow(stretch, lineFeed, cuts)) return false;
        // More than usual is looked at for its first record's sake only.
        if (bytes.length > USUAL_BYTES) return false;
        at = stretch.at;
        continue;
      }
      if (separator !== -1 && separator < at) separator = marks.indexOf(delimiter, at);
      if (decider !== null || verbatim === null) verbatim = this.#verbatimAt(at, units, view);
      const { starts } = verbatim;
      const first = plain * (width + 1);
      let found = 1;
      starts[first] = at;
      for (; separator !== -1 && separator < end; found++) {
        if (found < width) starts[first + found] = separator + 1;
        separator = marks.indexOf(delimiter, separator + 1);
      }
      starts[first + width] = end + 1;
      // Where there are extra fields, the header's last is followed by nothing but delimiters.
      const isSound = found === width && starts[first + columns] === end + 1 - (width - columns) &&
        !checker.isHeaderLine(marks, at, end);
      if (isSound && decider === null) plain++;
      const number = ++progress.row;
      const line = progress.line++;
      const from = offset + at;
      const to = offset + lineFeed + 1;
      cuts.push(
        isSound ? new PlainRow(number, line, from, to, stretch.block, verbatim, first) : faulty(
          { number, line, start: from, end: to, block: stretch.block },
          checker.misfit(marks.slice(at, end).split(delimiter)),
        ),
      );
      at = lineFeed + 1;
    }
    return this.#scanRest(stretch, cuts);
  }

  /** Room for rows to come: for a single one where a decider leaves few of them. */
  #verbatimAt(at: number, { marks, bytes }: Units, view: DataView): Verbatim {
    const rows = this.decider === null ? MOST_ROWS : 1;
    const starts = roomForStarts(rows, this.#width, marks.length - at);
    return { bytes, view, starts, columns: this.#format.columns.length };
  }

  /** Has rows up to `lastRow` decided from the stretch's place on, moves it behind them, and returns it. */
  #letDecide(decider: RowDecider, stretch: Stretch, lastRow: number, cuts: Cut[]): number {
    const progress = this.#progress;
    const { block, at } = stretch;
    const { row, line } = progress;
    const decided = decider.decide(at, lastRow - row, { block, line, number: row + 1 });
    if (decided === null) return at;
    cuts.push(decided);
    progress.row += decided.length;
    progress.line = decided.lineBehind;
    stretch.at = decided.endInBlock;
    return stretch.at;
  }

  /** Cuts off what has no line end: the source's last line, or the start of a record to be. */
  #scanRest(stretch: Stretch, cuts: Cut[]): false {
    const { units, at, atEnd, obstacles } = stretch;
    const { marks } = units;
    const { comment } = this.#format.dialect;
    if (!atEnd) {
      if (marks.length - at > this.#maxHeldUnits) this.#stopAtEndlessLine();
      return false;
    }
    const isComment = comment !== null && marks.startsWith(comment, at);
    if (!isComment && skipCarriages(marks, at, marks.length) > at) {
      obstacles.next(at);
      this.#carefulRow(stretch, -1, cuts);
      const hasEndMark = units.bytes.length > marks.length * stretch.block.unitBytes;
      this.#progress.lastLineIsOpen = cuts.length > 0 && !marks.endsWith("\r") && !hasEndMark;
      return false;
    }
    if (isComment) this.#progress.commentLines++;
    stretch.at = marks.length;
    return false;
  }

  /** Cuts off any record; false when the stretch doesn't hold all of it. */
  #carefulRow(stretch: Stretch, lineFeed: number, cuts: Cut[]): boolean {
    const { units, block, at, atEnd } = stretch;
    const splitter = this.#splitter;
    const progress = this.#progress;
    const fields = splitter.split(units, at, lineFeed, atEnd);
    const end = fields ? splitter.end : units.text.length;
    if (end - at > this.#maxHeldUnits) this.#stopAtEndlessLine();
    if (!fields) return false;

    const { line } = progress;
    const checker = this.#checker;
    const problem = checker.check(fields, splitter, stretch, line);
    progress.line += this.#escapedLineEnd === null
      ? splitter.lineEnds
      : countLineEnds(units.text.slice(at, end), this.#escapedLineEnd);
    stretch.at = end;
    if (checker.isEmpty(fields, problem)) {
      progress.emptyRecords++;
      return true;
    }
    cuts.push({
      number: ++progress.row,
      line,
      start: block.offset + at * block.unitBytes,
      end: block.offset + Math.min(end * block.unitBytes, units.bytes.length),
      block,
      fields: problem ? [] : fields,
      fault: problem,
      verbatim: null,
      first: 0,
    });
    return true;
  }

  #stopAtEndlessLine(): never {
    const { name, maxRecordBytes } = this.#format;
    throw new StoppedError(
      `Cannot read on in ${name}: the record on line ${this.#progress.line} runs on for more than ` +
        `${bytes(maxRecordBytes * HELD_RECORDS)}; check that the file is CSV, or mend the line`,
    );
  }
}

/** Room for the fields of so many records, or as many as the units hold: each takes one a field. */
function roomForStarts(rows: number, width: number, units: number): Int32Array<ArrayBuffer> {
  return new Int32Array(Math.min(rows, Math.ceil(units / width)) * (width + 1));
}

function orEnd(position: number, { length }: string): number {
  return position === -1 ? length : position;
}

/** A record that can't be read. */
function faulty(place: Place, problem: Problem): Row {
  return { ...place, fields: [], fault: problem, verbatim: null, first: 0 };
}
