/**
 * What a file's records have in common beyond their delimiter: how many fields, and blanks.
 *
 * @module
 */

import type { Records } from "./delimiter.ts";
import { splitRecord } from "./sample.ts";

/** A file's shape. */
export interface Shape {
  /** How many fields of the header name columns: a delimiter at its end may be there for nothing. */
  readonly columns: number;
  /** How many empty fields all rows have behind those. */
  readonly extraFields: number;
  /** True when blanks follow the delimiters, of which those before quotes belong to no field. */
  readonly blanksBeforeQuotes: boolean;
}

/**
 * Finds the shape. Most rows must have it and none be of the header's own width: a row that ends in a
 * delimiter by itself may as well have a delimiter too many somewhere else.
 *
 * @returns null when more records must be looked at, which `isAll` rules out.
 */
export function detectShape(records: Records, delimiter: string): Shape | null {
  const header = splitRecord(records.first, delimiter);
  const names = header?.fields ?? [];
  const columns = records.width ?? names.length;
  const usual = { columns, extraFields: 0, blanksBeforeQuotes: false };
  if (header === null || columns === 1) return usual;
  // What has no delimiter is a title or the like, and what has nothing else is no record.
  const rows = [...records.width === null ? [] : [records.first], ...records.others]
    .flatMap((row) => splitRecord(row, delimiter) ?? [])
    .filter(({ fields }) => fields.length > 1 && fields.some((field) => field.trim() !== ""));
  const [first] = rows;
  if (!first) return records.isAll ? usual : null;
  const blanksBeforeQuotes = header.isSpaced && first.isSpaced;
  const width = rows.some(({ fields }) => fields.length === columns)
    ? columns
    : widthOfMost(rows.map(({ fields }) => fields), columns, records.width === null ? names : []);
  if (width !== columns && !records.isAll) return null;
  return {
    columns: Math.min(columns, width),
    extraFields: Math.max(0, width - columns),
    blanksBeforeQuotes,
  };
}

/** How many fields most rows have, if they can be so many: what is too many or too few is empty. */
function widthOfMost(
  rows: readonly (readonly string[])[],
  columns: number,
  names: readonly string[],
): number {
  for (const { length } of rows) {
    const same = rows.filter((fields) =>
      fields.length === length && fields.slice(columns).every(isEmpty)
    );
    const canBe = length > columns || (names.length > 0 && names.slice(length).every(isEmpty));
    if (canBe && 2 * same.length > rows.length) return length;
  }
  return columns;
}

function isEmpty(field: string): boolean {
  return field.trim() === "";
}
