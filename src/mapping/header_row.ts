/**
 * Tells a file whose first line is a row already.
 *
 * @module
 */

import { ColumnProfile, type HypothesisKind } from "./column_profile.ts";

/** What names of columns never look like, in words. */
const NO_NAMES: Readonly<Partial<Record<HypothesisKind, string>>> = {
  email: "an e-mail address",
  uuid: "a UUID",
  phone: "a telephone number",
  date: "a date",
  datetime: "a date and time",
  form: "a date",
};

/** A field of a header that looks like a value. */
export interface ValueInHeader {
  /** From 1. */
  readonly column: number;
  /** `an e-mail address`; never the value itself. */
  readonly what: string;
}

/**
 * The first field of a header that looks like a value of its column, or is one; null where the header is one. A
 * number is a value in front of all names, or where there is no name: in `Shop,2023,2024` it is a name.
 */
export function findValueInHeader(
  header: readonly string[],
  profiles: readonly ColumnProfile[],
): ValueInHeader | null {
  let numbers = 0;
  let names = 0;
  for (const [at, text] of header.entries()) {
    const own = new ColumnProfile();
    own.add(text, 1);
    if (own.total === 0) continue;
    const below = profiles[at] ?? new ColumnProfile();
    if (/\p{L}/u.test(text) && below.examples.includes(text.trim())) {
      return { column: at + 1, what: "a value that rows below hold too" };
    }
    for (const [kind, what] of Object.entries(NO_NAMES)) {
      if (isMostly(own, kind) && (below.total === 0 || isMostly(below, kind))) {
        return { column: at + 1, what };
      }
    }
    const isNumber = isMostly(own, "point") && isMostly(below, "point") && !isYear(text);
    if (!isNumber) names++;
    else if (at === 0) return { column: 1, what: "a number" };
    else numbers++;
  }
  return numbers > 0 && names === 0 ? { column: 1, what: "a number" } : null;
}

function isMostly(profile: ColumnProfile, kind: string): boolean {
  const found = profile.best(kind as HypothesisKind);
  return found !== null && found.hits * 2 > profile.total;
}

/** Years and small numbers are names of columns, too. */
function isYear(text: string): boolean {
  return /^(?:\d{1,2}|(?:19|20)\d\d)$/.test(text.trim());
}
