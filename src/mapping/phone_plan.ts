/**
 * What is known of countries' numbering plans: how long national numbers are, what they begin with and
 * what is dialled in front of them. The data is that of Google's libphonenumber, as libphonenumber-js
 * packs it; its own parser takes 30 µs for a number, too long for each row of a file.
 *
 * @see https://gitlab.com/catamphetamine/libphonenumber-js/-/blob/master/METADATA.md
 * @module
 */

import metadata from "libphonenumber-js/metadata.min.json";

/** Places in the packed data of a country. */
const IDD_PREFIX = 1;
const NATIONAL_PATTERN = 2;
const NATIONAL_PREFIX = 5;
const NATIONAL_PREFIX_PATTERN = 7;
const NATIONAL_PREFIX_RULE = 8;

type Packed = readonly unknown[];

/** The numbering plan of a calling code, which several countries may share. */
export interface PhonePlan {
  readonly callingCode: string;
  /** Whether digits have the form of a national number: without calling code and trunk prefix. */
  isNational(digits: string): boolean;
  /** The digits without the trunk prefix, and whatever else is dialled at home only. */
  withoutTrunk(digits: string): string;
  /** What is dialled in front of a foreign calling code; matches at the start. */
  readonly internationalPrefix: RegExp;
}

const COUNTRIES = metadata.countries as Record<string, Packed>;
const BEYOND_COUNTRIES = metadata.nonGeographic as Record<string, Packed>;
const BY_CODE = metadata.country_calling_codes as Record<string, readonly string[]>;

/** The plan of a calling code; null for one that nobody has. */
export function phonePlan(callingCode: string): PhonePlan | null {
  const packed = (BY_CODE[callingCode] ?? []).map((country) => COUNTRIES[country] ?? []);
  const [main] = packed.length > 0 ? packed : [BEYOND_COUNTRIES[callingCode]];
  if (main === undefined) return null;
  const forms = new Set([main, ...packed].map((plan) => String(plan[NATIONAL_PATTERN])));
  const national = new RegExp(`^(?:${[...forms].join("|")})$`);
  return {
    callingCode,
    isNational: (digits) => national.test(digits),
    withoutTrunk: trunkCutter(main),
    internationalPrefix: new RegExp(`^(?:${main[IDD_PREFIX] || "00"})(?=[1-9])`),
  };
}

/** As libphonenumber does it: a prefix may hold what the rule then puts elsewhere (Argentina's 15). */
function trunkCutter(plan: Packed): PhonePlan["withoutTrunk"] {
  const source = plan[NATIONAL_PREFIX_PATTERN] || plan[NATIONAL_PREFIX];
  if (!source) return (digits) => digits;
  const prefix = new RegExp(`^(?:${source})`);
  const rule = plan[NATIONAL_PREFIX_RULE];
  return (digits) => {
    const match = prefix.exec(digits);
    if (!match) return digits;
    const moved = match.length > 1 && match[match.length - 1] !== undefined;
    return rule && moved ? digits.replace(prefix, String(rule)) : digits.slice(match[0].length);
  };
}

/** The longest calling code has three digits. No code is the beginning of another. */
const LONGEST_CODE = 3;

/** The calling code that digits begin with, or null. */
export function callingCodeOf(digits: string): string | null {
  for (let length = 1; length <= LONGEST_CODE; length++) {
    const code = digits.slice(0, length);
    if (Object.hasOwn(BY_CODE, code) || Object.hasOwn(BEYOND_COUNTRIES, code)) return code;
  }
  return null;
}
