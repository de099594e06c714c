/**
 * CRC-32 (RFC 1952 §8) in pieces, right on every Deno that this program runs on.
 *
 * Once it is compiled to machine code, Deno's own `crc32` before 2.6 goes on wrongly from a checksum
 * of 2^31 or more. So bytes are taken here one by one until the checksum is below that, which are
 * two on average, and the rest is left to it.
 *
 * @module
 */

import { crc32 as nativeCrc32 } from "node:zlib";

const SAFE_BELOW = 2 ** 31;
const POLYNOMIAL = 0xedb88320;

/** The checksum of `bytes`, or of what had the checksum `before` followed by `bytes`. */
export function crc32(bytes: Uint8Array, before = 0): number {
  let crc = before;
  let taken = 0;
  while (crc >= SAFE_BELOW && taken < bytes.length) crc = addByte(crc, bytes[taken++] ?? 0);
  return taken === bytes.length ? crc : nativeCrc32(bytes.subarray(taken), crc);
}

/** A checksum as 8 hex digits. */
export function crcHex(crc: number): string {
  return crc.toString(16).padStart(8, "0");
}

function addByte(crc: number, byte: number): number {
  let rest = ~crc ^ byte;
  for (let bit = 0; bit < 8; bit++) {
    rest = rest & 1 ? (rest >>> 1) ^ POLYNOMIAL : rest >>> 1;
  }
  return ~rest >>> 0;
}
