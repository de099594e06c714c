/**
 * Finding the rows of a request that the entries of an answer's list name: by position, or by a value
 * that the record holds, too.
 *
 * @module
 */

import type { Batch } from "../../model/batch.ts";
import { compileReader, compileRootReader, type Reader } from "./path.ts";
import type { HttpSection } from "./schema.ts";

/** The record that a row's payload holds. */
export type RecordReader = (payload: string) => unknown;

type Match = NonNullable<NonNullable<HttpSection["results"]>["match"]>;

/** Positions of the rows that an entry at a position of the list names; null when it names none. */
export type RowFinder = (entry: unknown, position: number) => readonly Named[] | null;

/** What an entry names: one row, or several that it can't tell apart. */
export interface Named {
  readonly key: string;
  readonly rows: readonly number[];
}

/** Compiles how entries find their rows; a finder is made for each answer that has entries. */
export function compileMatch(match: Match, recordOf: RecordReader): (batch: Batch) => RowFinder {
  if (match.by === "position") {
    return () => (_entry, position) => [{ key: String(position), rows: [position] }];
  }
  if (match.by === "field") return compileMatch({ by: "index", path: "index" }, recordOf);
  if (match.by === "index") {
    const read = compileRootReader(match.path);
    const { after } = match;
    return ({ length }) => (entry) =>
      named(read(entry), (key) => {
        const index = after === undefined ? countIn(key) : countBehind(String(key), after);
        return index !== null && index < length ? [index] : undefined;
      });
  }
  const readers = [match.path].flat().map(compileRootReader);
  const readRecordKeys = [match.record].flat().map(compileReader);
  return (batch) => {
    const exact = indexByKey(batch, recordOf, readRecordKeys);
    const folded = new Map<string, number[]>();
    for (const [key, rows] of exact) {
      const known = folded.get(fold(key));
      if (known) known.push(...rows);
      else folded.set(fold(key), [...rows]);
    }
    const rowsOf = (key: unknown) => exact.get(String(key)) ?? folded.get(fold(String(key)));
    return (entry) => {
      for (const read of readers) {
        const found = named(read(entry), rowsOf);
        if (found !== null) return found;
      }
      return null;
    };
  };
}

/** APIs that take e-mail addresses for keys give them back in small letters. */
function fold(key: string): string {
  return key.trim().toLowerCase();
}

/** APIs put one key in an entry, or a list of them. */
function named(
  keys: unknown,
  find: (key: unknown) => readonly number[] | undefined,
): readonly Named[] | null {
  const found: Named[] = [];
  for (const key of Array.isArray(keys) ? keys : [keys]) {
    const rows = find(key);
    if (rows === undefined) return null;
    found.push({ key: String(key), rows });
  }
  return found.length === 0 ? null : found;
}

/** A number from 0, which APIs also write as text. */
export function countIn(value: unknown): number | null {
  return typeof value === "number" || typeof value === "string"
    ? /^\d+$/.test(String(value)) ? Number(value) : null
    : null;
}

/** The number behind a text in another. */
function countBehind(text: string, after: string): number | null {
  const at = text.indexOf(after);
  return at < 0 ? null : countIn(/^\d+/.exec(text.slice(at + after.length))?.[0]);
}

/** An entry for each position in an object of lists by what is wrong. */
export function* entriesByField(
  value: unknown,
  field: string | null = null,
): Generator<{ readonly field: string | null; readonly index: unknown }> {
  if (Array.isArray(value)) { for (const index of value) yield { field, index }; }
  else if (typeof value === "object" && value !== null) {
    for (const [name, inner] of Object.entries(value)) yield* entriesByField(inner, name);
  }
}

/** Where each key stands in the request. Payloads are parsed only now, when a row has failed. */
function indexByKey(
  batch: Batch,
  recordOf: RecordReader,
  readers: readonly Reader[],
): Map<string, number[]> {
  const indexes = new Map<string, number[]>();
  for (let index = 0; index < batch.length; index++) {
    const record = recordOf(batch.payload(index));
    for (const key of new Set(readers.map((read) => read(record)))) {
      if (key === undefined) continue;
      const known = indexes.get(String(key));
      if (known) known.push(index);
      else indexes.set(String(key), [index]);
    }
  }
  return indexes;
}
