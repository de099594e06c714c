/**
 * Decides rows of a CSV block by block: where they are, whether they are good, whether the filter keeps
 * them, and what is sent of them. Whatever isn't plain is left to the program, row by row.
 *
 * `.github/ARCHITECTURE.md` says how it works together with `src/kernel/`.
 */

import { fieldEnd, findRowEnd, isTroubled, restart, rowEnd } from "./borders";
import { innerLines, readWithCare } from "./care";
import { equalsLowered, isBlank } from "./characters";
import { fieldStart, fieldStop, isCareful, isQuoted, takeFields, takeRow } from "./fields";
import { filtered } from "./filter";
import {
  DecidedRow,
  INPUT,
  INPUT_BYTES,
  MOST_ROWS,
  PROGRAM as PROGRAM_ADDRESS,
  Program,
  ROW_BYTES,
  ROWS,
} from "./layout";
import { copyTo, writePayload } from "./payload";
import { hasForeign, hasOddCapital, mayEndInBlank, unitsOf } from "./utf8";
import { readColumns } from "./values";

export const input: usize = INPUT;
export const inputBytes: usize = INPUT_BYTES;
export const programStart: usize = PROGRAM_ADDRESS;
export const rows: usize = ROWS;
export const mostRows: u32 = MOST_ROWS;

const CARRIAGE_RETURN: u8 = 0x0d;

/** How much of the input there is. */
let length: u32 = 0;
/** Where the next row starts, and the index of its end. */
let start: u32 = 0;
let next: u32 = 0;

/** Rows that were decided since `begin`, and where the next payload is written. */
let decided: u32 = 0;
let output: usize = 0;
let line: u32 = 0;

/** Takes other input in hand. */
export function look(inputLength: u32): void {
  length = inputLength;
  start = 0;
  next = 0;
  restart(0, length);
}

/** Lets go of the rows that were decided. */
export function begin(): void {
  decided = 0;
  output = program().output;
}

function program(): Program {
  return changetype<Program>(PROGRAM_ADDRESS);
}

/**
 * Decides rows from `at` on, until one is to be left to the program or `most` were decided.
 *
 * @param atLine the line that starts at `at`.
 * @param firstNumber the number of the first row.
 * @returns how many were decided.
 */
export function decide(at: u32, most: u32, atLine: u32, firstNumber: f64): u32 {
  seek(at);
  const before = decided;
  const until = min(before + most, MOST_ROWS);
  let number = firstNumber as u64;
  line = atLine;
  while (decided < until && decideRow(number)) number++;
  return decided - before;
}

/** The line behind the rows that were decided last. */
export function lineBehind(): u32 {
  return line;
}

/** Finds the row that starts at a position, and looks anew where none was thought to. */
function seek(at: u32): void {
  while (start < at && findRowEnd(next, start, program().delimiter as u8)) {
    start = fieldEnd(rowEnd(next++)) + 1;
  }
  if (start === at) return;
  restart(at, length);
  start = at;
  next = 0;
}

/** Decides the next row; false where it is to be left to the program. */
function decideRow(number: u64): bool {
  const run = program();
  if (!findRowEnd(next, start, run.delimiter as u8)) return false;
  const last = rowEnd(next);
  const first = next === 0 ? 0 : rowEnd(next - 1) + 1;
  const feed = fieldEnd(last);
  if (last - first + 1 !== run.width || feed - start > run.longestRow) return false;
  const stop = feed > start && load<u8>(INPUT + feed - 1) === CARRIAGE_RETURN ? feed - 1 : feed;
  takeRow(start, stop, first, run.width);
  const isInTrouble = isTroubled(start, feed);
  if (isInTrouble) {
    if (!readWithCare(start, stop, first, run.width, run.fields)) return false;
    takeFields(run.fields);
  }
  if (!hasText(stop, run.delimiter as u8) || isHeader(run) || !readColumns(run)) return false;

  const outcome = filtered(run);
  if (outcome === 0 && !addPayload(run, number)) return false;
  const row = changetype<DecidedRow>(ROWS + ROW_BYTES * (decided++ as usize));
  row.start = start;
  row.end = feed + 1;
  row.line = line;
  line += isInTrouble ? 1 + innerLines : 1;
  row.payloadEnd = (output - run.output) as u32;
  row.outcome = outcome;
  start = feed + 1;
  next++;
  return true;
}

/** Writes a payload behind those before. */
function addPayload(run: Program, number: u64): bool {
  const from = output === run.output ? output : copyTo(output, run.separator, run.separatorLength);
  const to = writePayload(run, from, number);
  if (to === 0 || to - from > (run.longestPayload as usize)) return false;
  output = to;
  return true;
}

/** Whether something that is seen stands in the row besides delimiters and quotes: else it is perhaps none. */
function hasText(stop: u32, delimiter: u8): bool {
  for (let at = INPUT + start; at < INPUT + stop; at++) {
    const byte = load<u8>(at);
    if (byte > 0x20 && byte < 0x7f && byte !== delimiter && byte !== 0x22) return true;
  }
  return false;
}

/** Whether the row may be the header once more. */
function isHeader(run: Program): bool {
  if (run.headerName === 0) return false;
  let from = fieldStart(0);
  let to = fieldStop(0);
  if (isQuoted(from, to)) {
    from++;
    to--;
  }
  while (from < to && isBlank(load<u8>(from))) from++;
  while (from < to && isBlank(load<u8>(to - 1))) to--;
  if (isCareful() && hasForeign(from, to)) return isForeignHeader(run, from, to);
  return equalsLowered(from, to, run.headerName, run.headerNameLength);
}

/** The same of a field beyond ASCII: letters in small ones are as many, but for very few. */
function isForeignHeader(run: Program, from: usize, to: usize): bool {
  if (mayEndInBlank(from, to) || hasOddCapital(from, to)) return true;
  const nameEnd = run.headerName + (run.headerNameLength as usize);
  return hasForeign(run.headerName, nameEnd) &&
    unitsOf(from, to) === unitsOf(run.headerName, nameEnd);
}
