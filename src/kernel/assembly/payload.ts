/**
 * Writes a row's payload: what is the same in every row, and the values between, as the destination's
 * steps say.
 */

import { Write } from "../codes";
import { firstOf, lowered } from "./characters";
import { Program, State, Step, STEP_BYTES, Value } from "./layout";
import { valueOf } from "./values";

/** False where only lengths are wanted. */
let writes: bool = true;

/**
 * Writes the payload of the row in hand at `to`.
 *
 * @returns where it ends; 0 where the program is to write it.
 */
export function writePayload(program: Program, to: usize, rowNumber: u64): usize {
  writes = program.measuresOnly === 0;
  const end = program.payloadEnd;
  let out = to;
  /** Where the open group began, and how many members it has. */
  let groupStart: usize = 0;
  let members: u32 = 0;
  for (let at = program.payload; at < end; at += STEP_BYTES) {
    const step = changetype<Step>(at);
    if (step.write === Write.MEMBER) {
      const value = valueOf(program, step.column);
      if (value.state === State.EMPTY) continue;
      out = writeName(step, out, members++ === 0);
      out = writeValue(step, value, out);
    } else if (step.write === Write.VALUE) {
      out = copyTo(out, step.text, step.length);
      out = writeValue(step, valueOf(program, step.column), out);
    } else if (step.write === Write.CLOSE) {
      out = members === 0 ? groupStart : copyTo(out, step.text, step.length);
    } else if (step.write === Write.CONSTANT) {
      out = writeName(step, out, members++ === 0);
    } else if (step.write === Write.ROW_NUMBER) {
      out = writeNumber(rowNumber, out);
    } else {
      if (step.write === Write.OPEN) {
        groupStart = out;
        members = 0;
      }
      out = copyTo(out, step.text, step.length);
    }
    if (out === 0) return 0;
  }
  return out;
}

/** Writes what stands in front of a member, without the comma where it is the first. */
function writeName(step: Step, out: usize, isFirst: bool): usize {
  const skipped: u32 = isFirst ? 1 : 0;
  return copyTo(out, step.text + skipped, step.length - skipped);
}

/** 0 where the program is to write it. */
function writeValue(step: Step, value: Value, to: usize): usize {
  const from = value.from;
  const length = (value.to - from) as u32;
  if (value.state === State.EMPTY || length > step.longest) return 0;
  if (value.state === State.LITERAL && step.quotes === 0) return copyTo(to, from, length);
  store<u8>(to, QUOTE);
  const out = value.lowers
    ? writeLowered(from, value.to, to + 1)
    : writeText(from, value.to, to + 1);
  store<u8>(out, QUOTE);
  return out + 1;
}

const QUOTE: u8 = 0x22;
const BACKSLASH: u8 = 0x5c;
const SPACE: u8 = 0x20;

/** Copies what a JSON string may hold as it is, 16 bytes at a time, and escapes the rest. */
function writeText(from: usize, to: usize, out: usize): usize {
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
    if (found !== 0) out = writeEscaped(load<u8>(from++), out);
  }
  return out;
}

function writeLowered(from: usize, to: usize, out: usize): usize {
  for (; from < to; from++) {
    const byte = lowered(load<u8>(from));
    if (byte < SPACE || byte === QUOTE || byte === BACKSLASH) out = writeEscaped(byte, out);
    else store<u8>(out++, byte);
  }
  return out;
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
function writeEscaped(byte: u8, out: usize): usize {
  store<u8>(out, BACKSLASH);
  const short = byte < 16 ? load<u8>(SHORT_ESCAPES + (byte as usize)) : 0;
  if (byte >= SPACE || short !== 0) {
    store<u8>(out, byte >= SPACE ? byte : short, 1);
    return out + 2;
  }
  store<u32>(out, UNICODE_ESCAPE, 1);
  store<u8>(out, hexDigit(byte >> 4), 4);
  store<u8>(out, hexDigit(byte & 15), 5);
  return out + 6;
}

/** `u00` and a byte that is written over. */
const UNICODE_ESCAPE: u32 = 0x00303075;

function hexDigit(value: u8): u8 {
  return value + (value < 10 ? 0x30 : 0x57);
}

/** Writes a whole number. */
function writeNumber(number: u64, out: usize): usize {
  let end = out + 1;
  for (let rest = number; rest >= 10; rest /= 10) end++;
  for (let at = end - 1; at >= out; at--) {
    store<u8>(at, 0x30 + ((number % 10) as u8));
    number /= 10;
  }
  return end;
}

/** Copies bytes, 16 at a time and so perhaps more, which what comes next is written over. */
export function copyTo(to: usize, from: usize, length: u32): usize {
  if (writes) {
    v128.store(to, v128.load(from));
    for (let i: u32 = 16; i < length; i += 16) v128.store(to + i, v128.load(from + i));
  }
  return to + (length as usize);
}
