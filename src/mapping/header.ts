/**
 * Matches a CSV's header line with the columns that a mapping names: exactly, with aliases.
 *
 * @module
 */

import { PROBLEM_COLUMN } from "../model/problem.ts";
import { UsageError } from "../model/errors.ts";
import { lookalikeDifference } from "../text/lookalike.ts";
import { nearest } from "../text/nearest.ts";
import { looksLikeRow } from "../text/row_like.ts";
import type { MappingFile } from "./schema.ts";
import type { Column } from "./schema_columns.ts";
import { nearestHint, quotedList } from "./wording.ts";

/** Where a mapping's column stands in the CSV; `field` is null for an optional one that is absent. */
export interface Located {
  readonly column: Column;
  /** The header as it stands in the CSV; of an absent column, the mapping's own name for it. */
  readonly name: string;
  /** 0-based index of the field. */
  readonly field: number | null;
  /** Those of the fields that are joined to it; null where none are. */
  readonly joined: readonly number[] | null;
}

/** Columns are missing. */
export class HeaderError extends UsageError {
  /** @param missing for each of them the names that would do. */
  constructor(faults: readonly string[], readonly missing: readonly (readonly string[])[]) {
    super(faults);
  }
}

/**
 * Finds every column of the mapping in the header.
 *
 * @throws {UsageError} naming each column that is missing (with the nearest one that is there), each
 * that is there twice, and, where the mapping refuses them, those that it does not know.
 */
export function locateColumns(
  file: MappingFile,
  header: readonly string[],
  source: string,
): Located[] {
  const known = new Set(file.columns.flatMap(allHeadersOf));
  const strangers = header.filter((name, at) =>
    name !== "" && !known.has(name) && !(at === 0 && name === PROBLEM_COLUMN)
  );
  const isRow = looksLikeRow(header);
  const missing = new Map<string, readonly string[]>();
  const doubled = new Set<string>();
  const fieldOf = (column: Pick<Column, "from" | "aliases" | "optionalColumn">): number | null => {
    const names = headersOf(column);
    const fields = header.flatMap((name, index) => names.includes(name) ? [index] : []);
    if (fields.length > 1) doubled.add(describeDoubled(header, fields));
    const field = fields[0] ?? null;
    if (field === null && !column.optionalColumn) {
      missing.set(`"${column.from}"${isRow ? "" : nearestOf(names, strangers)}`, names);
    }
    return field;
  };
  const located = file.columns.map((column): Located => {
    const field = fieldOf(column);
    const joined = column.join?.columns.map((from) =>
      // One that the mapping has, too, is known by all of its names.
      file.columns.find((other) => other.from === from) ?? { from, optionalColumn: false }
    ).map(fieldOf).filter((at) => at !== null);
    const name = field === null ? column.from : header[field] ?? column.from;
    return { column, name, field, joined: joined ?? null };
  });
  const faults: string[] = [];
  if (missing.size > 0) {
    const what = missing.size === 1 ? "the column" : `${missing.size} columns,`;
    faults.push(
      `${source} lacks ${what} ${[...missing.keys()].join(", ")}: ` +
        "mend the header line, or name the columns as they are in a mapping file",
    );
  }
  if (doubled.size > 0) {
    faults.push(`${source} has ${[...doubled].join(", and ")}: leave one of them`);
  }
  if (file.unknownColumns === "refuse" && strangers.length > 0 && !isRow) {
    faults.push(
      `${source} has columns that the mapping does not name: ${quotedList(strangers)}: ` +
        "add them to the mapping, or set unknownColumns to ignore",
    );
  }
  if (missing.size > 0) throw new HeaderError(faults, [...missing.values()]);
  if (faults.length > 0) throw new UsageError(faults);
  return located;
}

/** Every header that means a column. */
export function headersOf(column: Pick<Column, "from" | "aliases">): string[] {
  return [column.from, ...column.aliases ?? []];
}

/** The same, and those of the columns that are joined to it. */
export function allHeadersOf(column: Column): string[] {
  return [...headersOf(column), ...column.join?.columns ?? []];
}

/** A column's targets as a list. */
export function targetsOf(to: string | readonly string[] | undefined): readonly string[] {
  if (to === undefined) return [];
  return typeof to === "string" ? [to] : to;
}

/** The header made of the mapping's own columns, each once. */
export function mappingHeader(file: MappingFile): string[] {
  return [...new Set(file.columns.flatMap(({ from, join }) => [from, ...join?.columns ?? []]))];
}

/**
 * The name in `mappingHeader` of the column that `name` (a header or an alias) means; itself where the
 * mapping sends the rest, too.
 *
 * @throws {UsageError} with the nearest name, when the mapping has no such column.
 */
export function mappingColumn(file: MappingFile, name: string): string {
  const column = file.columns.find((column) => headersOf(column).includes(name));
  if (column) return column.from;
  if (file.rest !== undefined || mappingHeader(file).includes(name)) return name;
  const hint = nearestHint(name, file.columns.flatMap(headersOf));
  throw new UsageError(`The mapping has no column "${name}"${hint}`);
}

function nearestOf(names: readonly string[], candidates: readonly string[]): string {
  for (const name of names) {
    for (const candidate of candidates) {
      const difference = lookalikeDifference(name, candidate);
      if (difference !== null) return ` (nearest: "${candidate}", the same ${difference})`;
    }
  }
  const [first] = names.flatMap((name) => nearest(name, candidates) ?? []);
  return first === undefined ? "" : ` (nearest: "${first}")`;
}

function describeDoubled(header: readonly string[], fields: readonly number[]): string {
  const names = new Set(fields.map((field) => header[field] ?? ""));
  const places = fields.map((field) => field + 1).join(" and ");
  return names.size === 1
    ? `the column ${quotedList([...names])} more than once (columns ${places})`
    : `the columns ${quotedList([...names])}, which mean the same (columns ${places})`;
}
