/**
 * One record, with quotes or without: where its fields are, where it ends, and how its quotes are
 * broken, by RFC 4180 §2.
 *
 * Liberties: a line may end in LF, CRLF or CR CR LF (Python's csv module on Windows, written through a
 * text file), and the last one in nothing or in a lone CR. Any other CR outside quotes is no text: it
 * is most likely the line end of another system. Inside quotes a line break keeps its characters.
 *
 * A record with broken quotes ends where the physical line ends on which its broken field starts:
 * an unclosed quote can't swallow the lines below, each is read as a record of its own. Where the
 * broken field is a text that plainly goes on and ends below, its lines belong to the record: they
 * are no rows, though they may look like some.
 *
 * @module
 */

import type { Units } from "./encoding.ts";
import { endOfOpenText, endsLine, skipCarriages } from "./line_ends.ts";
import type { FaultCode } from "./problems.ts";

const QUOTE = 0x22;
const LINE_FEED = 0x0a;
const BLANK = 0x20;

/** How far a record may reach, in units. */
export interface UnitLimits {
  /** Longer fields are reported in `longField`. */
  readonly field: number;
  /** A quoted field that is still open this far from the record's start counts as unclosed. */
  readonly open: number;
}

/** What a splitter does otherwise than RFC 4180 has it. */
export interface SplitterOptions {
  /** Keeps in `starts` where each field starts. */
  readonly keepStarts?: boolean;
  /** Takes blanks between a delimiter and a quote for no part of the field. */
  readonly blanksBeforeQuotes?: boolean;
  /** Ends a record with broken quotes at the line of its broken field, whatever follows. */
  readonly endsAtFirstLine?: boolean;
}

/**
 * Splits records off a text of units. An instance is used for many records and holds what is to be
 * said of the last one, so that the millions of quoted records of a large file cost no object each.
 * It doesn't hold the fields: young objects held by an old one slow the garbage collector down.
 */
export class RecordSplitter {
  /** Where the record ends, its line end included. */
  end = 0;
  /** How many line ends the record holds, its own included. */
  lineEnds = 0;
  /** How the record is broken, or null. */
  broken: FaultCode | null = null;
  /** Index of the broken field, and how many lines below the record's first it starts. */
  brokenField = 0;
  brokenLine = 0;
  /** Index of the first field that is too long, or -1. */
  longField = -1;
  /** Index of the first unquoted field that holds a CR which ends no line, or -1. */
  strayField = -1;
  /** Where each field starts, its quote included. Only kept when asked for. */
  readonly starts: number[] | null;

  readonly #delimiter: string;
  readonly #columns: number;
  readonly #limits: UnitLimits;
  readonly #delimiterCode: number;
  readonly #blanksBeforeQuotes: boolean;
  readonly #endsAtFirstLine: boolean;

  /** @param columns how many fields are expected: only a hint that spares growing arrays. */
  constructor(
    delimiter: string,
    columns: number,
    limits: UnitLimits,
    options: SplitterOptions = {},
  ) {
    this.#delimiter = delimiter;
    this.#delimiterCode = delimiter.charCodeAt(0);
    this.#columns = columns;
    this.#limits = limits;
    this.#blanksBeforeQuotes = options.blanksBeforeQuotes ?? false;
    this.#endsAtFirstLine = options.endsAtFirstLine ?? false;
    this.starts = options.keepStarts ? [] : null;
  }

