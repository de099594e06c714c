/**
 * Names of months and weekdays, in the languages that the runtime knows.
 *
 * @module
 */

/** From a name, in lower case, to its number; longer names stand in front of shorter ones. */
export type NamesOf = ReadonlyMap<string, number>;

/** Whether the runtime has the names of a language. */
export function isLanguage(tag: string): boolean {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(tag).length > 0;
  } catch {
    return false;
  }
}

/** Names of months, from 1, long and short, alone and as they stand in a date. */
export function monthNames(language: string): NamesOf {
  return namesOf(language, "month", 12, (n) => Date.UTC(2024, n - 1, 15));
}

/** Names of weekdays, from 1 for Monday. */
export function weekdayNames(language: string): NamesOf {
  return namesOf(language, "weekday", 7, (n) => Date.UTC(2024, 0, n)); // 1 January was a Monday.
}

/** Writes the name that a token of a format stands for; null for a token that is no name. */
export function nameWriter(token: string, language: string): ((instant: number) => string) | null {
  const kind = { MMM: "month", MMMM: "month", ddd: "weekday", dddd: "weekday" }[token];
  if (kind === undefined) return null;
  const style = token.length === 4 ? "long" : "short";
  const format = new Intl.DateTimeFormat(language, {
    [kind]: style,
    timeZone: "UTC",
    calendar: "gregory",
  });
  return (instant) => format.format(instant);
}

/** Forms that the runtime doesn't have, though people write them. */
const MORE_NAMES: Readonly<Record<string, readonly (readonly [name: string, month: number])[]>> = {
  en: [["sept", 9]],
  de: [["jän", 1], ["jänner", 1], ["mrz", 3], ["sept", 9]],
};

function namesOf(
  language: string,
  kind: "month" | "weekday",
  count: number,
  instantOf: (n: number) => number,
): NamesOf {
  const names = new Map<string, number>();
  for (const style of ["long", "short"] as const) {
    for (const form of [{ [kind]: style }, { [kind]: style, day: "numeric" }] as const) {
      const format = new Intl.DateTimeFormat(language, {
        ...form,
        timeZone: "UTC",
        calendar: "gregory",
      });
      for (let n = 1; n <= count; n++) {
        const part = format.formatToParts(instantOf(n)).find(({ type }) => type === kind);
        const name = part?.value.toLowerCase();
        // Numbers are no names; a point at the end may be left out.
        if (name === undefined || !/^\p{L}/u.test(name)) continue;
        for (const each of [name, name.replace(/\.$/, "")]) {
          if (!names.has(each)) names.set(each, n);
        }
      }
    }
  }
  const more = kind === "month" ? MORE_NAMES[language.slice(0, 2)] ?? [] : [];
  for (const [name, n] of more) names.set(name, n);
  return new Map([...names].sort(([a], [b]) => b.length - a.length));
}
