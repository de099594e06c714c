/**
 * Which rows are left out on purpose: the age filter and the rules of `where`.
 *
 * @module
 */

import { UsageError } from "../model/errors.ts";
import type { RulePlan } from "../model/plan.ts";
import type { Row } from "../model/row.ts";
import type { Value } from "../model/value.ts";
import type { Located } from "./header.ts";
import type { MappingFile } from "./schema.ts";
import { type ColumnReader, compileWhere } from "./where.ts";

/** A filter rule: rows for which `keeps` is false are left out and counted under `name`. */
export interface FilterRule {
  readonly name: string;
  keeps(values: readonly Value[], row: Row): boolean;
  /** The same as data; null where it can't be told. */
  readonly plan: RulePlan | null;
}

/** What the command line adds to a mapping's own filters. */
export interface FilterOptions {
  readonly where?: readonly string[];
  readonly minAge?: number;
  readonly maxAge?: number;
  readonly now: number;
}

/**
 * Compiles all filters of a run, in the order in which they are asked.
 *
 * @throws {UsageError} for a rule that can't be read, or an age filter without a column of ages.
 */
export function compileFilters(
  file: MappingFile,
  columns: readonly Located[],
  header: readonly string[],
  options: FilterOptions,
): FilterRule[] {
  const rules = ageRules(file, options);
  const lookup = columnLookup(columns, header);
  for (const rule of file.where) {
    const { name, rule: text } = typeof rule === "string" ? { name: rule, rule } : rule;
    rules.push({ name, keeps: compileWhere(text, "where", lookup, options.now), plan: null });
  }
  for (const text of options.where ?? []) {
    rules.push({ name: text, keeps: compileWhere(text, null, lookup, options.now), plan: null });
  }
  return rules;
}

/** Ages are inclusive; a row without an age is left out. */
function ageRules(file: MappingFile, options: FilterOptions): FilterRule[] {
  const min = options.minAge ?? file.minAge;
  const max = options.maxAge ?? file.maxAge;
  if (min === undefined && max === undefined) return [];
  const at = file.columns.findIndex((column) => "role" in column && column.role === "age");
  if (at < 0) {
    throw new UsageError(
      "The mapping marks no column as the age, so there is nothing to filter by age on: " +
        "leave the age filter out, or mark the column with role: age in a mapping file",
    );
  }
  if (min !== undefined && max !== undefined && min > max) {
    throw new UsageError(`The smallest age ${min} is above the largest age ${max}`);
  }
  const rules: FilterRule[] = [];
  if (min !== undefined) {
    rules.push({
      name: "min-age",
      keeps: (values) => Number(values[at] ?? NaN) >= min,
      plan: { name: "min-age", question: "at-least", column: at, number: min },
    });
  }
  if (max !== undefined) {
    rules.push({
      name: "max-age",
      keeps: (values) => Number(values[at] ?? NaN) <= max,
      plan: { name: "max-age", question: "at-most", column: at, number: max },
    });
  }
  return rules;
}

/** Finds columns for expressions: first those of the mapping, with their types, then the others. */
function columnLookup(columns: readonly Located[], header: readonly string[]) {
  const readers = new Map<string, ColumnReader>();
  header.forEach((name, field) => {
    if (name === "") return;
    readers.set(name, {
      kind: readers.has(name) ? "doubled" : "text",
      read: (_values, row) => row.fields[field]?.trim() || undefined,
    });
  });
  columns.forEach(({ column, name }, at) => {
    for (const known of new Set([column.from, name])) {
      if (columns.findIndex((other) => [other.column.from, other.name].includes(known)) !== at) {
        continue;
      }
      readers.set(known, { kind: columnKind(column), read: (values) => values[at] });
    }
  });
  return readers;
}

function columnKind(column: Located["column"]): ColumnReader["kind"] {
  switch (column.type) {
    case "integer":
    case "number":
      return "number";
    case "boolean":
      return "boolean";
    case "date":
    case "datetime":
      if (column.as === "unix") return "unix";
      return column.as === "unixMs" ? "unixMs" : column.type;
    case "list":
    case "json":
      return "json";
    default:
      return "text";
  }
}
