/**
 * A piece of memory that is filled from its start, and its addresses.
 *
 * @module
 */

/** A word of 32 bits, or a double, which takes two. */
export type Word = number | { readonly double: number };

/** Something in memory, and its bytes. */
interface Stored {
  readonly address: number;
  readonly length: number;
}

/** Doubles stand where they can be read in one go, and texts where 16 bytes can be. */
const ALIGNMENT = 16;

/** A piece of memory in the making. */
export class Arena {
  readonly #address: number;
  #view = new DataView(new ArrayBuffer(4096));
  #length: number;

  /** @param words are kept free at its start, for `fill`. */
  constructor(address: number, words: number) {
    this.#address = address;
    this.#length = 4 * words;
    this.#align();
  }

  /** Fills the words at its start. */
  fill(words: readonly number[]): void {
    words.forEach((word, index) => this.#view.setUint32(4 * index, word, true));
  }

  /** Keeps bytes free, and gives their address. */
  room(bytes: number): number {
    this.#align();
    const at = this.#take(bytes);
    this.#align();
    return this.#address + at;
  }

  /** Words one after the other, and gives their address. */
  words(words: readonly Word[]): number {
    const address = this.#address + this.#length;
    for (const word of words) {
      if (typeof word === "number") {
        const at = this.#take(4);
        this.#view.setUint32(at, word, true);
      } else {
        const at = this.#take(8);
        this.#view.setFloat64(at, word.double, true);
      }
    }
    return address;
  }

  /** Shapes of words one after the other. */
  shapes(shapes: readonly (readonly Word[])[]): { readonly address: number; readonly end: number } {
    const address = this.#address + this.#length;
    for (const words of shapes) this.words(words);
    return { address, end: this.#address + this.#length };
  }

  /** UTF-8 bytes. */
  text(text: string): Stored {
    const bytes = new TextEncoder().encode(text);
    const at = this.#take(bytes.length);
    new Uint8Array(this.#view.buffer).set(bytes, at);
    this.#align();
    return { address: this.#address + at, length: bytes.length };
  }

  /** A set of ASCII characters: of each low half of a byte, a bit for each high half. */
  characters(characters: string): number {
    const set = new Uint8Array(16);
    for (const character of characters) {
      const code = character.charCodeAt(0);
      set[code & 15] = (set[code & 15] ?? 0) | 1 << (code >> 4);
    }
    const at = this.#take(set.length);
    new Uint8Array(this.#view.buffer).set(set, at);
    return this.#address + at;
  }

  /** Words of a language: how many, then of each its length, what it means, its bytes. */
  wordList(list: readonly { readonly word: string; readonly means: number }[]): number {
    const address = this.words([list.length]);
    for (const { word, means } of list) {
      const bytes = new TextEncoder().encode(word);
      this.words([bytes.length, means]);
      const at = this.#take(bytes.length);
      new Uint8Array(this.#view.buffer).set(bytes, at);
    }
    this.#align();
    return address;
  }

  /** All that was written. */
  bytes(): Uint8Array {
    return new Uint8Array(this.#view.buffer, 0, this.#length);
  }

  #align(): void {
    this.#take((ALIGNMENT - this.#length % ALIGNMENT) % ALIGNMENT);
  }

  /** Makes room for bytes, and gives where they stand. */
  #take(bytes: number): number {
    const at = this.#length;
    this.#length += bytes;
    if (this.#length > this.#view.byteLength) {
      const larger = new Uint8Array(2 * this.#length);
      larger.set(new Uint8Array(this.#view.buffer));
      this.#view = new DataView(larger.buffer);
    }
    return at;
  }
}
