/**
 * The forms in which checked values go out, where those are others: dates as an API writes them,
 * numbers as text, digests. Filters see values as they were before.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { JsonText, type Sendable, type Value } from "../model/value.ts";
import { parseIso } from "./calendar.ts";
import { isEpoch } from "./check_date.ts";
import { formatWriter } from "./date_writer.ts";
import type { Column } from "./schema_columns.ts";

type Convert = (value: Sendable) => Sendable;

/** Compiles what is done to the values of a row, in place; null where all go out as they are. */
export function compileConversions(columns: readonly Column[]): ((values: Value[]) => void) | null {
  const conversions = columns.flatMap((column, at) => {
    const steps = [compileForm(column), compileHash(column)].filter((step) => step !== null);
    return steps.length === 0 ? [] : [{ at, steps }];
  });
  if (conversions.length === 0) return null;
  return (values) => {
    for (const { at, steps } of conversions) {
      const value = values[at];
      if (value !== undefined) values[at] = steps.reduce((before, step) => step(before), value);
    }
  };
}

function compileForm(column: Column): Convert | null {
  switch (column.type) {
    case "integer":
    case "number":
    case "boolean":
      return column.as === "text" ? textOf : null;
    case "phone":
      return column.as === "digits" ? (value) => textOf(value).slice(1) : null;
    case "date":
    case "datetime": {
      if (column.as === "iso" || isEpoch(column.as)) return null;
      const write = formatWriter(column.as, column.language);
      return (value) => {
        const moment = parseIso(textOf(value));
        return moment ? write(moment) : value;
      };
    }
    default:
      return null;
  }
}

function compileHash({ hash, hashAs = "hex" }: Column): Convert | null {
  if (hash === undefined) return null;
  const digest: Convert = (value) =>
    Array.isArray(value)
      ? value.map(digest) as Sendable
      : createHash(hash).update(textOf(value)).digest(hashAs);
  return digest;
}

function textOf(value: Sendable): string {
  if (typeof value === "string") return value;
  return value instanceof JsonText ? value.text : JSON.stringify(value);
}
