/**
 * Passes records without reading them: where one starts behind many others, and on which line. A module of
 * its own, beside the kernel of `index.ts`.
 *
 * Whatever shows that quotes aren't used as RFC 4180 has it ends the way: what is broken there, only the
 * program knows.
 */

import { bytesEqual, prefixXor } from "./words";

export const input: usize = 0x400;
export const inputBytes: u32 = 0x40000;

const QUOTE: u8 = 0x22;
const LINE_FEED: u8 = 0x0a;
const CARRIAGE_RETURN: u8 = 0x0d;
const BLOCK: u32 = 64;

/** Lines before the record that `pass` found. */
export let lines: u32 = 0;

/**
 * Where the last record starts that does so in the input, with everything before it in good order.
 *
 * @param length of the input, which a record starts; 0 stands for that one.
 */
export function pass(length: u32, delimiter: u8): u32 {
  let start: u32 = 0;
  let passed: u32 = 0;
  let inside: u64 = 0;
  let afterBorder: u64 = 1;
  let afterClosing: u64 = 0;
  let afterCarriage: u64 = 0;
  lines = 0;
  for (let at: u32 = 0; at < length; at += BLOCK) {
    const from = input + at;
    const a = v128.load(from);
    const b = v128.load(from, 16);
    const c = v128.load(from, 32);
    const d = v128.load(from, 48);
    const left = length - at;
    const valid: u64 = left < BLOCK ? ((1 as u64) << (left as u64)) - 1 : ~(0 as u64);
    const feeds = bytesEqual(a, b, c, d, i8x16.splat(LINE_FEED)) & valid;
    const quotes = bytesEqual(a, b, c, d, i8x16.splat(QUOTE)) & valid;
    const carriages = bytesEqual(a, b, c, d, i8x16.splat(CARRIAGE_RETURN)) & valid;
    const delimiters = bytesEqual(a, b, c, d, i8x16.splat(delimiter)) & valid;
    let borders = feeds | delimiters;
    let ends = feeds;
    let trouble: u64 = 0;
    if (quotes | carriages | inside | afterClosing | afterCarriage) {
      const quoted = prefixXor(quotes) ^ inside;
      const closing = quotes & ~quoted;
      const loose = carriages & ~quoted;
      borders &= ~quoted;
      ends &= ~quoted;
      trouble = (((closing << 1) | afterClosing) & ~(borders | carriages | quotes)) |
        (quotes & quoted & ~((borders << 1) | afterBorder | (closing << 1) | afterClosing)) |
        (((loose << 1) | afterCarriage) & ~(feeds | carriages));
      trouble &= valid;
      if (trouble !== 0) ends &= (trouble & -trouble) - 1;
      inside = (quoted as i64 >> 63) as u64;
      afterClosing = closing >> 63;
      afterCarriage = loose >> 63;
    }
    afterBorder = borders >> 63;
    if (ends !== 0) {
      const last = 63 - (clz<u64>(ends) as u32);
      start = at + last + 1;
      lines = passed + (popcnt<u64>(feeds << (63 - last as u64)) as u32);
    }
    if (trouble !== 0) break;
    passed += popcnt<u64>(feeds) as u32;
  }
  return start;
}
