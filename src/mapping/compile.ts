/**
 * Compiles a mapping for one CSV, once a run, to plain closures: rows are cleaned and checked
 * without interpreting the mapping again.
 *
 * @module
 */

import type { Problem } from "../model/problem.ts";
import type { Row } from "../model/row.ts";
import type { ColumnPlan, RowPlan } from "../model/plan.ts";
import type { JsonValue, Value } from "../model/value.ts";
import { INVALID } from "./check.ts";
import { keepsText, type ValueType, valueType } from "./checks.ts";
import { compileConversions } from "./convert.ts";
import { MappingDigests } from "./digest.ts";
import {
  compileField,
  explainField,
  type FieldReader,
  type FieldUse,
  lookAtField,
  readField,
} from "./field_reader.ts";
import { compileFilters, type FilterOptions, type FilterRule } from "./filter.ts";
import { compileGroups, isEmpty, type ValueGroup } from "./groups.ts";
import { locateColumns, targetsOf } from "./header.ts";
import { mappingSchema, type NamedDialect } from "./language.ts";
import { planColumn } from "./plan.ts";
import { restColumns } from "./rest.ts";
import type { MappingFile } from "./schema.ts";

export { mappingColumn, mappingHeader } from "./header.ts";
export type { ValueType };

/** One column's place in the values of a row. */
export interface OutputColumn {
  /** Header as it stands in the CSV. */
  readonly column: string;
  /**
   * 0-based index of the field whose text its texts are, perhaps without the blanks around it; null
   * where they are changed, or the CSV lacks the column.
   */
  readonly field: number | null;
  /** Where the value goes; empty for columns that are only checked or filtered on. */
  readonly to: readonly string[];
  readonly type: ValueType;
  /** What is sent in place of an empty value; undefined where the mapping doesn't say. */
  readonly whenEmpty: "omit" | "" | null | undefined;
}

/** A value that is the same in every row. */
export interface Constant {
  readonly to: string;
  readonly value: JsonValue;
  /** Whether it is left out where no column beside it has a value; undefined: as its place says. */
  readonly needsSibling?: boolean | undefined;
}

/** A mapping, compiled for one CSV. */
export interface CompiledMapping {
  readonly file: MappingFile;
  /** In the order of the values that `check` gives. */
  readonly outputs: readonly OutputColumn[];
  readonly constants: readonly Constant[];
  /** Whether some rows tell how others are meant, so that the file's first are to be looked at before. */
  readonly looksAhead: boolean;
  /** Takes notice of a row before any is checked. */
  look(row: Row): void;
  /** Cleans and checks a row; null when something is wrong with it (`problems` says what). */
  check(row: Row): Value[] | null;
  /** Everything that is wrong with a row for which `check` gave null; never empty. */
  problems(row: Row): readonly Problem[];
  /** Puts the values of a row that is sent into the forms in which they go out; null where they are. */
  readonly convert: ((values: Value[]) => void) | null;
  /** Name of the filter rule that leaves the row out, or null. */
  filter(values: readonly Value[], row: Row): string | null;
  /** What `check` and `filter` do with most rows, as data; null where that can't be told. */
  readonly plan: RowPlan | null;
  /** What tells it from mappings that send something else; recorded with a run. */
  digest(): string;
  /** True when a digest that was recorded with a run, perhaps by an older rowferry, is its own. */
  hasDigest(recorded: string): boolean;
}

/** What is added to a mapping file. Ages are in years, inclusive; `now` is epoch ms. */
export interface CompileOptions extends FilterOptions {
  /** The file's destination. */
  readonly destination: NamedDialect;
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
  const rest = restColumns(file, header, options.destination);
  const columns = locateColumns({ ...file, columns: [...file.columns, ...rest] }, header, source);
  const filters = compileFilters(file, columns, header, options);
  const { needsAllValues, needsOneOf, isKey } = options.destination.mapping;
  const groups = compileGroups(file, needsOneOf, columns);
  const hasRules = file.where.length > 0 || (options.where ?? []).length > 0;
  const uses = columns.map(({ column: { to, required } }): FieldUse => ({
    isRequired: required || (needsAllValues && to !== undefined),
    isRead: to !== undefined || hasRules,
    isKey: targetsOf(to).some(isKey),
  }));
  const used = columns.map((located, at) => [located, uses[at] as FieldUse] as const);
  const readers = used.map(([located, use]) => compileField(located, use));
  const count = readers.length;

  function check(row: Row): Value[] | null {
    if (row.fault !== null) return null;
    const values: Value[] = new Array(count); // Pushing would make room for many more.
    for (let i = 0; i < count; i++) {
      const value = readField(readers[i] as FieldReader, row);
      if (value === INVALID) return null;
      values[i] = value;
    }
    for (const group of groups) if (isEmpty(group, values)) return null;
    return values;
  }

  function filter(values: readonly Value[], row: Row): string | null {
    for (const rule of filters) if (!rule.keeps(values, row)) return rule.name;
    return null;
  }

  const digests = new MappingDigests(() => ({
    file,
    schema: mappingSchema([options.destination]),
    filters: {
      minAge: options.minAge ?? file.minAge,
      maxAge: options.maxAge ?? file.maxAge,
      where: [...file.where, ...options.where ?? []],
    },
  }));
  const looking = readers.filter((reader) => reader.check?.look !== undefined);

  return {
    file,
    looksAhead: looking.length > 0,
    look: (row) => looking.forEach((reader) => lookAtField(reader, row)),
    outputs: columns.map(({ column, name, field }) => ({
      column: name,
      field: keepsText(column) ? field : null,
      to: targetsOf(column.to),
      type: valueType(column),
      whenEmpty: column.whenEmpty,
    })),
    constants: file.constants as CompiledMapping["constants"],
    check,
    problems: (row) => problemsOf(row, readers, groups),
    convert: compileConversions(columns.map(({ column }) => column)),
    filter,
    plan: rowPlan(used.map(([located, use]) => planColumn(located, use)), groups, filters),
    digest: () => digests.own,
    hasDigest: (recorded) => digests.has(recorded),
  };
}

function rowPlan(
  columns: readonly (ColumnPlan | null)[],
  groups: readonly ValueGroup[],
  filters: readonly FilterRule[],
): RowPlan | null {
  const planned = columns.filter((column) => column !== null);
  const rules = filters.flatMap(({ plan }) => plan ?? []);
  if (planned.length < columns.length || rules.length < filters.length) return null;
  return { columns: planned, groups: groups.map(({ outputs }) => outputs), rules };
}

function problemsOf(
  row: Row,
  readers: readonly FieldReader[],
  groups: readonly ValueGroup[],
): Problem[] {
  if (row.fault !== null) return [row.fault];
  const found: Problem[] = [];
  const values = readers.map((reader) => {
    const value = readField(reader, row);
    if (value !== INVALID) return value;
    const problem = explainField(reader, row);
    const told = found.some(({ code, field }) => code === problem.code && field === problem.field);
    if (!told) found.push(problem);
    return reader.header; // Wrong is not empty: the groups below have nothing to say of it.
  });
  for (const group of groups) if (isEmpty(group, values)) found.push(group.problem);
  return found;
}
