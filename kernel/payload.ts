/**
 * Writes a row's payload: what is the same in every row, and the values between, as the destination's
 * steps say.
 */

import { Write } from "../src/kernel/codes";
import { firstOf, lowered } from "./characters";
import { Program, State, Step, STEP_BYTES, Value } from "./layout";
import { valueOf } from "./values";

/** Where the next byte is written. */
let out: usize = 0;
/** False where only lengths are wanted. */
let writes: bool = true;
/** Where the open group began, and how many members it has. */
let groupStart: usize = 0;
let members: u32 = 0;

/**
 * Writes the payload of the row in hand at `to`.
 *
 * @returns where it ends; 0 where the program is to write it.
 */
export function writePayload(program: Program, to: usize, rowNumber: u64): usize {
  out = to;
  writes = program.measuresOnly === 0;
  for (let at = program.payload; at < program.payloadEnd; at += STEP_BYTES) {
    const step = changetype<Step>(at);
    switch (step.write) {
      case Write.TEXT:
        copy(step.text, step.length);
        break;
      case Write.VALUE:
        copy(step.text, step.length);
        if (!writeValue(step, valueOf(program, step.column))) return 0;
        break;
      case Write.ROW_NUMBER:
        writeNumber(rowNumber);
        break;
      case Write.OPEN:
        groupStart = out;
        members = 0;
        copy(step.text, step.length);
        break;
      case Write.CLOSE:
        if (members === 0) out = groupStart;
        else copy(step.text, step.length);
        break;
      default:
        if (!writeMember(program, step)) return 0;
    }
  }
  return out;
}

function writeMember(program: Program, step: Step): bool {
  const value = valueOf(program, step.column);
  if (step.write === Write.MEMBER && value.state === State.EMPTY) return true;
  const skipped: usize = members++ === 0 ? 1 : 0;
  copy(step.text + skipped, step.length - (skipped as u32));
  return step.write === Write.CONSTANT || writeValue(step, value);
}

function writeValue(step: Step, value: Value): bool {
  const from = value.from;
  const length = (value.to - from) as u32;
  if (value.state === State.EMPTY || length > step.longest) return false;
  if (value.state === State.LITERAL && step.quotes === 0) {
    copy(from, length);
    return true;
  }
  store<u8>(out++, QUOTE);
  if (value.lowers) writeLowered(from, value.to);
  else writeText(from, value.to);
  store<u8>(out++, QUOTE);
  return true;
}

const QUOTE: u8 = 0x22;
const BACKSLASH: u8 = 0x5c;
const SPACE: u8 = 0x20;

/** Copies what a JSON string may hold as it is, 16 bytes at a time, and escapes the rest. */
function writeText(from: usize, to: usize): void {
  while (from < to) {
    const bytes = v128.load(from);
    const suspects = v128.or(
      v128.or(i8x16.eq(bytes, i8x16.splat(QUOTE)), i8x16.eq(bytes, i8x16.splat(BACKSLASH))),
      i8x16.lt_u(bytes, i8x16.splat(SPACE)),
    );
    const found = i8x16.bitmask(suspects) & firstOf(to - from);
    if (writes) v128.store(out, bytes);
    const plain = min<usize>(found === 0 ? 16 : ctz<i32>(found) as usize, to - from);
    out += plain;
    from += plain;
    if (found !== 0) writeEscaped(load<u8>(from++));
  }
}

function writeLowered(from: usize, to: usize): void {
  for (; from < to; from++) {
    const byte = lowered(load<u8>(from));
    if (byte < SPACE || byte === QUOTE || byte === BACKSLASH) writeEscaped(byte);
    else store<u8>(out++, byte);
  }
}

const SHORT_ESCAPES = memory.data<u8>([
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0x62,
  0x74,
  0x6e,
  0,
  0x66,
  0x72,
  0,
  0,
]);

/** Escapes a quote, a backslash or a control character as `JSON.stringify` does. */
function writeEscaped(byte: u8): void {
  store<u8>(out++, BACKSLASH);
  if (byte >= SPACE) {
    store<u8>(out++, byte);
    return;
  }
  const short = byte < 16 ? load<u8>(SHORT_ESCAPES + (byte as usize)) : 0;
  if (short !== 0) {
    store<u8>(out++, short);
    return;
  }
  store<u32>(out, UNICODE_ESCAPE);
  store<u8>(out, hexDigit(byte >> 4), 3);
  store<u8>(out, hexDigit(byte & 15), 4);
  out += 5;
}

/** `u00` and a byte that is written over. */
const UNICODE_ESCAPE: u32 = 0x00303075;

function hexDigit(value: u8): u8 {
  return value + (value < 10 ? 0x30 : 0x57);
}

/** Writes a whole number. */
function writeNumber(number: u64): void {
  let digits: u32 = 1;
  for (let rest = number; rest >= 10; rest /= 10) digits++;
  out += digits as usize;
  for (let at = out - 1; digits > 0; digits--, at--) {
    store<u8>(at, 0x30 + ((number % 10) as u8));
    number /= 10;
  }
}

function copy(from: usize, length: u32): void {
  out = writes ? copyTo(out, from, length as usize) : out + (length as usize);
}

/** Copies bytes, 16 at a time and so perhaps more, which what comes next is written over. */
export function copyTo(to: usize, from: usize, length: usize): usize {
  v128.store(to, v128.load(from));
  for (let i: usize = 16; i < length; i += 16) v128.store(to + i, v128.load(from + i));
  return to + length;
}
