/**
 * What is known of countries' numbering plans: how long national numbers are, what they begin with and
 * what is dialled in front of them. The data is that of Google's libphonenumber, as libphonenumber-js
 * packs it; its own parser takes 30 µs for a number, too long for each row of a file.
 *
 * @see https://gitlab.com/catamphetamine/libphonenumber-js/-/blob/master/METADATA.md
 * @module
 */

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

/** What libphonenumber knows of all countries. */
interface World {
  readonly countries: Record<string, Packed>;
  /** By calling code: satellites and the like. */
  readonly nonGeographic: Record<string, Packed>;
  readonly country_calling_codes: Record<string, readonly string[]>;
}

let world: World | null = null;

/**
 * Loads the plans if `text`, a mapping, may hold a column of telephone numbers; to be awaited before
 * such a text is checked or compiled. They are large, and most runs need none.
 */
export async function loadPhonePlans(text: string): Promise<void> {
  if (!text.includes("phone")) return;
  world ??= (await import("libphonenumber-js/metadata.min.json")).default as unknown as World;
}

function loaded(): World {
  if (world === null) throw new TypeError("loadPhonePlans() was not awaited");
  return world;
}

/** The plan of a calling code; null for one that nobody has. */
export function phonePlan(callingCode: string): PhonePlan | null {
  const { countries, nonGeographic, country_calling_codes: codes } = loaded();
  const packed = (codes[callingCode] ?? []).map((country) => countries[country] ?? []);
  const [main] = packed.length > 0 ? packed : [nonGeographic[callingCode]];
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
  const { nonGeographic, country_calling_codes: codes } = loaded();
  for (let length = 1; length <= LONGEST_CODE; length++) {
    const code = digits.slice(0, length);
    if (Object.hasOwn(codes, code) || Object.hasOwn(nonGeographic, code)) return code;
  }
  return null;
}
