import { assertEquals } from "@std/assert";
import { patternFault } from "../../src/mapping/pattern.ts";

const SOUND = [
  "^(19|20)\\d{2}$",
  "^(\\d{1,3}\\.){3}\\d{1,3}$",
  "^[A-Z]{2}\\d{2}( ?\\d{4}){4,5}$",
  "^(\\d{3}[- ]?)+$",
  "(ab)+",
  "((ab)+)?",
  "(a{2}){9}",
  "[(a|b)+]+",
  "(a|b){4}",
];

const EXPLOSIVE = [
  "(a+)+",
  "((ab)+)+",
  "(a|ab)*",
  "^(a|a){26}$",
  "^(a|aa){25}$",
  "(a{1,20}){1,20}",
  "((a|b){4}){4}",
  "((a|b)?)*",
  "(?:(?:a|b)c){9}",
];

for (const pattern of SOUND) {
  Deno.test(`the pattern ${pattern} is taken`, () => assertEquals(patternFault(pattern), null));
}

for (const pattern of EXPLOSIVE) {
  Deno.test(`the pattern ${pattern} is refused, since it could take minutes`, () => {
    assertEquals(
      patternFault(pattern),
      "a pattern that does not repeat a group holding a repetition or a choice",
    );
  });
}
