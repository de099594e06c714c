/**
 * From a row back to its place in the source: its bytes, the position behind it, and the line and
 * column of a field.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { countLineEnds, unitsOf } from "../model/positions.ts";
import type { Place, Row } from "../model/row.ts";
import { codePageOf } from "../text/code_pages.ts";
import { standardUnits } from "./dialect.ts";
import { encodingOf, toUnits, type Units } from "./encoding.ts";
import type { Header } from "./header.ts";
import { textEnd } from "./line_ends.ts";
import { RecordSplitter } from "./record.ts";

/**
 * A row's bytes exactly as they stood in the source, with the line end if it had one. The copy
 * doesn't keep the row's block in memory.
 */
export function rawBytes(row: Place): Uint8Array {
  const { unitBytes, bigEndian } = row.block;
  const bytes = new Uint8Array(row.end - row.start);
  const text = unitsOf(row);
  if (unitBytes === 1) {
    for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i);
    return bytes;
  }
  const low = bigEndian ? 1 : 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    bytes[2 * i + low] = unit & 0xff;
    bytes[2 * i + 1 - low] = unit >> 8;
  }
  // A source cut off inside a unit: the half that is there stands in the low byte.
  if (bytes.length % 2 === 1) bytes[bytes.length - 1] = text.charCodeAt(text.length - 1) & 0xff;
  return bytes;
}

/** How a row of a file was written. */
export type RowStyle = Pick<Header, "delimiter" | "encoding" | "dialect">;

/**
 * Where a field starts: its physical line, and its column in characters (code points) from 1. An
 * index behind the row's last field means the end of the row.
 */
export function locate(
  row: Row,
  field: number,
  style: RowStyle,
): { line: number; column: number } {
  const { units, starts } = splitRaw(rawBytes(row), style);
  const start = starts[field] ?? textEnd(units.marks);
  const lineStart = units.marks.slice(0, start).lastIndexOf("\n") + 1;
  const before = units.text.slice(lineStart, start);
  return {
    line: row.line + countLineEnds(units.marks.slice(0, start)),
    column: 1 + [...lenientText(before, style.encoding)].length,
  };
}

/** A row's bytes without those of its first field and the delimiter behind it. */
export function withoutFirstField(raw: Uint8Array, style: RowStyle): Uint8Array {
  const { starts: [, second = 0], unitBytes } = splitRaw(raw, style);
  return raw.subarray(second * unitBytes);
}

/** A row's units, and in which of them each field starts. */
function splitRaw(
  raw: Uint8Array,
  { delimiter, encoding, dialect }: RowStyle,
): { readonly units: Units; readonly starts: readonly number[]; readonly unitBytes: number } {
  const coding = encodingOf(encoding);
  const units = standardUnits(toUnits(Buffer.from(raw), coding, true), dialect);
  const splitter = new RecordSplitter(delimiter, 0, { field: Infinity, open: Infinity }, {
    keepStarts: true,
    blanksBeforeQuotes: dialect.blanksBeforeQuotes,
  });
  splitter.split(units, 0, units.marks.indexOf("\n"), true);
  return { units, starts: splitter.starts ?? [], unitBytes: coding.unitBytes };
}

/** Units as text for counting its characters, whatever it holds. */
function lenientText(units: string, encoding: string): string {
  if (encoding.startsWith("utf-16")) return units;
  if (codePageOf(encoding) !== null) return units;
  return new TextDecoder(encoding, { ignoreBOM: true }).decode(Buffer.from(units, "latin1"));
}
