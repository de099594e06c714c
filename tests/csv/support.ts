/** Reading CSV from memory, in blocks of any size. */

import type { ByteSource } from "../../src/csv/blocks.ts";
import { type CsvReader, openReader, type ReaderOptions } from "../../src/csv/reader.ts";
import type { Row } from "../../src/model/row.ts";

/** What a text or some bytes are read as. */
export interface ReadAll {
  readonly reader: CsvReader;
  readonly rows: readonly Row[];
}

/** Reads everything; `blockBytes` says how much the source gives at once. */
export async function readAll(
  input: string | Uint8Array,
  options: ReaderOptions & { readonly blockBytes?: number } = {},
): Promise<ReadAll> {
  const bytes = typeof input === "string" ? new TextEncoder().encode(input) : input;
  const source = blockSource(blocksOf(bytes, options.blockBytes ?? 2 ** 16));
  const reader = await openReader(source, { name: "policies.csv", ...options });
  const rows: Row[] = [];
  for (let batch = await reader.read(); batch; batch = await reader.read()) rows.push(...batch);
  await reader.close();
  return { reader, rows };
}

/** All that there is to know of a row, wherever in memory it stands. */
export function told(row: Row): Omit<Row, "block" | "verbatim" | "first"> {
  const { number, line, start, end, fields, fault } = row;
  return { number, line, start, end, fields, fault };
}

/** Cuts bytes into blocks of a size. */
export function* blocksOf(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** Bytes one after another. */
export function concat(...parts: readonly (Uint8Array | string)[]): Uint8Array {
  const encoder = new TextEncoder();
  return Uint8Array.from(
    parts.flatMap((part) => [...(typeof part === "string" ? encoder.encode(part) : part)]),
  );
}

/** UTF-16 bytes of a text. */
export function utf16(text: string, order: "le" | "be"): Uint8Array {
  const bytes = new Uint8Array(text.length * 2);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < text.length; i++) view.setUint16(2 * i, text.charCodeAt(i), order === "le");
  return bytes;
}

/** A source that gives nothing but these blocks. */
export function blockSource(blocks: Iterable<Uint8Array>): ByteSource {
  const iterator = blocks[Symbol.iterator]();
  return {
    read: () => Promise.resolve(iterator.next().value ?? null),
    close: () => Promise.resolve(),
  };
}
