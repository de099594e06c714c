/**
 * Digests of the part of the source that was imported: they tell on resume whether any of it was
 * changed since.
 *
 * A digest is the SHA-256 of a list of CRC-32s (four bytes each, little-endian), one for each 64 KiB
 * of the bytes and one for the rest. SHA-256 over all bytes would take several times as long as
 * reading them; CRC-32 doesn't, and misses no change of up to 32 bits in a row. It is no guard
 * against somebody who means to deceive, who could as well have changed the file before the import.
 * With the usual tools:
 *
 * `head -c OFFSET FILE | split -b 64K --filter='gzip -1 | tail -c8 | head -c4' | sha256sum`
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { createHash, type Hash } from "node:crypto";
import type { Files } from "../io.ts";
import { crc32 } from "./crc.ts";

const PIECE_BYTES = 64 * 1024;

/** Room for what is read ahead of the marks, unless it is more. */
const INITIAL_BYTES = 256 * 1024;

/**
 * Digests of ever longer prefixes of one source. The reader pushes bytes as it reads them, ahead of
 * the marks that are asked for; only bytes beyond the last mark are kept.
 */
export class PrefixDigest {
  readonly #pieces: Hash;
  /** CRC-32 of the piece that is not complete. */
  #crc = 0;
  /** Bytes not digested yet: those of `#kept` from `#start` to `#end`. The first stands at `#done`. */
  #kept = new Uint8Array(INITIAL_BYTES);
  #start = 0;
  #end = 0;
  #done = 0;
  #hex: string | null = null;

  constructor(pieces: Hash = createHash("sha256")) {
    this.#pieces = pieces;
  }

  /** A digest that goes on from here by itself. */
  copy(): PrefixDigest {
    const copy = new PrefixDigest(this.#pieces.copy());
    copy.#crc = this.#crc;
    copy.#kept = this.#kept.slice();
    copy.#start = this.#start;
    copy.#end = this.#end;
    copy.#done = this.#done;
    return copy;
  }

  /** Offset up to which the source was pushed, in bytes. */
  get pushed(): number {
    return this.#done + this.#end - this.#start;
  }

  /**
   * Takes the next bytes of the source, which stand at `offset`, and keeps a copy for as long as it is
   * needed.
   *
   * @throws {RangeError} when they don't follow the bytes pushed before.
   */
  push(bytes: Uint8Array, offset: number): void {
    this.#assertNext(offset);
    this.#makeRoom(bytes.length);
    this.#kept.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  /**
   * As `push`, of bytes that no mark is asked for before the end of: nothing of them is kept.
   *
   * @throws {RangeError} when they don't follow the bytes pushed before.
   */
  pass(bytes: Uint8Array, offset: number): void {
    this.#assertNext(offset);
    this.#moveTo(offset);
    this.#digest(bytes);
  }

  /**
   * Lower-case hex digest of the source's bytes `[0, offset)`.
   *
   * @throws {RangeError} when `offset` lies before an earlier mark or beyond the pushed bytes.
   */
  at(offset: number): string {
    this.#moveTo(offset);
    return this.#hex ??= this.#withRest().digest("hex");
  }

  /** Digests the bytes up to `offset`, so that they need not be kept. */
  #moveTo(offset: number): void {
    if (offset < this.#done || offset > this.pushed) {
      throw new RangeError(
        `No digest at ${offset}: bytes ${this.#done} to ${this.pushed} are at hand`,
      );
    }
    const start = this.#start;
    this.#start += offset - this.#done;
    this.#digest(this.#kept.subarray(start, this.#start));
  }

  #assertNext(offset: number): void {
    if (offset === this.pushed) return;
    throw new RangeError(`Bytes at ${offset} don't follow those that end at ${this.pushed}`);
  }

  #makeRoom(count: number): void {
    if (this.#end + count <= this.#kept.length) return;
    const waiting = this.#kept.subarray(this.#start, this.#end);
    const needed = waiting.length + count;
    if (needed > this.#kept.length) this.#kept = new Uint8Array(2 * needed);
    this.#kept.set(waiting);
    this.#start = 0;
    this.#end = waiting.length;
  }

  /** Takes the bytes at `#done`. */
  #digest(bytes: Uint8Array): void {
    for (let rest = bytes; rest.length > 0;) {
      const part = rest.subarray(0, PIECE_BYTES - this.#done % PIECE_BYTES);
      this.#take(part);
      rest = rest.subarray(part.length);
    }
  }

  /** Takes bytes that end within a piece or with it. */
  #take(part: Uint8Array): void {
    this.#crc = crc32(part, this.#crc);
    this.#done += part.length;
    this.#hex = null;
    if (this.#done % PIECE_BYTES > 0) return;
    this.#pieces.update(littleEndian(this.#crc));
    this.#crc = 0;
  }

  #withRest(): Hash {
    const pieces = this.#pieces.copy();
    return this.#done % PIECE_BYTES > 0 ? pieces.update(littleEndian(this.#crc)) : pieces;
  }
}

function littleEndian(crc: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(crc);
  return bytes;
}

/** Larger reads than the reader's: nothing is parsed here, and each has to go to another thread. */
const READ_BYTES = 2 * 1024 * 1024;

/**
 * Proves that the first `offset` bytes of a file are those that were imported.
 *
 * @param known digest of a shorter prefix that was proved, which need not be read again.
 * @returns the digest, ready to go on at `offset`; null when the prefix differs or is shorter.
 * @throws what opening and reading the file throw.
 */
export async function verifyFilePrefix(
  files: Pick<Files, "open">,
  path: string,
  offset: number,
  expected: string,
  known?: PrefixDigest,
): Promise<PrefixDigest | null> {
  const digest = await digestFile(files, path, 0, offset, known?.copy());
  return digest?.at(offset) === expected ? digest : null;
}

/**
 * Lower-case hex digest of a file's bytes `[start, end)`; null when the file is shorter.
 *
 * @throws what opening and reading the file throw.
 */
export async function digestFileRange(
  files: Pick<Files, "open">,
  path: string,
  start: number,
  end: number,
): Promise<string | null> {
  const digest = await digestFile(files, path, start, end);
  return digest?.at(end - start) ?? null;
}

async function digestFile(
  files: Pick<Files, "open">,
  path: string,
  start: number,
  end: number,
  digest: PrefixDigest = new PrefixDigest(),
): Promise<PrefixDigest | null> {
  const file = await files.open(path, { read: true });
  try {
    await file.seek(start + digest.pushed);
    const buffer = new Uint8Array(READ_BYTES);
    for (let left = end - start - digest.pushed; left > 0; left = end - start - digest.pushed) {
      const count = await file.read(buffer.subarray(0, Math.min(left, READ_BYTES)));
      if (count === null) return null;
      digest.pass(buffer.subarray(0, count), digest.pushed);
    }
    return digest;
  } finally {
    file.close();
  }
}
