/**
 * Ids of rows: made of the run's own and the row's number, so that they stay the same whenever a row is
 * sent again.
 *
 * @module
 */

import { createHash } from "node:crypto";
import type { HttpSection } from "./schema.ts";

/** Compiles the id of a row by its number. */
export function compileRowId(
  { as }: NonNullable<HttpSection["rowId"]>,
  idPrefix: string,
): (row: number) => string {
  return as === "text" ? (row) => `${idPrefix}-${row}` : (row) => uuidOf(`${idPrefix}-${row}`);
}

/** A UUID of version 8 (RFC 9562 §5.8) that a text decides. */
function uuidOf(text: string): string {
  const bytes = createHash("sha256").update(text).digest().subarray(0, 16);
  bytes[6] = (bytes[6] ?? 0) & 0x0f | 0x80;
  bytes[8] = (bytes[8] ?? 0) & 0x3f | 0x80;
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
