/** From the fields of a row to the values of its columns. */

import { equals, isBlank, isLetter } from "./characters";
import { Check, Treatment } from "../codes";
import { isKey, isOfType } from "./checks";
import { hasForeign, mayEndInBlank } from "./utf8";
import { Column, COLUMN_BYTES, Program, State, Value, VALUE_BYTES } from "./layout";
import { fieldStart, fieldStop, isCareful, isQuoted } from "./fields";

/** Reads all columns of the row in hand; false where one is not as it should be, or may not be. */
export function readColumns(program: Program): bool {
  let column = program.columns;
  let value = program.values;
  for (let left = program.columnCount; left > 0; left--) {
    if (!readColumn(changetype<Column>(column), changetype<Value>(value))) return false;
    column += COLUMN_BYTES;
    value += VALUE_BYTES;
  }
  return hasGroups(program);
}

function readColumn(column: Column, value: Value): bool {
  const treatment = column.treatment;
  const isUsual = treatment < Treatment.KEY;
  if (!isUsual && treatment & Treatment.ABSENT) {
    value.state = State.EMPTY;
    return true;
  }
  let from = fieldStart(column.field);
  let to = fieldStop(column.field);
  if (isQuoted(from, to)) {
    from++;
    to--;
  }
  if (treatment & Treatment.TRIMS) {
    while (from < to && isBlank(load<u8>(from))) from++;
    while (from < to && isBlank(load<u8>(to - 1))) to--;
  }
  if (!isUsual && treatment & Treatment.CUTS) to = withoutSuffix(column, from, to);
  value.from = from;
  value.to = to;
  if (from === to) {
    value.state = State.EMPTY;
    return !(treatment & Treatment.REQUIRED);
  }
  if (isCareful() && !isReadable(treatment, from, to)) return false;
  value.state = State.TEXT;
  value.lowers = treatment & Treatment.LOWERS;
  if (!isUsual && !isTreatable(treatment, from, to)) return false;
  return column.check === Check.ANY || isOfType(column, value);
}

/** Whether what few columns ask for holds for a text. */
function isTreatable(treatment: i32, from: usize, to: usize): bool {
  if (treatment & Treatment.CAPITALIZES && !isCapitalized(from, to)) return false;
  return !(treatment & Treatment.KEY) || isKey(from, to);
}

/** Whether a text means the same in bytes as in characters. */
function isReadable(treatment: i32, from: usize, to: usize): bool {
  if (!hasForeign(from, to)) return true;
  if (treatment & Treatment.LOWERS) return false;
  return !(treatment & Treatment.TRIMS) || !mayEndInBlank(from, to);
}

function withoutSuffix(column: Column, from: usize, to: usize): usize {
  const cut = column.suffixLength as usize;
  const isThere = to - from >= cut && equals(to - cut, to, column.suffix, cut as u32);
  return isThere ? to - cut : to;
}

/** Whether it is a capital with small letters behind it, as most names are. */
function isCapitalized(from: usize, to: usize): bool {
  const first = load<u8>(from);
  if (first >= 0x61 || !isLetter(first) || to - from < 2) return false;
  for (let at = from + 1; at < to; at++) {
    const byte = load<u8>(at);
    if (byte < 0x61 || !isLetter(byte)) return false;
  }
  return true;
}

/** Whether each group of columns has a value. */
function hasGroups(program: Program): bool {
  let at = program.groups;
  for (let left = program.groupCount; left > 0; left--) {
    let filled = false;
    let count = load<u32>(at);
    at += 4;
    for (; count > 0; count--) {
      filled = filled || valueOf(program, load<u32>(at)).state !== State.EMPTY;
      at += 4;
    }
    if (!filled) return false;
  }
  return true;
}

/** The value of the column with an index. */
export function valueOf(program: Program, column: u32): Value {
  return changetype<Value>(program.values + VALUE_BYTES * (column as usize));
}
