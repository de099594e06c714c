/**
 * One record from columns and values or a JSON object, as a row like those of a CSV.
 *
 * @module
 */

import * as z from "zod";
import { UsageError } from "../model/errors.ts";
import { mappingColumn, mappingHeader } from "../mapping/compile.ts";
import type { MappingFile } from "../mapping/schema.ts";
import type { Row } from "../model/row.ts";

const recordSchema = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean(), z.null()]),
);

/** A record on its way: the header that its columns make, and its row. */
export interface OneRecord {
  readonly header: readonly string[];
  readonly row: Row;
}

/**
 * The record that `Column=value` pairs make.
 *
 * @throws {UsageError} for a pair without `=`, a column that is set twice or that the mapping lacks.
 */
export function recordOfPairs(mapping: MappingFile, pairs: readonly string[]): OneRecord {
  const fields = new Map<string, string>();
  for (const pair of pairs) {
    const split = pair.indexOf("=");
    if (split < 1) {
      throw new UsageError(`it takes Column=value, and this one has no "=" after a column`, {
        remedy: { code: "setting", setting: "set" },
      });
    }
    setField(fields, mapping, pair.slice(0, split), pair.slice(split + 1));
  }
  return record(mapping, fields);
}

/**
 * The record that a JSON object of columns and values makes; null and absent columns are empty.
 *
 * @throws {UsageError} when the text is no such object, or names a column that the mapping lacks.
 */
export function recordOfJson(mapping: MappingFile, text: string): OneRecord {
  let value: unknown;
  try {
    value = parseKeepingDigits(text);
  } catch {
    throw new UsageError("Standard input is not JSON: give one object of columns and values");
  }
  const parsed = recordSchema.safeParse(value);
  if (!parsed.success) {
    const column = parsed.error.issues[0]?.path[0];
    throw new UsageError(
      column === undefined
        ? "Standard input holds no JSON object: give one object of columns and values"
        : `The column "${String(column)}" on standard input is neither a text, a number, true, ` +
          "false nor null",
    );
  }
  // Not of what was checked: that lacks a column called __proto__.
  return recordOfObject(mapping, value as object);
}

/**
 * The record that columns and their values make; null and absent columns are empty.
 *
 * @throws {UsageError} when it names a column that the mapping lacks.
 */
export function recordOfObject(mapping: MappingFile, values: object): OneRecord {
  const fields = new Map<string, string>();
  for (const [column, field] of Object.entries(values)) {
    setField(fields, mapping, column, field === null ? "" : String(field));
  }
  return record(mapping, fields);
}

/** Parses JSON, whose numbers become texts as they are written. */
export function parseKeepingDigits(text: string): unknown {
  return JSON.parse(text, keepDigits);
}

/**
 * Numbers as they were written, but for zeros behind the point of a whole one, which Python writes: as
 * values of their own, long ones would lose digits.
 */
function keepDigits(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  const source = context?.source ?? "";
  const isPlain = typeof value === "number" && /^-?\d+(\.\d+)?$/.test(source);
  return isPlain ? source.replace(/\.0+$/, "") : value;
}

function setField(
  fields: Map<string, string>,
  mapping: MappingFile,
  name: string,
  value: string,
): void {
  const column = mappingColumn(mapping, name);
  if (fields.has(column)) throw new UsageError(`The column "${column}" is set twice`);
  if (value.includes("\0")) throw new UsageError(`The column "${column}" holds a NUL character`);
  if (!value.isWellFormed()) throw new UsageError(`The column "${column}" holds half a character`);
  fields.set(column, value);
}

function record(mapping: MappingFile, fields: ReadonlyMap<string, string>): OneRecord {
  const header = [...new Set([...mappingHeader(mapping), ...fields.keys()])];
  return {
    header,
    row: {
      number: 1,
      line: 1,
      start: 0,
      end: 0,
      fields: header.map((column) => fields.get(column) ?? ""),
      fault: null,
      verbatim: null,
      first: 0,
      block: { text: "", offset: 0, unitBytes: 1, bigEndian: false },
    },
  };
}
