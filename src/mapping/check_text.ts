/**
 * Checks of the types whose values stay text: `string`, `uuid`, `enum`.
 *
 * @module
 */

import { type Check, type Fault, INVALID, ITSELF, simpleCheck } from "./check.ts";
import { matcher } from "./pattern.ts";
import type { Column } from "./schema_columns.ts";

type ColumnOf<T extends Column["type"]> = Extract<Column, { type: T }>;

/** A text test, and what is wrong with a text that fails it. */
interface Test {
  readonly holds: (text: string) => boolean;
  /** The same of `bytes[from, to)`, which are ASCII; not there where it takes a text. */
  readonly holdsAscii?: (bytes: Uint8Array, from: number, to: number) => boolean;
  readonly fault: Fault;
}

/** Length, characters and pattern; null where none of them is asked for. */
export function stringCheck(column: ColumnOf<"string">): Check | null {
  const tests: Test[] = [];
  const { minLength, maxLength, characters, pattern } = column;
  if (maxLength !== undefined) {
    tests.push({
      holds: (text) => text.length <= maxLength,
      holdsAscii: (_bytes, from, to) => to - from <= maxLength,
      fault: { code: "too-long", message: `is longer than ${maxLength} characters` },
    });
  }
  if (minLength !== undefined) {
    tests.push({
      holds: (text) => text.length >= minLength,
      holdsAscii: (_bytes, from, to) => to - from >= minLength,
      fault: { code: "too-short", message: `is shorter than ${minLength} characters` },
    });
  }
  if (characters !== undefined) {
    tests.push({
      ...charactersTest(characters),
      fault: {
        code: "invalid-characters",
        message: `holds other characters than ${characters.join(" and ")}`,
      },
    });
  }
  if (pattern !== undefined) {
    tests.push({
      holds: matcher(pattern),
      fault: { code: "pattern-mismatch", message: `does not match the pattern ${pattern}` },
    });
  }
  const [first] = tests;
  if (!first) return null;
  const check: Check = {
    read: (text) => tests.every((test) => test.holds(text)) ? text : INVALID,
    explain: (text) => (tests.find((test) => !test.holds(text)) ?? first).fault,
  };
  const ascii = tests.flatMap(({ holdsAscii }) => holdsAscii ?? []);
  if (ascii.length < tests.length) return check;
  const [firstAscii] = ascii;
  // One test is what most columns have, and a loop over it takes as long as the test itself.
  const holds: Test["holdsAscii"] = ascii.length === 1 && firstAscii
    ? firstAscii
    : (bytes, from, to) => ascii.every((test) => test(bytes, from, to));
  return {
    ...check,
    readAscii: (bytes, from, to) => holds(bytes, from, to) ? ITSELF : INVALID,
  };
}

/** Looks ASCII up in a table; only texts with other characters pay for a regular expression. */
function charactersTest(
  allowed: readonly ("letters" | "digits" | "spaces")[],
): Pick<Test, "holds" | "holdsAscii"> {
  const sources = { letters: "\\p{L}\\p{M}", digits: "0-9", spaces: " " };
  const whole = new RegExp(`^[${allowed.map((kind) => sources[kind]).join("")}]*$`, "u");
  const ascii = Uint8Array.from({ length: 128 }, (_, code) => {
    return whole.test(String.fromCharCode(code)) ? 1 : 0;
  });
  return {
    holds(text) {
      for (let i = 0; i < text.length; i++) {
        const code = text.charCodeAt(i);
        if (code > 127) return whole.test(text);
        if (ascii[code] === 0) return false;
      }
      return true;
    },
    holdsAscii(bytes, from, to) {
      for (let i = from; i < to; i++) if (ascii[bytes[i] as number] === 0) return false;
      return true;
    },
  };
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** UUIDs in their text form (RFC 9562 §4), of any version. */
export function uuidCheck(): Check {
  return simpleCheck((text) => UUID.test(text) ? text : INVALID, "invalid-uuid", "is not a UUID");
}

/** Values of a list. */
export function enumCheck(column: ColumnOf<"enum">): Check {
  const exact = new Set(column.values);
  const folded = new Map(column.values.map((value) => [value.toLowerCase(), value]));
  const anyCase = (text: string) => folded.get(text.toLowerCase());
  return simpleCheck(
    (text) => exact.has(text) ? text : (column.ignoreCase && anyCase(text)) || INVALID,
    "not-in-list",
    "is none of the allowed values",
    anyCase,
  );
}
