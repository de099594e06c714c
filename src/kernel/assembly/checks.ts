/**
 * The checks of a column's type, of ASCII bytes that are not empty. Each is a part of what
 * `src/mapping/check_*.ts` take: false means that the row is to be asked there, not that it is wrong.
 */

import { allIn, equals, equalsLowered, find, firstOf, isDigit, isLetter } from "./characters";
import { unitsOf } from "./utf8";
import { Check, Treatment } from "../codes";
import { Column, State, Value } from "./layout";

const MINUS: u8 = 0x2d;
const PLUS: u8 = 0x2b;
const POINT: u8 = 0x2e;
const ZERO: u8 = 0x30;
const CAPITAL_E: u8 = 0x45;

/** Up to this, doubles hold whole numbers exactly (`Number.MAX_SAFE_INTEGER`). */
const LARGEST_WHOLE: f64 = 9007199254740991;
const MOST_WHOLE_DIGITS: usize = 16;
/** With a sign and a point, numbers of so many characters have digits that every double keeps. */
const MOST_DECIMAL_CHARACTERS: usize = 15;
/** JavaScript writes smaller numbers with an exponent. */
const LEAST_PLAIN: f64 = 1e-6;

/** Whether the value is of the column's type. Numbers and truth words become what JSON has for them. */
export function isOfType(column: Column, value: Value): bool {
  switch (column.check) {
    case Check.TEXT:
      return hasLength(column, value);
    case Check.CHARACTERS:
      return hasLength(column, value) && allIn(value.from, value.to, column.table);
    case Check.INTEGER:
      return readWhole(value) && isWithin(column, value.number);
    case Check.NUMBER:
      return readDecimal(column, value) && isWithin(column, value.number);
    case Check.BOOLEAN:
      return readTruth(column.table, value);
    case Check.DATE:
      return isIsoDate(value.from, value.to);
    case Check.EMAIL:
      return isEmail(value.from, value.to);
    case Check.WORD:
      return isWord(column.table, value.from, value.to);
    case Check.UUID:
      return isUuid(value.from, value.to);
    default:
      return false;
  }
}

function hasLength(column: Column, value: Value): bool {
  const bytes = (value.to - value.from) as u32;
  if (bytes < column.minLength) return false;
  if (bytes <= column.maxLength && column.minLength === 0) return true;
  const length = unitsOf(value.from, value.to);
  return length >= column.minLength && length <= column.maxLength;
}

function isWithin(column: Column, number: f64): bool {
  return number >= column.min && number <= column.max;
}

/** Reads an optional sign and digits without zeros in front. There is no negative zero. */
function readWhole(value: Value): bool {
  const sign = load<u8>(value.from);
  const digits = sign === MINUS || sign === PLUS ? value.from + 1 : value.from;
  const count = value.to - digits;
  if (count - 1 >= MOST_WHOLE_DIGITS || (load<u8>(digits) === ZERO && count > 1)) return false;
  let number: u64 = 0;
  for (let at = digits; at < value.to; at++) {
    const digit = load<u8>(at) - ZERO;
    if (digit > 9) return false;
    number = number * 10 + (digit as u64);
  }
  if ((number as f64) > LARGEST_WHOLE) return false;
  const isNegative = sign === MINUS && number !== 0;
  value.number = isNegative ? -(number as f64) : number as f64;
  value.from = isNegative ? value.from : digits;
  value.state = State.LITERAL;
  return true;
}

/** Reads digits with a fraction, and leaves the zeros at its end and a plus sign away. */
function readDecimal(column: Column, value: Value): bool {
  const sign = load<u8>(value.from);
  const digits = sign === MINUS || sign === PLUS ? value.from + 1 : value.from;
  if (value.to - digits - 1 >= MOST_DECIMAL_CHARACTERS) return false;
  const point = find(digits, value.to, POINT);
  const whole = point - digits;
  if (whole === 0 || point + 1 === value.to) return false;
  if (load<u8>(digits) === ZERO && whole > 1) return false;
  let number: u64 = 0;
  let divisor: f64 = 1;
  for (let at = digits; at < value.to; at++) {
    if (at === point) continue;
    const digit = load<u8>(at) - ZERO;
    if (digit > 9) return false;
    number = number * 10 + (digit as u64);
    if (at > point) divisor *= 10;
  }
  // Where nothing says which it is, `1.234` may be a thousand and more.
  const mayPartThousands = value.to - point === 4 && whole <= 3 && load<u8>(digits) !== ZERO;
  if (mayPartThousands && column.treatment & Treatment.DOUBTS_THOUSANDS) return false;
  const magnitude = (number as f64) / divisor; // Rounded once, since both are exact.
  if (number !== 0 && magnitude < LEAST_PLAIN) return false;
  const isNegative = sign === MINUS && number !== 0;
  value.number = isNegative ? -magnitude : magnitude;
  value.from = isNegative ? value.from : digits;
  if (point < value.to) {
    while (load<u8>(value.to - 1) === ZERO) value.to--;
    if (value.to - 1 === point) value.to = point;
  }
  value.state = State.LITERAL;
  return true;
}

const TRUE = memory.data<u8>([0x74, 0x72, 0x75, 0x65]);
const FALSE = memory.data<u8>([0x66, 0x61, 0x6c, 0x73, 0x65]);

