/** Questions about the characters of ASCII bytes `[from, to)`, 16 at a time where that pays. */

/** Whether all are in a set: 16 bytes by low half, each with a bit for each high half. */
export function allIn(from: usize, to: usize, set: usize): bool {
  const lows = v128.load(set);
  for (; from < to; from += 16) {
    const bytes = v128.load(from);
    const low = i8x16.swizzle(lows, v128.and(bytes, i8x16.splat(15)));
    const high = i8x16.swizzle(HIGH_BITS, i8x16.shr_u(bytes, 4));
    const strangers = i8x16.bitmask(i8x16.eq(v128.and(low, high), i8x16.splat(0)));
    if (strangers & firstOf(to - from)) return false;
  }
  return true;
}

/** The bit of each high half; none for those of bytes beyond ASCII. */
const HIGH_BITS: v128 = i8x16(1, 2, 4, 8, 16, 32, 64, -128, 0, 0, 0, 0, 0, 0, 0, 0);

/** A bit for each of the first `count` of 16 bytes. */
export function firstOf(count: usize): i32 {
  return count >= 16 ? 0xffff : (1 << (count as i32)) - 1;
}

/** Where a byte stands first; `to` where it doesn't. */
export function find(from: usize, to: usize, byte: u8): usize {
  for (let at = from; at < to; at += 16) {
    const hits = i8x16.bitmask(i8x16.eq(v128.load(at), i8x16.splat(byte)));
    if (hits !== 0) return min<usize>(at + (ctz<i32>(hits) as usize), to);
  }
  return to;
}

/** Whether the bytes are those of a text in memory. */
export function equals(from: usize, to: usize, text: usize, length: u32): bool {
  if (to - from !== (length as usize)) return false;
  for (; from < to; from++, text++) if (load<u8>(from) !== load<u8>(text)) return false;
  return true;
}

/**
 * Whether the bytes, with capitals made small, are those of a text without capitals.
 */
export function equalsLowered(from: usize, to: usize, text: usize, length: u32): bool {
  if (to - from !== (length as usize)) return false;
  for (; from < to; from++, text++) if (lowered(load<u8>(from)) !== load<u8>(text)) return false;
  return true;
}

/** A capital made small, anything else as it is. */
export function lowered(byte: u8): u8 {
  return byte - 0x41 < 26 ? byte | 0x20 : byte;
}

/** What `trim()` takes off, of ASCII. */
export function isBlank(byte: u8): bool {
  return byte === 0x20 || byte - 0x09 < 5;
}

export function isDigit(byte: u8): bool {
  return byte - 0x30 < 10;
}

export function isLetter(byte: u8): bool {
  return (byte | 0x20) - 0x61 < 26;
}
