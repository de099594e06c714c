/**
 * The check of `phone`: telephone numbers become E.164, a plus sign and 7 to 15 digits (ITU-T E.164
 * §6). No calling code is put in front of a number that may have it already.
 *
 * @module
 */

import { type Check, type Fault, INVALID } from "./check.ts";
import { callingCodeOf, type PhonePlan, phonePlan } from "./phone_plan.ts";
import type { Column } from "./schema_columns.ts";
import { looksShortened, SHORTENED } from "./spreadsheet.ts";

type PhoneColumn = Extract<Column, { type: "phone" }>;

/** Blanks, brackets, dots, slashes, dashes of any length, and marks that are not seen. */
const PUNCTUATION = /[\s().\/\-\u2010-\u2015\u2212\p{Cf}]+/gu;

/** What is dialled at home only, behind a country code: `+44 (0)20 …`. */
const TRUNK_IN_BRACKETS = "(0)";

/** No number is longer, whatever stands between its digits. */
const LONGEST_TEXT = 64;

const E164 = /^\+[1-9]\d{6,14}$/;

/** Every number that a text can be read as: one, if the text is a good one. */
type Readings = ReadonlySet<string>;

/**
 * Checks the shape, and of numbers without a country code the form that national numbers have in that
 * country; whether a number is given to anybody can't be known here.
 */
export function phoneCheck(column: PhoneColumn): Check {
  const readings = phoneReader(column);
  return {
    read(text) {
      const found = readings(text);
      if (found.size !== 1) return INVALID;
      const [number] = found;
      return number as string;
    },
    explain: (text) => explain(text, readings(text), column),
  };
}

function explain(text: string, found: Readings, { callingCode }: PhoneColumn): Fault {
  if (found.size > 1) {
    return {
      code: "ambiguous-phone",
      message: `can be read both as a national number and as one that begins with the calling ` +
        `code ${callingCode}: write it with a plus sign, or with the prefix dialled at home`,
      suggestion: [...found].join(" or "),
    };
  }
  if (looksShortened(text)) return SHORTENED;
  return {
    code: "invalid-phone",
    message: callingCode === undefined
      ? "is not a telephone number with its country code"
      : "is not a telephone number",
  };
}

/** Compiles the reader of a column's numbers. */
function phoneReader({ callingCode, trunkPrefix }: PhoneColumn): (text: string) => Readings {
  const plans = new Map<string, PhonePlan | null>();
  const planOf = (code: string) => {
    const known = plans.get(code);
    if (known !== undefined) return known;
    const plan = phonePlan(code);
    plans.set(code, plan);
    return plan;
  };
  const own = callingCode === undefined ? null : planOf(String(callingCode));
  const home = own && trunkPrefix !== "auto"
    ? { ...own, withoutTrunk: (digits: string) => withoutPrefix(digits, trunkPrefix) }
    : own;
  return (text) => {
    if (text.length > LONGEST_TEXT || /^\+?\d+\.0+$/.test(text)) return NONE; // An amount.
    let number = text.replace(PUNCTUATION, "");
    if (number.startsWith("00")) number = `+${number.slice(2)}`;
    if (!/^\+?\d+$/.test(number)) return NONE;
    if (!number.startsWith("+")) return home === null ? NONE : domestic(home, number);
    const code = callingCodeOf(number.slice(1));
    const plan = code === null ? null : planOf(code);
    return shaped(plan === null ? number : foreign(plan, number, text));
  };
}

const NONE: Readings = new Set();

function withoutPrefix(digits: string, prefix: string): string {
  return digits.startsWith(prefix) ? digits.slice(prefix.length) : digits;
}

/** A number that begins with its calling code. A zero that is dialled at home only is left out. */
function foreign(plan: PhonePlan, number: string, text: string): string {
  const code = `+${plan.callingCode}`;
  const national = number.slice(code.length);
  if (plan.isNational(national)) return number;
  const stripped = plan.withoutTrunk(national);
  if (plan.isNational(stripped)) return code + stripped;
  // A number of a form that isn't known goes as it is, but for what brackets say of it.
  return text.includes(TRUNK_IN_BRACKETS) && national.startsWith("0")
    ? code + national.slice(1)
    : number;
}

/** A number without a plus sign: a national one, one that lacks its plus sign, or both. */
function domestic(plan: PhonePlan, digits: string): Readings {
  const code = plan.callingCode;
  const found = new Set<string>();
  const add = (national: string) => {
    const stripped = plan.withoutTrunk(national);
    if (plan.isNational(stripped)) found.add(`+${code}${stripped}`);
    else if (plan.isNational(national)) found.add(`+${code}${national}`);
  };
  if (digits.startsWith(code)) add(digits.slice(code.length));
  add(digits);
  if (found.size > 0) return found;
  const abroad = digits.replace(plan.internationalPrefix, "");
  return abroad === digits ? NONE : shaped(`+${abroad}`);
}

function shaped(number: string): Readings {
  return E164.test(number) ? new Set([number]) : NONE;
}