/** @param words see {@link isWord}; the number in front of each says what it means. */
function readTruth(words: usize, value: Value): bool {
  let at = words + 4;
  for (let count = load<u32>(words); count > 0; count--) {
    const length = load<u32>(at);
    if (equalsLowered(value.from, value.to, at + 8, length)) {
      const isTrue = load<u32>(at, 4) !== 0;
      value.from = isTrue ? TRUE : FALSE;
      value.to = value.from + (isTrue ? 4 : 5);
      value.number = isTrue ? 1 : 0;
      value.state = State.LITERAL;
      return true;
    }
    at += 8 + (length as usize);
  }
  return false;
}

/** Whether the bytes are one of some words: their count, then of each its length, a number, its bytes. */
export function isWord(words: usize, from: usize, to: usize): bool {
  let at = words + 4;
  for (let count = load<u32>(words); count > 0; count--) {
    const length = load<u32>(at);
    if (equals(from, to, at + 8, length)) return true;
    at += 8 + (length as usize);
  }
  return false;
}

/** Whether the bytes are a day of the Gregorian calendar from year 1 on, written `YYYY-MM-DD`. */
function isIsoDate(from: usize, to: usize): bool {
  if (to - from !== 10 || load<u8>(from, 4) !== MINUS || load<u8>(from, 7) !== MINUS) return false;
  const year: u32 = 100 * twoDigits(from) + twoDigits(from + 2);
  const month = twoDigits(from + 5);
  const day = twoDigits(from + 8);
  if (year - 1 >= 9999 || month - 1 >= 12 || day - 1 >= 31) return false; // Unsigned: 0 wraps round.
  if (day <= 28) return true;
  if (month === 2) {
    return day === 29 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  }
  return day <= 30 || month === 1 || month === 3 || month === 5 || month === 7 || month === 8 ||
    month === 10 || month === 12;
}

/** The number that two digits make; more than any that they could for anything else. */
function twoDigits(at: usize): u32 {
  const tens = (load<u8>(at) - ZERO) as u32;
  const ones = (load<u8>(at, 1) - ZERO) as u32;
  return tens > 9 || ones > 9 ? 0x10000 : 10 * tens + ones;
}

const LONGEST_EMAIL: usize = 254;
const LONGEST_LOCAL_PART: usize = 64;
const LONGEST_LABEL: usize = 63;
const AT_SIGN: u8 = 0x40;

/** As in `src/mapping/check_email.ts`, of ASCII. */
function isEmail(from: usize, to: usize): bool {
  if (to - from > LONGEST_EMAIL) return false;
  const at = find(from, to, AT_SIGN);
  if (at === to || at - from > LONGEST_LOCAL_PART) return false;
  return isDotAtom(from, at) && isDomain(at + 1, to);
}

/** What stands in an atom (RFC 5322 §3.2.3), and the point between two. */
const ATOMS = memory.data<u8>([
  0xe8,
  0xfc,
  0xf8,
  0xfc,
  0xfc,
  0xfc,
  0xfc,
  0xfc,
  0xf8,
  0xf8,
  0xf4,
  0xd4,
  0xd0,
  0xdc,
  0xf4,
  0x7c,
]);

function isDotAtom(from: usize, to: usize): bool {
  if (from === to || load<u8>(from) === POINT || load<u8>(to - 1) === POINT) return false;
  for (let at = from + 1; at < to; at++) {
    if (load<u8>(at) === POINT && load<u8>(at - 1) === POINT) return false;
  }
  return allIn(from, to, ATOMS);
}

/** Labels of letters, digits and hyphens, two at least, the last of which begins with a letter. */
function isDomain(from: usize, to: usize): bool {
  let start = from;
  for (let at = from; at <= to; at++) {
    const byte = load<u8>(at);
    if (at < to && byte !== POINT) {
      if (!isLetter(byte) && !isDigit(byte) && byte !== MINUS) return false;
      continue;
    }
    if (start === at || load<u8>(start) === MINUS || load<u8>(at - 1) === MINUS) return false;
    if (at === to) return start > from && at - start > 1 && isLetter(load<u8>(start));
    if (at - start > LONGEST_LABEL) return false;
    start = at + 1;
  }
  return false;
}

function isUuid(from: usize, to: usize): bool {
  if (to - from !== 36) return false;
  for (let i: u32 = 0; i < 36; i++) {
    const byte = load<u8>(from + i);
    if (i === 8 || i === 13 || i === 18 || i === 23) {
      if (byte !== MINUS) return false;
    } else if (!isDigit(byte) && (byte | 0x20) - 0x61 >= 6) return false;
  }
  return true;
}

/** Whether a key is surely as it was: see `src/mapping/check_key.ts`. */
export function isKey(from: usize, to: usize): bool {
  if (load<u8>(to - 4) === CAPITAL_E || load<u8>(to - 5) === CAPITAL_E) return false;
  for (let at = from; at < to; at += 16) {
    // One more, and DEL becomes the lowest of signed bytes.
    const bytes = i8x16.add(v128.load(at), i8x16.splat(1));
    const unseen = i8x16.bitmask(i8x16.le_s(bytes, i8x16.splat(SPACE)));
    if (unseen & firstOf(to - at)) return false;
  }
  return true;
}

const SPACE: i8 = 0x20;
