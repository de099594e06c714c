/**
 * An answer's body as text: unpacked, and read by its character set. What can't be read is not guessed
 * at, since it might hold what must not be repeated. Without effects.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { Transform } from "node:stream";

/** A body that was read, or why it can't be. */
export interface BodyText {
  /** Empty where there is a fault. */
  readonly text: string;
  /** What is wrong with it, as `a gzip body that can't be unpacked`; null when it was read. */
  readonly fault: string | null;
  /** True when it is not what it says that it is packed as. */
  readonly corrupt?: boolean;
}

/** What is known of a body's bytes. */
export interface BodyBytes {
  readonly bytes: Uint8Array;
  /** False when more was to come. */
  readonly whole: boolean;
  /** How it was packed, in the order in which it was done. */
  readonly codings: readonly string[];
  readonly contentType: string | null;
}

/**
 * Reads a body.
 *
 * @param limit Most bytes that are unpacked; the rest of it is left unread.
 */
export async function readBody(body: BodyBytes, limit: number): Promise<BodyText> {
  let { bytes, whole } = body;
  for (const coding of body.codings.toReversed()) {
    if (bytes.length === 0) break;
    const unpacker = await unpackerOf(coding, bytes);
    if (unpacker === null) {
      return { text: "", fault: "a body that is packed in a way that rowferry does not know" };
    }
    const unpacked = await unpack(unpacker, bytes, limit);
    if (unpacked === null) {
      return { text: "", fault: `a body that can't be unpacked (${coding})`, corrupt: true };
    }
    bytes = unpacked.subarray(0, limit);
    whole &&= unpacked.length <= limit;
  }
  return decode(bytes, { ...body, whole });
}

/** What unpacks bytes that were packed so; null for nothing. */
async function unpackerOf(coding: string, bytes: Uint8Array): Promise<Transform | null> {
  // Most runs never see a packed answer.
  const zlib = await import("node:zlib");
  const { BROTLI_OPERATION_FLUSH, Z_SYNC_FLUSH } = zlib.constants;
  const options = { finishFlush: Z_SYNC_FLUSH };
  switch (coding) {
    case "gzip":
    case "x-gzip":
      return zlib.createGunzip(options);
    case "deflate":
      // By RFC 9110 §8.4.1.2 with zlib's two bytes before it; some servers leave them out.
      return (bytes[0] ?? 0) % 16 === 8
        ? zlib.createInflate(options)
        : zlib.createInflateRaw(options);
    case "br":
      return zlib.createBrotliDecompress({ finishFlush: BROTLI_OPERATION_FLUSH });
    default:
      return null;
  }
}

/** As much as there is of what was packed, up to a little more than `limit` bytes; null where it is wrong. */
async function unpack(
  unpacker: Transform,
  bytes: Uint8Array,
  limit: number,
): Promise<Uint8Array | null> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  unpacker.end(bytes);
  try {
    for await (const piece of unpacker) {
      pieces.push(piece);
      length += piece.length;
      if (length > limit) break; // Of a body that grows without end, too.
    }
  } catch {
    return null;
  }
  return Buffer.concat(pieces);
}

const BYTE_ORDER_MARKS: readonly (readonly [readonly number[], string])[] = [
  [[0xef, 0xbb, 0xbf], "utf-8"],
  [[0xff, 0xfe], "utf-16le"],
  [[0xfe, 0xff], "utf-16be"],
];

function decode(bytes: Uint8Array, { contentType, whole }: BodyBytes): BodyText {
  const marked = BYTE_ORDER_MARKS.find(([mark]) => mark.every((byte, at) => bytes[at] === byte));
  const named = /\bcharset="?([\w:.-]{1,40})/i.exec(contentType ?? "")?.[1];
  const text = decodeAs(marked?.[1] ?? named ?? "utf-8", bytes, whole);
  // Text without a NUL in it is text.
  if (text !== null && !text.includes("\0")) return { text, fault: null };
  return { text: "", fault: "a body that is no text" };
}

function decodeAs(charset: string, bytes: Uint8Array, whole: boolean): string | null {
  if (charset === "utf-8" && whole && bytes.length < 1_000) {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();
    if (!text.includes("\ufffd")) return text.startsWith("\ufeff") ? text.slice(1) : text;
  }
  try {
    // What was cut off within a character ends before it.
    return new TextDecoder(charset, { fatal: true }).decode(bytes, { stream: !whole });
  } catch (error) {
    // A character set that nobody knows, mostly one that is UTF-8 or ASCII by another name.
    return error instanceof RangeError && charset !== "utf-8"
      ? decodeAs("utf-8", bytes, whole)
      : null;
  }
}
