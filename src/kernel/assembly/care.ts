/**
 * Rows in trouble: those that hold a doubled quote, a line break inside of quotes, letters beyond ASCII, or
 * something that is wrong. The first three are read here.
 */

import { fieldEnd } from "./borders";
import { INPUT, SCRATCH } from "./layout";
import { isUtf8 } from "./utf8";

const QUOTE: u8 = 0x22;
const LINE_FEED: u8 = 0x0a;
const CARRIAGE_RETURN: u8 = 0x0d;

/** Line breaks inside the quotes of the row that was read last. */
export let innerLines: u32 = 0;

/** Where the next value that is not as it stands is written. */
let scratch: usize = 0;

/**
 * Finds the fields of a row in trouble, and writes their ends to a table: of each its first address and the
 * one behind it.
 *
 * @returns false where the row is to be left to the program.
 */
export function readWithCare(
  start: u32,
  stop: u32,
  firstEnd: u32,
  width: u32,
  table: usize,
): bool {
  innerLines = 0;
  scratch = SCRATCH;
  let from = INPUT + start;
  for (let field: u32 = 0; field < width; field++) {
    const to = INPUT + (field === width - 1 ? stop : fieldEnd(firstEnd + field));
    const isQuoted = from < to && load<u8>(from) === QUOTE;
    if (isQuoted ? !readQuoted(from, to, table) : !isPlain(from, to)) return false;
    if (!isQuoted) noteField(table, from, to);
    table += 8;
    from = to + 1;
  }
  return isUtf8(INPUT + start, INPUT + stop);
}

function noteField(table: usize, from: usize, to: usize): void {
  store<u32>(table, from);
  store<u32>(table, to, 4);
}

/** Whether an unquoted field holds nothing that it must not. */
function isPlain(from: usize, to: usize): bool {
  for (; from < to; from++) {
    const byte = load<u8>(from);
    if (byte === QUOTE || byte === CARRIAGE_RETURN || byte === 0) return false;
  }
  return true;
}

/** Reads a field that begins with a quote; false where it doesn't end with it, or holds another alone. */
function readQuoted(from: usize, to: usize, table: usize): bool {
  const end = to - 1;
  if (end === from || load<u8>(end) !== QUOTE) return false;
  const value = scratch;
  let isSame = true;
  for (let at = from + 1; at < end; at++) {
    const byte = load<u8>(at);
    if (byte === 0) return false;
    if (byte === LINE_FEED) innerLines++;
    if (byte === QUOTE) {
      if (++at === end || load<u8>(at) !== QUOTE) return false;
      isSame = false;
    }
    store<u8>(scratch++, byte);
  }
  if (isSame) noteField(table, from + 1, end);
  else noteField(table, value, scratch);
  return true;
}
