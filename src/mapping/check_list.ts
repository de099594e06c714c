/**
 * The check of `list`: several values in one cell.
 *
 * @module
 */

import { JsonText, type JsonValue } from "../model/value.ts";
import { type Check, type Checked, INVALID } from "./check.ts";

/** Entries without the blanks around them; nothing between two separators is none. */
function entriesOf(text: string, separator: string): string[] {
  return text.split(separator).map((entry) => entry.trim()).filter((entry) => entry !== "");
}

/** Lists of what `items` takes; null for any text. */
export function listCheck(separator: string, items: Check | null): Check {
  return {
    read(text) {
      const entries = entriesOf(text, separator);
      const values = items === null ? entries : entries.map((entry) => items.read(entry));
      if (values.length === 0 || values.includes(INVALID)) return INVALID;
      return asList(values);
    },
    explain(text) {
      const entries = entriesOf(text, separator);
      const wrong = entries.find((entry) => items?.read(entry) === INVALID);
      if (wrong === undefined || items === null) {
        return { code: "empty-list", message: "has nothing between its separators" };
      }
      const { code, message } = items.explain(wrong);
      return { code, message: `has an entry that ${message}` };
    },
  };
}

/** Numbers with digits of their own keep them. */
function asList(values: readonly Checked[]): JsonText | JsonValue {
  if (!values.some((value) => value instanceof JsonText)) return values as readonly JsonValue[];
  const texts = values.map((value) =>
    value instanceof JsonText ? value.text : JSON.stringify(value)
  );
  return new JsonText(`[${texts.join()}]`);
}