  /**
   * Splits off the record that starts at `start`, where `lineFeed` is the first LF from there or -1.
   * Returns its fields as units, without their quotes; none when the record is broken. Returns null
   * when the units end before it is known where the record does; never when `atEnd` says that the
   * source ends with them.
   */
  split(
    { text, marks }: Pick<Units, "text" | "marks">,
    start: number,
    lineFeed: number,
    atEnd: boolean,
  ): string[] | null {
    const { length } = marks;
    const { field: maxField, open: maxOpen } = this.#limits;
    const { starts } = this;
    const blanksBeforeQuotes = this.#blanksBeforeQuotes;
    const fields = new Array<string>(this.#columns);
    let count = 0;
    let at = start;
    let strayQuote = -1; // The first quote from an unquoted field on, once it was looked for.
    let strayReturn = -1;
    this.#forget();

    for (;;) {
      if (starts) starts.push(at);
      if (blanksBeforeQuotes) at = skipBlanks(marks, at);
      let stop: number;
      let isLast: boolean;
      if (marks.charCodeAt(at) !== QUOTE) {
        if (lineFeed === -1 && !atEnd) return null;
        stop = lineFeed === -1 ? length : lineFeed;
        const separator = marks.indexOf(this.#delimiter, at);
        isLast = separator === -1 || separator >= stop;
        if (!isLast) stop = separator;
        if (strayQuote < at) strayQuote = orInfinity(marks.indexOf('"', at));
        const end = isLast ? skipCarriages(marks, at, stop) : stop;
        if (strayQuote < stop && !isFormulaText(marks, at, end)) {
          return this.#breakOff("bare-quote", count, marks, lineFeed);
        }
        if (strayReturn < at) strayReturn = orInfinity(marks.indexOf("\r", at));
        if (strayReturn < end && this.strayField === -1) this.strayField = count;
        fields[count] = text.slice(at, end);
        if (end - at > maxField && this.longField === -1) this.longField = count;
      } else {
        const first = marks.indexOf('"', at + 1);
        const close = behindDoubled(marks, first);
        const next = marks.charCodeAt(close + 1);
        if (close === -1 || close - start >= maxOpen) {
          const mayStillClose = !atEnd && length - start < maxOpen;
          if (mayStillClose || (lineFeed === -1 && !atEnd)) return null;
          return this.#breakOff("unclosed-quote", count, marks, lineFeed);
        }
        stop = close + 1;
        isLast = next !== this.#delimiterCode;
        const spansLines = lineFeed !== -1 && lineFeed < close;
        if (isLast && next !== LINE_FEED && !endsLine(marks, stop)) {
          // Where the closing quote stands on another line, it more likely opens a field there.
          const code = spansLines ? "unclosed-quote" : "text-after-quote";
          return this.#breakOffOpenText(code, count, marks, at, lineFeed, atEnd);
        }
        const value = close === first
          ? text.slice(at + 1, close)
          : unescapeQuotes(text, marks, at + 1, close);
        if (spansLines) lineFeed = this.#countLineEnds(marks, lineFeed, close);
        if (isLast && lineFeed === -1 && !atEnd) return null;
        fields[count] = value;
        if (close - at - 1 > maxField && this.longField === -1) this.longField = count;
      }
      count++;
      if (isLast) break;
      at = stop + 1;
    }
    if (fields.length !== count) fields.length = count;
    this.#endAt(lineFeed, length);
    return fields;
  }

  /** What was to be said of the last record. */
  #forget(): void {
    this.lineEnds = 0;
    this.longField = -1;
    this.strayField = -1;
    this.broken = null;
    if (this.starts) this.starts.length = 0;
  }

  /** Counts the line ends before `until`, and returns the position of the first one behind it. */
  #countLineEnds(marks: string, lineFeed: number, until: number): number {
    let next = lineFeed;
    while (next !== -1 && next < until) {
      this.lineEnds++;
      next = marks.indexOf("\n", next + 1);
    }
    return next;
  }

  /** Ends a broken record at the line end `end`: that of its broken field's line unless given. */
  #breakOff(
    code: FaultCode,
    field: number,
    marks: string,
    lineFeed: number,
    end = lineFeed,
  ): string[] {
    this.broken = code;
    this.brokenField = field;
    this.brokenLine = this.lineEnds;
    this.#endAt(this.#countLineEnds(marks, lineFeed, end), marks.length);
    return [];
  }

  /** Ends a record whose field at `at` has text behind its closing quote; null if more must be known. */
  #breakOffOpenText(
    code: FaultCode,
    field: number,
    marks: string,
    at: number,
    lineFeed: number,
    atEnd: boolean,
  ): string[] | null {
    if (lineFeed === -1 && !atEnd) return null;
    const end = this.#endsAtFirstLine
      ? lineFeed
      : endOfOpenText(marks, at, lineFeed, this.#delimiter, atEnd);
    return end === null ? null : this.#breakOff(code, field, marks, lineFeed, end);
  }

  #endAt(lineFeed: number, length: number): void {
    this.end = lineFeed === -1 ? length : lineFeed + 1;
    if (lineFeed !== -1) this.lineEnds++;
  }
}

/** The first quote from `quote` on that isn't written twice, or -1. */
function behindDoubled(marks: string, quote: number): number {
  let close = quote;
  while (close !== -1 && marks.charCodeAt(close + 1) === QUOTE) {
    close = marks.indexOf('"', close + 2);
  }
  return close;
}

function orInfinity(position: number): number {
  return position === -1 ? Infinity : position;
}

/** Where a quote stands behind blanks, else `at`. */
function skipBlanks(marks: string, at: number): number {
  let quote = at;
  while (marks.charCodeAt(quote) === BLANK) quote++;
  return marks.charCodeAt(quote) === QUOTE ? quote : at;
}

/** A quoted field's units with each doubled quote made single. */
function unescapeQuotes(text: string, marks: string, from: number, to: number): string {
  let value = "";
  let start = from;
  for (let at = marks.indexOf('"', from); at < to; at = marks.indexOf('"', start)) {
    value += text.slice(start, at + 1);
    start = at + 2;
  }
  return value + text.slice(start, to);
}

/**
 * Whether a field is `="…"`, as programs write text for a spreadsheet. Its quotes quote nothing: the field
 * ends at the next delimiter.
 */
function isFormulaText(marks: string, from: number, end: number): boolean {
  if (marks.charCodeAt(from) !== EQUALS || marks.charCodeAt(from + 1) !== QUOTE) return false;
  return marks.indexOf('"', from + 2) === end - 1;
}

const EQUALS = 0x3d;
