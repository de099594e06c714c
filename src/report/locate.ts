/**
 * Finds where in its lines a field of a record stands.
 *
 * @module
 */

/** A place in a record. */
export interface FieldPlace {
  /** Line breaks between the record's start and the field. */
  readonly linesDown: number;
  /** Column of the field's first character, quote included; a line's first character is 1. */
  readonly column: number;
}

/** Where the field with this 0-based index starts; the record's end when it has fewer fields. */
export function locateField(record: string, field: number, delimiter: string): FieldPlace {
  let start = 0;
  for (let i = 0; i < field && start < record.length; i++) {
    start = Math.min(fieldEnd(record, start, delimiter) + delimiter.length, record.length);
  }
  const lines = record.slice(0, start).split(/\r\n|\n|\r/);
  const [last = ""] = lines.slice(-1);
  return { linesDown: lines.length - 1, column: [...last].length + 1 };
}

/** Index of the delimiter that ends the field starting at `start` (RFC 4180 §2, rules 5 to 7). */
function fieldEnd(record: string, start: number, delimiter: string): number {
  let from = start;
  if (record[start] === '"') {
    from = record.indexOf('"', start + 1);
    while (from >= 0 && record[from + 1] === '"') from = record.indexOf('"', from + 2);
    if (from < 0) return record.length;
  }
  const end = record.indexOf(delimiter, from);
  return end < 0 ? record.length : end;
}
