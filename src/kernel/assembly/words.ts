/**
 * 64 bytes as words of 64 bits: one for each question that is asked of every byte.
 */

/** Which bytes equal `wanted`'s. */
export function bytesEqual(a: v128, b: v128, c: v128, d: v128, wanted: v128): u64 {
  return joined(i8x16.eq(a, wanted), i8x16.eq(b, wanted), i8x16.eq(c, wanted), i8x16.eq(d, wanted));
}

export function joined(a: v128, b: v128, c: v128, d: v128): u64 {
  return (i8x16.bitmask(a) as u32 as u64) |
    ((i8x16.bitmask(b) as u32 as u64) << 16) |
    ((i8x16.bitmask(c) as u32 as u64) << 32) |
    ((i8x16.bitmask(d) as u32 as u64) << 48);
}

/** Each bit becomes the parity of itself and all below. */
export function prefixXor(bits: u64): u64 {
  bits ^= bits << 1;
  bits ^= bits << 2;
  bits ^= bits << 4;
  bits ^= bits << 8;
  bits ^= bits << 16;
  return bits ^ (bits << 32);
}
