/**
 * Where a row's payload is written: bytes at once, since texts put together from dozens of pieces
 * cost several times as much to flatten and encode as the pieces cost to write.
 *
 * @module
 */

import type { Row, Verbatim } from "./row.ts";

/** Text that many payloads hold, ready to be written. */
export class Fragment {
  /** UTF-8 bytes. */
  readonly length: number;
  /** The bytes and some zeros behind them, eight at a time. No UTF-8 reads as a NaN, which may change. */
  readonly words: Float64Array;

  constructor(readonly text: string) {
    const bytes = encoder.encode(text);
    const padded = new Uint8Array(Math.ceil(bytes.length / LONG_WORD) * LONG_WORD);
    padded.set(bytes);
    const view = new DataView(padded.buffer);
    this.length = bytes.length;
    this.words = Float64Array.from(
      { length: padded.length / LONG_WORD },
      (_, index) => view.getFloat64(index * LONG_WORD, true),
    );
  }
}

/** Grows at its end, by JSON text in UTF-8. */
export class PayloadWriter {
  /** The first `length` of these are written. */
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(INITIAL_BYTES);
  length = 0;
  #view = new DataView(this.bytes.buffer);
  /** Up to this length, a word that is longer than wanted can be written. */
  #limit = INITIAL_BYTES - LONG_WORD;
  /** Of the row in hand. */
  #verbatim: Verbatim | null = null;
  #first = 0;

  /** Drops what was written, and takes a row in hand. */
  begin({ verbatim, first }: Pick<Row, "verbatim" | "first">): void {
    this.length = 0;
    this.#first = first;
    // Hardly ever another one, and the collector must be told of each that is set.
    if (verbatim !== this.#verbatim) this.#verbatim = verbatim;
  }

  /** Text that stays as it is. */
  fragment({ length, words }: Fragment): void {
    this.#reserve(length);
    const view = this.#view;
    let at = this.length;
    for (let i = 0; i < words.length; i++, at += LONG_WORD) {
      view.setFloat64(at, words[i] as number, true);
    }
    this.length += length; // What is written beyond is overwritten by what comes next.
  }

  /**
   * A JSON string: a field of the row in hand, perhaps without the blanks around it. Where it is all of
   * the field, its bytes are copied from there: a third of the time of {@linkcode quoted}.
   */
  field(value: string, field: number): void {
    if (this.#verbatim === null) return this.quoted(value);
    const { bytes: source, view: words, starts } = this.#verbatim;
    const index = this.#first + field;
    const end = (starts[index + 1] as number) - 1;
    let from = starts[index] as number;
    const { length } = value;
    if (end - from !== length) return this.quoted(value);
    this.#reserve(length + 2);
    const { bytes } = this;
    const view = this.#view;
    let to = this.length;
    bytes[to++] = QUOTE;
    for (; from + WORD <= end; from += WORD, to += WORD) {
      const word = words.getInt32(from, true);
      if (needsEscape(word)) return this.#escaped(value);
      view.setInt32(to, word, true);
    }
    for (; from < end; from++) {
      const byte = source[from] as number;
      if (byte < SPACE || byte === BACKSLASH) return this.#escaped(value);
      bytes[to++] = byte;
    }
    bytes[to++] = QUOTE;
    this.length = to;
  }

  /** A JSON string. */
  quoted(text: string): void {
    const { length } = text;
    this.#reserve(3 * length + 2);
    const { bytes } = this;
    let at = this.length;
    bytes[at++] = QUOTE;
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i);
      if (unit < 0x80) {
        if (unit < SPACE || unit === QUOTE || unit === BACKSLASH) return this.#escaped(text);
        bytes[at++] = unit;
      } else if (unit < 0x800) {
        bytes[at++] = 0xc0 | unit >> 6;
        bytes[at++] = 0x80 | unit & 0x3f;
      } else if (unit < 0xd800 || unit > 0xdfff) {
        bytes[at++] = 0xe0 | unit >> 12;
        bytes[at++] = 0x80 | unit >> 6 & 0x3f;
        bytes[at++] = 0x80 | unit & 0x3f;
      } else return this.#escaped(text);
    }
    bytes[at++] = QUOTE;
    this.length = at;
  }

  /** A number in the shortest form that stands for it. */
  number(value: number): void {
    if (value < 0 || value > LARGEST_SMALL || !Number.isInteger(value)) {
      return this.text(JSON.stringify(value));
    }
    let digits = 1;
    for (let bound = 10; bound <= value; bound *= 10) digits++;
    this.#reserve(digits);
    this.length += digits;
    let rest = value;
    for (let at = this.length - 1; digits > 0; digits--) {
      const tenth = rest / 10 | 0;
      this.bytes[at--] = ZERO + rest - 10 * tenth;
      rest = tenth;
    }
  }

  /** JSON text that was worded elsewhere. */
  text(json: string): void {
    this.#reserve(3 * json.length);
    this.length += encoder.encodeInto(json, this.bytes.subarray(this.length)).written;
  }

  /** What another writer holds. */
  append(other: PayloadWriter): void {
    const { length } = other;
    if (length > FEW_BYTES) return this.copy(other.bytes.subarray(0, length));
    this.#reserve(length);
    copyWords(other.#view, this.#view, this.length, length);
    this.length += length;
  }

  /** Bytes that stay as they are. */
  copy(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** Escapes what must be (RFC 8259 §7): lone surrogates too, which have no form in UTF-8. */
  #escaped(text: string): void {
    this.text(JSON.stringify(text));
  }

  /** Makes room for `count` bytes. */
  #reserve(count: number): void {
    if (this.length + count <= this.#limit) return;
    const larger = new Uint8Array(2 * (this.length + count + LONG_WORD));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
    this.#view = new DataView(larger.buffer);
    this.#limit = larger.length - LONG_WORD;
  }
}

/**
 * Copies the first bytes of a view eight at a time, and so up to seven more than asked for. As in a
 * literal, none of them read as a NaN, not even with what stands behind from a payload before.
 */
function copyWords(from: DataView, to: DataView, at: number, length: number): void {
  for (let i = 0; i < length; i += LONG_WORD) {
    to.setFloat64(at + i, from.getFloat64(i, true), true);
  }
}

/**
 * True when one of four bytes is none that stands for itself in a JSON string: beyond ASCII, below a
 * space, a quote or a backslash. A subtraction sets the highest bit of each byte that it borrows for.
 */
function needsEscape(word: number): boolean {
  const suspects = word |
    (word - 0x20202020) |
    ((word ^ 0x22222222) - 0x01010101) |
    ((word ^ 0x5c5c5c5c) - 0x01010101);
  return (suspects & 0x80808080) !== 0;
}

const INITIAL_BYTES = 1024;
const WORD = 4;
const LONG_WORD = 8;
/** Up to this many bytes, a call that copies all at once takes longer. */
const FEW_BYTES = 256;
/** Whole numbers up to this are worded digit by digit. */
const LARGEST_SMALL = 999_999_999;
const ZERO = 0x30;
const SPACE = 0x20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const encoder = new TextEncoder();
