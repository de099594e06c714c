/**
 * Where fields and rows end: 64 bytes at a time become words of 64 bits, one for each kind of
 * character that matters, and the parity of the quotes before a byte tells whether it is inside of them
 * (Langdale and Lemire, "Parsing Gigabytes of JSON per Second", 2019, §3.1).
 *
 * That holds only where quotes are used as RFC 4180 has it. A byte that shows otherwise, and any other
 * that needs a second look, is in trouble: its row is read with care.
 */

import { bytesEqual, joined, prefixXor } from "./words";
import { FIELD_ENDS, INPUT, ROW_ENDS, TROUBLE } from "./layout";

const QUOTE: u8 = 0x22;
const LINE_FEED: u8 = 0x0a;
const CARRIAGE_RETURN: u8 = 0x0d;

const BLOCK: u32 = 64;

/** Bytes that are looked at ahead of the row in hand: those behind broken quotes are in vain. */
const PAGE: u32 = 0x2000;

/** How many field and row ends were found since `restart`. */
let fieldEnds: u32 = 0;
export let rowEnds: u32 = 0;

let length: u32 = 0;
/** Where looking began, outside of quotes, and how far it came. */
let origin: u32 = 0;
let reached: u32 = 0;

/** All ones where the byte before is inside of quotes. */
let inside: u64 = 0;
/** Whether the last byte before was a border, a closing quote or a CR outside of quotes: 1 or 0. */
let afterBorder: u64 = 1;
let afterClosing: u64 = 0;
let afterCarriage: u64 = 0;

/** Begins anew at a position where a row starts. */
export function restart(at: u32, inputLength: u32): void {
  length = inputLength;
  origin = at;
  reached = at;
  fieldEnds = 0;
  rowEnds = 0;
  inside = 0;
  afterBorder = 1;
  afterClosing = 0;
  afterCarriage = 0;
}

/** Position of the field end with an index. */
export function fieldEnd(index: u32): u32 {
  return load<u32>(FIELD_ENDS + 4 * (index as usize));
}

/** Index among the field ends of the row end with an index. */
export function rowEnd(index: u32): u32 {
  return load<u32>(ROW_ENDS + 4 * (index as usize));
}

/** Whether a row that starts at `start` has an end, which more may have to be looked at for. */
export function findRowEnd(index: u32, start: u32, delimiter: u8): bool {
  while (index >= rowEnds) {
    // Broken quotes hide line ends: before more is looked at in vain, they are to be mended.
    if (reached >= length || (reached > start && isTroubled(start, reached - 1))) return false;
    const end = min(reached + PAGE, length);
    for (let at = reached; at < end; at += BLOCK) look(at, delimiter);
    reached = end;
  }
  return true;
}

/** Whether one of the bytes in `[from, to]` is in trouble. */
export function isTroubled(from: u32, to: u32): bool {
  const first = (from - origin) / BLOCK;
  const last = (to - origin) / BLOCK;
  let word = troubleAt(first) & (~(0 as u64) << ((from - origin) as u64 & 63));
  for (let at = first; at < last; at++) {
    if (word !== 0) return true;
    word = troubleAt(at + 1);
  }
  return (word << (63 - ((to - origin) as u64 & 63))) !== 0;
}

function troubleAt(word: u32): u64 {
  return load<u64>(TROUBLE + 8 * (word as usize));
}

/** Looks at the 64 bytes from `at`. */
function look(at: u32, delimiter: u8): void {
  const from = INPUT + at;
  const a = v128.load(from);
  const b = v128.load(from, 16);
  const c = v128.load(from, 32);
  const d = v128.load(from, 48);
  const parts = i8x16.splat(delimiter);
  const feed = i8x16.splat(LINE_FEED);
  const left = length - at;
  const valid: u64 = left < BLOCK ? ((1 as u64) << (left as u64)) - 1 : ~(0 as u64);
  const delimiters = bytesEqual(a, b, c, d, parts) & valid;
  const feeds = bytesEqual(a, b, c, d, feed) & valid;
  let borders = delimiters | feeds;
  let trouble: u64 = 0;
  if (inside | afterClosing | afterCarriage | u64(hasSpecial(a, b, c, d))) {
    const quotes = bytesEqual(a, b, c, d, i8x16.splat(QUOTE)) & valid;
    const carriages = bytesEqual(a, b, c, d, i8x16.splat(CARRIAGE_RETURN)) & valid;
    const quoted = prefixXor(quotes) ^ inside;
    const opening = quotes & quoted;
    const closing = quotes & ~quoted;
    const loose = carriages & ~quoted;
    trouble = foreign(a, b, c, d) |
      (feeds & quoted) |
      (((closing << 1) | afterClosing) & ~(borders | carriages)) |
      (((loose << 1) | afterCarriage) & ~feeds);
    borders &= ~quoted;
    trouble |= opening & ~((borders << 1) | afterBorder);
    inside = (quoted as i64 >> 63) as u64;
    afterClosing = closing >> 63;
    afterCarriage = loose >> 63;
  }
  afterBorder = borders >> 63;
  store<u64>(TROUBLE + ((at - origin) as usize) / 8, trouble);
  note(at, borders, feeds & borders);
}

/** Whether any byte is a quote, a CR, NUL or none of ASCII. */
function hasSpecial(a: v128, b: v128, c: v128, d: v128): bool {
  return v128.any_true(v128.or(
    v128.or(special(a), special(b)),
    v128.or(special(c), special(d)),
  ));
}

function special(bytes: v128): v128 {
  return v128.or(
    v128.or(i8x16.eq(bytes, i8x16.splat(QUOTE)), i8x16.eq(bytes, i8x16.splat(CARRIAGE_RETURN))),
    i8x16.le_s(bytes, i8x16.splat(0)),
  );
}

/** Which bytes are NUL or none of ASCII: as signed numbers, those are not above zero. */
function foreign(a: v128, b: v128, c: v128, d: v128): u64 {
  const zero = i8x16.splat(0);
  return joined(i8x16.le_s(a, zero), i8x16.le_s(b, zero), i8x16.le_s(c, zero), i8x16.le_s(d, zero));
}

/** Writes down the positions of the borders among the bytes from `at`. */
function note(at: u32, borders: u64, feeds: u64): void {
  while (feeds !== 0) {
    const before = borders & ((feeds & -feeds) - 1);
    store<u32>(ROW_ENDS + 4 * (rowEnds++ as usize), fieldEnds + (popcnt<u64>(before) as u32));
    feeds &= feeds - 1;
  }
  let to = FIELD_ENDS + 4 * (fieldEnds as usize);
  fieldEnds += popcnt<u64>(borders) as u32;
  // Four at a time, whether there are as many or not: what is too much is written over by the next.
  while (borders !== 0) {
    for (let i = 0; i < 4; i++) {
      store<u32>(to, at + (ctz<u64>(borders) as u32));
      borders &= borders - 1;
      to += 4;
    }
  }
}
