/** The filter: rules of tests on values, in the order in which they are asked. */

import { Question } from "../src/kernel/codes";
import { isWord } from "./checks";
import { Program, State, Test, TEST_BYTES, Value } from "./layout";
import { valueOf } from "./values";

/** 1 and the index of the rule that leaves the row in hand out; 0 where none does. */
export function filtered(program: Program): u32 {
  let at = program.rules;
  for (let rule: u32 = 1; rule <= program.ruleCount; rule++) {
    const end = at + 8 + (load<u32>(at) as usize);
    if (!holds(program, at + 8, end)) return rule;
    at = end;
  }
  return 0;
}

/** Whether tests hold; their results stand in the bits of a number, the last one lowest. */
function holds(program: Program, from: usize, to: usize): bool {
  let results: u64 = 0;
  for (let at = from; at < to; at += TEST_BYTES) {
    const test = changetype<Test>(at);
    switch (test.question) {
      case Question.AND:
        results = (results >> 1) & (results | ~(1 as u64));
        break;
      case Question.OR:
        results = (results >> 1) | (results & 1);
        break;
      case Question.NOT:
        results ^= 1;
        break;
      default:
        results = (results << 1) | u64(answer(test, valueOf(program, test.column)));
    }
  }
  return (results & 1) !== 0;
}

/** An empty value is neither above nor below anything, and no word. */
function answer(test: Test, value: Value): bool {
  if (test.question === Question.EMPTY) return value.state === State.EMPTY;
  if (value.state === State.EMPTY) return false;
  const number = value.number;
  switch (test.question) {
    case Question.LESS:
      return number < test.number;
    case Question.AT_MOST:
      return number <= test.number;
    case Question.MORE:
      return number > test.number;
    case Question.AT_LEAST:
      return number >= test.number;
    case Question.EQUAL:
      return number === test.number;
    case Question.WORD:
      return isWord(test.table, value.from, value.to);
    case Question.BEFORE:
      return compare(value.from, test.table) < 0;
    case Question.NOT_AFTER:
      return compare(value.from, test.table) <= 0;
    default:
      return false;
  }
}

/** How two dates stand to each other: `YYYY-MM-DD` in the order of its characters. */
function compare(a: usize, b: usize): i32 {
  for (let i: usize = 0; i < 10; i++) {
    const difference = (load<u8>(a + i) as i32) - (load<u8>(b + i) as i32);
    if (difference !== 0) return difference;
  }
  return 0;
}
