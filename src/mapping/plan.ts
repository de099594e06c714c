/**
 * A mapping's columns as plans for the kernel. What a plan takes, the checks here take too, with the
 * same value; it may take less.
 *
 * @module
 */

import type { CheckPlan, CleanPlan, ColumnPlan } from "../model/plan.ts";
import { isAscii } from "../text/code_points.ts";
import type { FieldUse } from "./field_reader.ts";
import type { Located } from "./header.ts";
import type { CleanStep, Column } from "./schema_columns.ts";

/** The plan of a column; null where its fields need more than a plan can say. */
export function planColumn({ column, field }: Located, use: FieldUse): ColumnPlan | null {
  if (!Object.entries(column).every(isPlanned)) return null;
  const check = checkPlan(column);
  const clean = cleanPlan(column);
  if (check === null || clean === undefined) return null;
  if (field === null && (use.isRequired || clean !== null)) return null;
  return {
    field,
    trims: column.trim,
    required: use.isRequired,
    isKey: use.isKey && column.type === "string",
    clean,
    check,
  };
}

/** What plans know of, or need not know: whatever else a column may ask for is beyond them. */
const PLANNED: ReadonlySet<string> = new Set([
  ...["from", "aliases", "to", "required", "optionalColumn", "whenEmpty", "trim", "clean", "type"],
  ...["minLength", "maxLength", "characters", "pattern", "min", "max", "role", "decimal"],
  ...["trueWords", "falseWords", "values", "ignoreCase"],
  ...["formats", "language", "twoDigitYearsFrom"],
]);

function isPlanned([property, value]: [string, unknown]): boolean {
  return PLANNED.has(property) || value === undefined || (property === "as" && value === "iso");
}

/** Undefined where there is no plan, null where nothing is cleaned. */
function cleanPlan(column: Column): CleanPlan | null | undefined {
  const steps = column.trim && column.clean[0] === "trim" ? column.clean.slice(1) : column.clean;
  const [step, ...others] = steps;
  if (step === undefined) return null;
  const keepsText = column.type === "string" || column.type === "email";
  if (others.length > 0 || !keepsText) return undefined;
  if (step === "lower" || step === "capitalize") return step;
  const suffix = cutSuffix(step);
  return suffix === null ? undefined : { suffix };
}

/** What a step cuts off at the end of a text; null where it does anything else. */
function cutSuffix(step: CleanStep): string | null {
  if (typeof step !== "object" || !("replace" in step) || !("pattern" in step.replace)) return null;
  const { pattern, with: replacement } = step.replace;
  const literal = /^((?:[\w ,:;@%&=~-]|\\[.+*?()|^$\\/[\]{}-])+)\$$/.exec(pattern)?.[1];
  if (literal === undefined || replacement !== "") return null;
  return literal.replace(/\\(.)/g, "$1");
}

function checkPlan(column: Column): CheckPlan | null {
  switch (column.type) {
    case "string":
      return textPlan(column);
    case "integer":
      return { kind: "integer", ...rangeOf(column) };
    case "number":
      if (column.decimal === ",") return null;
      return { kind: "number", ...rangeOf(column), doubtsThousands: column.decimal === undefined };
    case "boolean": {
      const [trueWords, falseWords] = [column.trueWords, column.falseWords]
        .map((words) => words.map((word) => word.toLowerCase()));
      if (trueWords === undefined || falseWords === undefined) return null;
      const isPlain = [...trueWords, ...falseWords].every(isAscii);
      return isPlain ? { kind: "boolean", trueWords, falseWords } : null;
    }
    case "date":
      return column.formats === undefined ? { kind: "date" } : null;
    case "enum":
      return { kind: "word", words: column.values };
    case "email":
    case "uuid":
      return { kind: column.type };
    default:
      return null;
  }
}

function textPlan(column: Column & { type: "string" }): CheckPlan | null {
  const { minLength = 0, maxLength = Infinity, characters, pattern } = column;
  if (pattern !== undefined) return null;
  const allowed = characters?.map((kind) => ASCII[kind]).join("") ?? null;
  return { kind: "text", minLength, maxLength, characters: allowed };
}

const LETTERS = "abcdefghijklmnopqrstuvwxyz";

/** The characters of a kind, of ASCII. */
const ASCII = { letters: LETTERS + LETTERS.toUpperCase(), digits: "0123456789", spaces: " " };

function rangeOf(
  { min = -Infinity, max = Infinity }: { min?: number | undefined; max?: number | undefined },
): { readonly min: number; readonly max: number } {
  return { min, max };
}
