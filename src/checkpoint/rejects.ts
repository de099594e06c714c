/**
 * The text of `rejected.csv`, `unknown.csv` and `errors.jsonl`: pure.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { PayloadWriter } from "../model/payload_writer.ts";
import type { Problem, Rejection, Stage } from "../model/problem.ts";

/** The code under which rows stand in `errors.jsonl` that may or may not have arrived. */
export const UNKNOWN_CODE = "unknown";

/** One line of `errors.jsonl`. */
export interface ErrorLine {
  readonly row: number;
  readonly line: number;
  readonly column: string | null;
  readonly code: string;
  readonly message: string;
  readonly stage: Stage;
  /** The row's number in the file that the source came from, where that can be told. */
  readonly sourceRow?: number;
  /** Further problems of the same row. */
  readonly more?: readonly { column: string | null; code: string; message: string }[];
}

/**
 * Rows as they stood, each with a line end, for the end of `rejected.csv` or `unknown.csv`. The bytes
 * are good until `writer` is used again.
 */
export function rowBytes(
  rows: readonly Rejection[],
  lineEnd: Uint8Array,
  writer = new PayloadWriter(),
): Uint8Array {
  writer.length = 0;
  for (const { raw } of rows) {
    writer.copy(raw);
    if (!endsLine(raw, lineEnd)) writer.copy(lineEnd); // The file's last line may lack its own.
  }
  return writer.bytes.subarray(0, writer.length);
}

/** True when `raw` ends with a line feed or carriage return, in the encoding of `lineEnd`. */
function endsLine(raw: Uint8Array, lineEnd: Uint8Array): boolean {
  const last = raw.at(-1);
  const beforeLast = raw.at(-2);
  if (lineEnd.length > 1 && lineEnd.at(-1) === 0) return last === 0 && isLineEnd(beforeLast);
  if (lineEnd.length > 1 && lineEnd.at(-2) === 0) return beforeLast === 0 && isLineEnd(last);
  return isLineEnd(last);
}

function isLineEnd(unit: number | undefined): boolean {
  return unit === 0x0a || unit === 0x0d;
}

/**
 * The lines of `errors.jsonl` for rows that were rejected and rows that were sent and got no answer,
 * both in source order, as are the lines. Never a row's values, and no suggestion, which may hold one.
 *
 * @param sourceRows what `sourceRow` is for row n, at n - 1; null where that can't be told.
 */
export function errorLines(
  rejections: readonly Rejection[],
  unknown: readonly Rejection[],
  sourceRows: readonly number[] | null,
): Uint8Array {
  const inDoubt = unknown.map((row) => ({
    ...row,
    problems: row.problems.map((problem) => ({ ...problem, code: UNKNOWN_CODE })),
  }));
  const rows = inDoubt.length === 0
    ? rejections
    : [...rejections, ...inDoubt].sort((a, b) => a.row - b.row);
  let text = "";
  for (const row of rows) text += `${JSON.stringify(errorLine(row, sourceRows))}\n`;
  return Buffer.from(text);
}

function errorLine(
  { row, line, stage, problems }: Rejection,
  sourceRows: readonly number[] | null,
): ErrorLine {
  const [first, ...others] = problems;
  if (first === undefined) throw new Error(`Row ${row} was rejected without a reason`);
  const more = others.length > 0 ? others.map(brief) : undefined;
  const sourceRow = sourceRows?.[row - 1];
  return { row, line: first.line ?? line, ...brief(first), stage, sourceRow, more };
}

function brief({ column, code, message }: Problem) {
  return { column, code, message };
}
