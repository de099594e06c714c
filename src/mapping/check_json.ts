/**
 * The check of `json`: JSON texts, which are sent with their own digits.
 *
 * @module
 */

import { JsonText } from "../model/value.ts";
import { type Check, type Checked, type Fault, INVALID } from "./check.ts";

/** Objects and lists within each other that a JSON text may have. */
const DEEPEST = 500;

/** What keeps a text from being sent. */
const NOT_JSON: Fault = {
  code: "invalid-json",
  message: `is not JSON, or is nested more than ${DEEPEST} levels deep`,
};
const DOUBLED_KEY: Fault = {
  code: "doubled-key",
  message: "is JSON with an object that has a key twice: readers take the one or the other",
};

/** JSON texts (RFC 8259). Texts, truth values and null are values; all else stays as it is written. */
export function jsonCheck(): Check {
  const read = (text: string): Checked | Fault => {
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return NOT_JSON;
    }
    if (typeof value === "string" || typeof value === "boolean" || value === null) return value;
    if (typeof value === "number" && String(value) === text) return value;
    const compact = compactJson(text);
    return typeof compact === "string" ? new JsonText(compact) : compact;
  };
  return {
    read(text) {
      const value = read(text);
      return isFault(value) ? INVALID : value;
    },
    explain(text) {
      const value = read(text);
      return isFault(value) ? value : NOT_JSON;
    },
  };
}

function isFault(value: Checked | Fault): value is Fault {
  return value === NOT_JSON || value === DOUBLED_KEY;
}

/** A text that `JSON.parse` takes, without the blanks between its parts. */
function compactJson(text: string): string | Fault {
  /** Of each open object the keys so far, of each open list null. */
  const open: (Set<string> | null)[] = [];
  let isKey = false;
  let compact = "";
  let from = 0;
  for (let at = 0; at < text.length;) {
    const char = text[at] as string;
    if (char === '"') {
      const end = stringEnd(text, at);
      const keys = open.at(-1);
      if (isKey && keys) {
        const key: string = JSON.parse(text.slice(at, end));
        if (keys.has(key)) return DOUBLED_KEY;
        keys.add(key);
        isKey = false;
      }
      at = end;
      continue;
    }
    if (char === " " || char === "\n" || char === "\t" || char === "\r") {
      compact += text.slice(from, at);
      from = at + 1;
    } else if (char === "{" || char === "[") {
      if (open.length === DEEPEST) return NOT_JSON;
      isKey = char === "{";
      open.push(isKey ? new Set() : null);
    } else if (char === "}" || char === "]") open.pop();
    else if (char === ",") isKey = Boolean(open.at(-1));
    at++;
  }
  return compact + text.slice(from);
}

/** Index behind the string that starts at `start`. */
function stringEnd(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
  return at + 1;
}
