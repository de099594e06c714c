/** The filter: rules in the order in which they are asked. */

import { Question } from "../codes";
import { Program, Rule, RULE_BYTES, State } from "./layout";
import { valueOf } from "./values";

/** 1 and the index of the rule that leaves the row in hand out; 0 where none does. */
export function filtered(program: Program): u32 {
  let at = program.rules;
  for (let rule: u32 = 1; rule <= program.ruleCount; rule++) {
    if (!keeps(program, changetype<Rule>(at))) return rule;
    at += RULE_BYTES;
  }
  return 0;
}

/** A row without the value is left out. */
function keeps(program: Program, rule: Rule): bool {
  const value = valueOf(program, rule.column);
  if (value.state === State.EMPTY) return false;
  return rule.question === Question.AT_LEAST
    ? value.number >= rule.number
    : value.number <= rule.number;
}
