/**
 * Which country's telephone numbers a column may hold.
 *
 * @module
 */

import { callingCodeOf, phonePlan } from "./phone_plan.ts";
import type { Doubt } from "./type_guess.ts";

/** Calling codes that are offered, in the order of how many people have them. */
const OFFERED = [
  ...[44, 49, 33, 39, 34, 48, 31, 32, 420, 43, 41, 46, 45, 47, 358, 353, 351, 30, 36, 40, 421, 386],
  ...[385, 359, 370, 371, 372, 1, 7, 380, 90],
];

/** Of many countries whose numbers look like these, so many are offered. */
const MOST_OFFERED = 12;

/** So many of the numbers must have the form of a country's. */
const SHARE = 0.9;

/**
 * Numbers without a plus sign: whose are they? Codes that the numbers begin with, or that others of the
 * column have, come first.
 */
export function phoneDoubt(numbers: readonly string[]): Doubt {
  const bare = numbers.map((text) => text.replace(/[^\d+]/g, ""));
  const national = bare.filter((text) => /^\d+$/.test(text));
  const met = bare.filter((text) => text.startsWith("+"))
    .flatMap((text) => Number(callingCodeOf(text.slice(1))) || []);
  const areMost = (found: readonly string[]) => found.length >= national.length * SHARE;
  const begun = OFFERED.filter((code) => areMost(national.filter((text) => hasCode(text, code))));
  const fitting = [...met, ...OFFERED].filter((code) => {
    const plan = phonePlan(String(code));
    const fits = national.filter((text) => {
      const own = plan?.withoutTrunk(text);
      // Numbers that begin with a trunk prefix tell countries apart better than others.
      return own !== undefined && plan?.isNational(own) && (own !== text || !text.startsWith("0"));
    });
    return areMost(fits);
  });
  const codes = [...new Set([...begun, ...fitting])].slice(0, MOST_OFFERED);
  return {
    question: "Whose telephone numbers are these, where they lack a country code?",
    options: [
      ...codes.map((code) => ({
        label: `+${code}`,
        keys: { type: "phone", callingCode: code },
      })),
      { label: "text, as they stand", keys: {} },
    ],
    reason: "numbers without a country code need the one of their country",
  };
}

/** Whether digits are a country's number behind its calling code. */
function hasCode(digits: string, callingCode: number): boolean {
  const code = String(callingCode);
  return digits.startsWith(code) &&
    (phonePlan(code)?.isNational(digits.slice(code.length)) ?? false);
}
