/**
 * SHA-256 over the part of the source that was imported. Anyone can check a recorded mark with
 * `head -c <offset> <file> | sha256sum`.
 *
 * @module
 */

import { createHash, type Hash } from "node:crypto";

/**
 * Digests of ever longer prefixes of one source. The reader pushes bytes as it reads them, ahead of
 * the marks that are asked for; only bytes beyond the last mark are kept.
 */
export class PrefixDigest {
  readonly #hash: Hash = createHash("sha256");
  /** Blocks not hashed yet, in source order; their first byte stands at `#hashed`. */
  readonly #waiting: Uint8Array[] = [];
  #hashed = 0;
  #pushed = 0;
  #hex: string | null = null;

  /** Offset up to which the source was pushed, in bytes. */
  get pushed(): number {
    return this.#pushed;
  }

  /**
   * Takes the next bytes of the source, which stand at `offset`. They are kept, not copied: they
   * must not change afterwards.
   *
   * @throws {RangeError} when they don't follow the bytes pushed before.
   */
  push(bytes: Uint8Array, offset: number): void {
    if (offset !== this.#pushed) {
      throw new RangeError(`Bytes at ${offset} don't follow those that end at ${this.#pushed}`);
    }
    if (bytes.length > 0) this.#waiting.push(bytes);
    this.#pushed += bytes.length;
  }

  /**
   * Lower-case hex SHA-256 of the source's bytes `[0, offset)`.
   *
   * @throws {RangeError} when `offset` lies before an earlier mark or beyond the pushed bytes.
   */
  at(offset: number): string {
    if (offset < this.#hashed || offset > this.#pushed) {
      throw new RangeError(
        `No digest at ${offset}: bytes ${this.#hashed} to ${this.#pushed} are at hand`,
      );
    }
    this.#hashTo(offset);
    return this.#hex ??= this.#hash.copy().digest("hex");
  }

  #hashTo(offset: number): void {
    let done = 0;
    while (this.#hashed < offset) {
      const block = this.#waiting[done];
      if (block === undefined) break;
      const part = block.subarray(0, offset - this.#hashed);
      this.#hash.update(part);
      this.#hex = null;
      this.#hashed += part.length;
      if (part.length < block.length) this.#waiting[done] = block.subarray(part.length);
      else done++;
    }
    if (done > 0) this.#waiting.splice(0, done);
  }
}

/** Where `verifyPrefix` gets its bytes: blocks from the start of the source, null at its end. */
export interface ByteSource {
  read(): Promise<Uint8Array | null>;
}

/**
 * Proves that the first `offset` bytes of a source are those that were imported. Bytes of the last
 * block beyond `offset` are dropped: the reader seeks there.
 *
 * @returns the digest, ready to go on at `offset`; null when the prefix differs or is shorter.
 */
export async function verifyPrefix(
  source: ByteSource,
  offset: number,
  sha256: string,
): Promise<PrefixDigest | null> {
  const digest = new PrefixDigest();
  while (digest.pushed < offset) {
    const block = await source.read();
    if (block === null) return null;
    digest.push(block.subarray(0, offset - digest.pushed), digest.pushed);
    digest.at(digest.pushed); // Hashes the block now, so that its buffer may be used again.
  }
  return digest.at(offset) === sha256 ? digest : null;
}
