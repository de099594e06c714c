/** The fields of the row in hand, without their quotes. */

import { fieldEnd } from "./borders";
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

/** Address of the first byte of the field with an index, which may be a quote. */
export function fieldStart(index: u32): usize {
  if (found !== 0) return load<u32>(found + 8 * (index as usize));
  return INPUT + (index === 0 ? rowStart : fieldEnd(firstEnd + index - 1) + 1);
}

/** Address behind its last byte. */
export function fieldStop(index: u32): usize {
  if (found !== 0) return load<u32>(found + 8 * (index as usize), 4);
  return INPUT + (index === lastField ? rowStop : fieldEnd(firstEnd + index));
}

/** Whether a field has quotes around it, which are sound where they were not taken off with care. */
export function isQuoted(from: usize, to: usize): bool {
  return from < to && load<u8>(from) === QUOTE && found === 0;
}
