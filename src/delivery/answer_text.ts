/**
 * An answer's body as text: unpacked, and read by its character set. What can't be read is not guessed
 * at, since it might hold what must not be repeated. Without effects.
 *
 * @module
 */

import { Buffer } from "node:buffer";

/** A body that was read, or why it can't be. */
export interface BodyText {
  /** Empty where there is a fault. */
  readonly text: string;
  /** What is wrong with it, as `a gzip body that can't be unpacked`; null when it was read. */
  readonly fault: string | null;
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
 * @param limit Most bytes that it may come to when it is unpacked.
 */
export async function readBody(body: BodyBytes, limit: number): Promise<BodyText> {
  let { bytes } = body;
  for (const coding of body.codings.toReversed()) {
    const unpacked = await unpack(coding, bytes, limit);
    if (typeof unpacked === "string") return { text: "", fault: unpacked };
    bytes = unpacked;
  }
  return decode(bytes, body);
}

/** The bytes that were packed so, or why there are none. Of a body that breaks off, what there is. */
async function unpack(
  coding: string,
  bytes: Uint8Array,
  limit: number,
): Promise<Uint8Array | string> {
  if (bytes.length === 0) return bytes;
  // Most runs never see a packed answer.
  const zlib = await import("node:zlib");
  const { BROTLI_OPERATION_FLUSH, Z_SYNC_FLUSH } = zlib.constants;
  const options = { maxOutputLength: limit, finishFlush: Z_SYNC_FLUSH };
  try {
    switch (coding) {
      case "gzip":
      case "x-gzip":
        return zlib.gunzipSync(bytes, options);
      case "deflate":
        // By RFC 9110 §8.4.1.2 with zlib's two bytes before it; some servers leave them out.
        return (bytes[0] ?? 0) % 16 === 8
          ? zlib.inflateSync(bytes, options)
          : zlib.inflateRawSync(bytes, options);
      case "br":
        return zlib.brotliDecompressSync(bytes, {
          maxOutputLength: limit,
          finishFlush: BROTLI_OPERATION_FLUSH,
        });
      default:
        return "a body that is packed in a way that rowferry does not know";
    }
  } catch {
    return `a body that can't be unpacked (${coding})`;
  }
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
