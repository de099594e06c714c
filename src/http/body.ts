/**
 * Cuts the body of an answer out of what a connection brings (RFC 9112 §6 and §7). All pure.
 *
 * @module
 */

import type { Framing } from "./head.ts";

/** Takes a connection's bytes after the head of an answer. */
export interface BodyReader {
  /** True when the body is complete. */
  readonly done: boolean;
  /** True when the body is complete if the connection ends here. */
  readonly mayEnd: boolean;
  /**
   * Takes the next bytes, and hands those of the body to `onPart` as parts of them.
   *
   * @returns How many were the body's and its framing's.
   * @throws {SyntaxError} when they are no body.
   */
  take(bytes: Uint8Array, onPart: (part: Uint8Array) => void): number;
}

/** The reader of a body that is framed so. */
export function bodyReader(framing: Framing): BodyReader {
  switch (framing.kind) {
    case "length":
      return new MeasuredBody(framing.bytes);
    case "chunked":
      return new ChunkedBody();
    case "close":
      return {
        done: false,
        mayEnd: true,
        take(bytes, onPart) {
          onPart(bytes);
          return bytes.length;
        },
      };
  }
}

class MeasuredBody implements BodyReader {
  readonly mayEnd = false;
  #left: number;

  constructor(bytes: number) {
    this.#left = bytes;
  }

  get done(): boolean {
    return this.#left === 0;
  }

  take(bytes: Uint8Array, onPart: (part: Uint8Array) => void): number {
    const part = bytes.subarray(0, this.#left);
    this.#left -= part.length;
    if (part.length > 0) onPart(part);
    return part.length;
  }
}

/** A chunk's size or a trailer may be this long. */
const LONGEST_LINE = 16 * 1024;
/** So may all trailers together. */
const LONGEST_TRAILERS = 64 * 1024;
const LINE_FEED = 0x0a;

class ChunkedBody implements BodyReader {
  readonly mayEnd = false;
  done = false;
  #expects: "size" | "data" | "end of data" | "trailer" = "size";
  #left = 0;
  #line = "";
  #trailers = 0;

  take(bytes: Uint8Array, onPart: (part: Uint8Array) => void): number {
    let at = 0;
    while (at < bytes.length && !this.done) {
      if (this.#expects === "data") {
        const part = bytes.subarray(at, at + this.#left);
        at += part.length;
        this.#left -= part.length;
        onPart(part);
        if (this.#left === 0) this.#expects = "end of data";
      } else {
        const lineFeed = bytes.indexOf(LINE_FEED, at);
        const end = lineFeed === -1 ? bytes.length : lineFeed;
        this.#line += String.fromCharCode(...bytes.subarray(at, Math.min(end, at + LONGEST_LINE)));
        if (this.#line.length >= LONGEST_LINE) throw new SyntaxError("A line is too long");
        at = end;
        if (lineFeed === -1) break;
        at++;
        this.#endLine(this.#line.replace(/\r$/, ""));
        this.#line = "";
      }
    }
    return at;
  }

  #endLine(line: string): void {
    if (this.#expects === "size") {
      const [, size] = /^([\da-f]{1,13})[ \t]*(?:;.*)?$/i.exec(line) ?? [];
      if (size === undefined) throw new SyntaxError("A chunk has no size");
      this.#left = parseInt(size, 16);
      this.#expects = this.#left > 0 ? "data" : "trailer";
    } else if (this.#expects === "end of data") {
      if (line !== "") throw new SyntaxError("A chunk is longer than its size");
      this.#expects = "size";
    } else if (line === "") this.done = true;
    else if ((this.#trailers += line.length) > LONGEST_TRAILERS) {
      throw new SyntaxError("The trailers are too long");
    }
  }
}
