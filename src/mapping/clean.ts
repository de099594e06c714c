/**
 * Cleaning steps, compiled once a run to plain functions from text to text.
 *
 * @module
 */

import { withoutUnseen } from "../text/code_points.ts";
import { INVALID } from "./check.ts";
import { replacer } from "./pattern.ts";
import type { CleanStep, Column } from "./schema_columns.ts";

/** A cleaning step, compiled. `INVALID` for a text that it can't be used on. */
export type Clean = (text: string) => string | typeof INVALID;

/** The column's cleaning steps as one function, or null when it has none. Trimming is apart. */
export function compileCleaning(column: Column): Clean | null {
  const steps = column.clean.map(compileStep);
  if (steps.length === 0) return null;
  return steps.reduce((first, second) => (text) => {
    const cleaned = first(text);
    return cleaned === INVALID ? INVALID : second(cleaned);
  });
}

function compileStep(step: CleanStep): Clean {
  if (step === "trim") return trimmed;
  if (step === "lower") return (text) => text.toLowerCase();
  if (step === "upper") return (text) => text.toUpperCase();
  if (step === "capitalize") return capitalized;
  if (step === "digits") return (text) => text.replace(/\D+/g, "");
  if (step === "unpad") return unpadded;
  if (step === "unquote") return unquoted;
  if (step === "unseen") return withoutUnseen;
  if (step === "nfc") return (text) => text.normalize("NFC");
  if (step === "plain") return (text) => text.replace(/[^\p{L}\p{M}\p{N}]+/gu, "");
  if ("default" in step) return (text) => text === "" ? step.default : text;
  if ("nullWords" in step) {
    const words = new Set(step.nullWords.map((word) => word.toLowerCase()));
    return (text) => words.has(text.toLowerCase()) ? "" : text;
  }
  const { replace } = step;
  if ("pattern" in replace) return replacer(replace.pattern, replace.with);
  return (text) => text.replaceAll(replace.text, () => replace.with);
}

/** As `trim()`, without the call for the many values that need none. */
export function trimmed(text: string): string {
  const { length } = text;
  if (length === 0) return text;
  const first = text.charCodeAt(0);
  const last = text.charCodeAt(length - 1);
  if (first > 0x20 && first < 0x80 && last > 0x20 && last < 0x80) return text;
  return text.trim();
}

/** `007` → `7`, `-007` → `-7`, `000` → `0`; anything but a whole number stays. */
export function unpadded(text: string): string {
  if (!/^[+-]?0\d+$/.test(text)) return text;
  let from = /^[+-]/.test(text) ? 1 : 0;
  const sign = text.slice(0, from);
  while (text[from] === "0" && from < text.length - 1) from++;
  return sign + text.slice(from);
}

/**
 * What a spreadsheet was told to take as text: `="01"` → `01`, and `'01` → `01`. An apostrophe is only
 * taken off in front of what a spreadsheet would compute, so that `'t Hooft` stays.
 */
export function unquoted(text: string): string {
  if (text.startsWith('="') && text.endsWith('"') && text.length > 2) {
    const inner = text.slice(2, -1);
    // Quotes within are doubled: a single one ends the text, and what follows is a formula.
    return inner.replaceAll('""', "").includes('"') ? text : inner.replaceAll('""', '"');
  }
  return /^'[\d+=@-]/.test(text) ? text.slice(1) : text;
}

/** The first letter of a word, or of a part after a hyphen, a blank or an `O'`. */
const WORD_START = /(?<=^|[\s-]|(?:^|[\s-])\p{L}['’])\p{L}/gu;

/**
 * Upper-cases the first letter of every part of a name: `mary-jane o'neil` → `Mary-Jane O'Neil`.
 * Other letters stay (`DeShawn`), unless the whole text is in capitals (`MARY` → `Mary`).
 */
export function capitalized(text: string): string {
  if (/^[A-Z][a-z]+$/.test(text)) return text; // most names; the rest costs six times as much
  const lower = text.toLowerCase();
  const base = text === text.toUpperCase() ? lower : text;
  return base.replace(WORD_START, (letter) => letter.toUpperCase());
}
