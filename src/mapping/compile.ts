/**
 * Compiles a mapping for one CSV, once a run, to plain closures: rows are cleaned and checked
 * without interpreting the mapping again.
 *
 * @module
 */

import type { JsonValue, Problem, Row, Value } from "../types.ts";
import { type Check, type Checked, INVALID } from "./check.ts";
import { compileCheck, type ValueType, valueType } from "./checks.ts";
import { type Clean, compileCleaning, replacedPattern, trimmed } from "./clean.ts";
import { compileFilters, type FilterOptions } from "./filter.ts";
import { compileGroups, isEmpty } from "./groups.ts";
import { locateColumns, type Located, targetsOf } from "./header.ts";
import { LONGEST_MATCHED, TOO_LONG } from "./pattern.ts";
import type { MappingFile } from "./schema.ts";
import type { Column } from "./schema_columns.ts";

export { mappingColumn, mappingHeader } from "./header.ts";
export type { ValueType };

/** One column's place in the values of a row. */
export interface OutputColumn {
  /** Header as it stands in the CSV. */
  readonly column: string;
  /** 0-based index of its field in a row; null for a column that the CSV lacks. */
  readonly field: number | null;
  /** Where the value goes; empty for columns that are only checked or filtered on. */
  readonly to: readonly string[];
  readonly type: ValueType;
}

/** A mapping, compiled for one CSV. */
export interface CompiledMapping {
  readonly file: MappingFile;
  /** In the order of the values that `check` gives. */
  readonly outputs: readonly OutputColumn[];
  readonly constants: readonly { readonly to: string; readonly value: JsonValue }[];
  /** Cleans and checks a row; null when something is wrong with it (`problems` says what). */
  check(row: Row): Value[] | null;
  /** Everything that is wrong with a row for which `check` gave null; never empty. */
  problems(row: Row): readonly Problem[];
  /** Name of the filter rule that leaves the row out, or null. */
  filter(values: readonly Value[], row: Row): string | null;
  /** Canonical JSON of everything that changes what is sent; what a resumed run compares. */
  readonly fingerprint: string;
}

/** What the command line adds to a mapping. Ages are in years, inclusive; `now` is epoch ms. */
export type CompileOptions = FilterOptions;

/** A column, ready to read its field of a row. */
interface Reader {
  readonly field: number;
  readonly trim: boolean;
  /** Longest text that is read, in characters (UTF-16 units). */
  readonly longest: number;
  readonly clean: Clean | null;
  readonly required: boolean;
  /** Null where any text will do. */
  readonly check: Check | null;
  readonly header: string;
}

/**
 * Compiles a mapping for a CSV with this header; `source` names the CSV in messages.
 *
 * @throws {UsageError} when the header lacks or doubles a column, or a filter can't be read.
 */
export function compileMapping(
  file: MappingFile,
  header: readonly string[],
  source: string,
  options: CompileOptions,
): CompiledMapping {
  const columns = locateColumns(file, header, source);
  const filters = compileFilters(file, columns, header, options);
  const groups = compileGroups(file, columns);
  // ShowAds takes no record that lacks one of its two fields.
  const needsAll = file.destination === "showads";
  const readers = columns.map((column) => compileReader(column, needsAll));
  const count = readers.length;

  function check(row: Row): Value[] | null {
    if (row.fault !== null) return null;
    const { fields } = row;
    const values: Value[] = new Array(count); // Pushing would make room for many more.
    for (let i = 0; i < count; i++) {
      const value = readField(readers[i] as Reader, fields);
      if (value === INVALID) return null;
      values[i] = value;
    }
    for (const group of groups) if (isEmpty(group, values)) return null;
    return values;
  }

  function problems(row: Row): Problem[] {
    if (row.fault !== null) return [row.fault];
    const found: Problem[] = [];
    const values = readers.map((reader) => {
      const value = readField(reader, row.fields);
      if (value !== INVALID) return value;
      const problem = explainField(reader, row.fields);
      const told = found.some(({ code, field }) =>
        code === problem.code && field === problem.field
      );
      if (!told) found.push(problem);
      return reader.header; // Wrong is not empty: the groups below have nothing to say of it.
    });
    for (const group of groups) if (isEmpty(group, values)) found.push(group.problem);
    return found;
  }

  function filter(values: readonly Value[], row: Row): string | null {
    for (const rule of filters) if (!rule.keeps(values, row)) return rule.name;
    return null;
  }

  return {
    file,
    outputs: columns.map(({ column, name, field }) => ({
      column: name,
      field,
      to: targetsOf(column.to),
      type: valueType(column),
    })),
    constants: file.constants as CompiledMapping["constants"],
    check,
    problems,
    filter,
    fingerprint: fingerprint(file, options),
  };
}

/** `needsAll` says that the destination takes no row in which a value that is sent is empty. */
function compileReader({ column, name, field }: Located, needsAll: boolean): Reader {
  const clean = compileCleaning(column);
  // An absent column reads as an empty field; a default may still fill it.
  const absent = clean === null ? "" : clean("");
  return {
    field: field ?? 0,
    trim: column.trim,
    longest: hasPattern(column) ? LONGEST_MATCHED : Infinity,
    clean: field === null ? () => absent : clean,
    required: column.required || (needsAll && column.to !== undefined),
    check: compileCheck(column),
    header: name,
  };
}

/** True when values are searched for a pattern, be it to replace it. */
function hasPattern(column: Column): boolean {
  return (column.type === "string" && column.pattern !== undefined) ||
    column.clean.some((step) => replacedPattern(step) !== null);
}

function cleanField({ field, trim, clean, longest }: Reader, fields: readonly string[]): Checked {
  const raw = fields[field] ?? "";
  const text = trim ? trimmed(raw) : raw;
  if (text.length > longest) return INVALID;
  return clean === null ? text : clean(text);
}

function readField(reader: Reader, fields: readonly string[]): Checked {
  const text = cleanField(reader, fields);
  if (text === "") return reader.required ? INVALID : undefined;
  if (typeof text !== "string") return text;
  return reader.check === null ? text : reader.check.read(text);
}

function explainField(reader: Reader, fields: readonly string[]): Problem {
  const { header: column, field } = reader;
  const text = cleanField(reader, fields);
  if (typeof text !== "string") {
    return { code: "too-long", column, field, message: `The value ${TOO_LONG}.` };
  }
  if (text === "" || reader.check === null) {
    return { code: "required", column, field, message: "The value is missing." };
  }
  const { code, message, suggestion } = reader.check.explain(text);
  const problem = { code, column, field, message: `The value ${message}.` };
  return suggestion === undefined ? problem : { ...problem, suggestion };
}

function fingerprint(file: MappingFile, options: CompileOptions): string {
  const { $schema: _, ...mapping } = file;
  return canonical({
    ...mapping,
    minAge: options.minAge ?? file.minAge,
    maxAge: options.maxAge ?? file.maxAge,
    where: [...file.where, ...options.where ?? []],
  });
}

/** JSON with the members of objects in the order of their names. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part) => {
    if (part === null || typeof part !== "object" || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => a < b ? -1 : 1));
  });
}
