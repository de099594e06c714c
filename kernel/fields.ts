/** The fields of the row in hand, without their quotes. */

import { fieldEnd } from "./borders";
import { isBlank } from "./characters";
import { INPUT } from "./layout";

const QUOTE: u8 = 0x22;

/** Positions in the input: where the row starts, and where its line end does. */
let rowStart: u32 = 0;
let rowStop: u32 = 0;
/** Index of the first field's end, and of the last field. */
let firstEnd: u32 = 0;
let lastField: u32 = 0;

/** A table of the row's fields, where they were found with care; else null. */
let found: usize = 0;

/** Addresses of the field that was looked for last. */
export let fieldFrom: usize = 0;
export let fieldTo: usize = 0;

/** Takes a row in hand. */
export function takeRow(start: u32, stop: u32, first: u32, width: u32): void {
  rowStart = start;
  rowStop = stop;
  firstEnd = first;
  lastField = width - 1;
  found = 0;
}

/** Takes the fields of the row in hand from a table of their first addresses and those behind them. */
export function takeFields(table: usize): void {
  found = table;
}

/** Whether the row in hand may hold letters beyond ASCII. */
export function isCareful(): bool {
  return found !== 0;
}

/** Finds the field with an index, whose quotes are sound. */
export function findField(index: u32): void {
  if (found !== 0) {
    fieldFrom = load<u32>(found + 8 * (index as usize));
    fieldTo = load<u32>(found + 8 * (index as usize), 4);
    return;
  }
  const from = index === 0 ? rowStart : fieldEnd(firstEnd + index - 1) + 1;
  const to = index === lastField ? rowStop : fieldEnd(firstEnd + index);
  const quotes: usize = from < to && load<u8>(INPUT + from) === QUOTE ? 1 : 0;
  fieldFrom = INPUT + from + quotes;
  fieldTo = INPUT + to - quotes;
}

/** Takes the blanks around the field off. */
export function trimField(): void {
  if (fieldFrom === fieldTo) return;
  // Most fields have none.
  if (load<u8>(fieldFrom) > SPACE && load<u8>(fieldTo - 1) > SPACE) return;
  let from = fieldFrom;
  let to = fieldTo;
  while (from < to && isBlank(load<u8>(from))) from++;
  while (from < to && isBlank(load<u8>(to - 1))) to--;
  setField(from, to);
}

const SPACE: u8 = 0x20;

/** Takes a part of the field for it. */
export function setField(from: usize, to: usize): void {
  fieldFrom = from;
  fieldTo = to;
}
