/**
 * The text of `rejected.csv` and `errors.jsonl`: pure.
 *
 * @module
 */

import type { Problem, Refusal, Rejection, Stage } from "../types.ts";

/** The code under which rows stand in `errors.jsonl` that may or may not have arrived. */
export const UNKNOWN_CODE = "unknown";

const encoder = new TextEncoder();

/** One line of `errors.jsonl`. */
export interface ErrorLine {
  readonly row: number;
  readonly line: number;
  readonly column: string | null;
  readonly code: string;
  readonly message: string;
  readonly stage: Stage;
  /** The row's number in the file that the source was mended from, where that can be told. */
  readonly sourceRow?: number;
  /** Further problems of the same row. */
  readonly more?: readonly { column: string | null; code: string; message: string }[];
}

/** The rejected rows as they stood, each with a line end, for the end of `rejected.csv`. */
export function rejectedBytes(rejections: readonly Rejection[], lineEnd: Uint8Array): Uint8Array {
  // The file's last line may lack its own.
  const missing = (raw: Uint8Array) => endsLine(raw, lineEnd) ? 0 : lineEnd.length;
  const length = rejections.reduce((sum, { raw }) => sum + raw.length + missing(raw), 0);
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const { raw } of rejections) {
    bytes.set(raw, at);
    at += raw.length;
    if (missing(raw) === 0) continue;
    bytes.set(lineEnd, at);
    at += lineEnd.length;
  }
  return bytes;
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

/** A rejected row's line. Never its values, and no suggestion, which may hold one. */
export function rejectionLine(rejection: Rejection, sourceRow?: number): ErrorLine {
  const { row, line, stage, problems } = rejection;
  const [first] = problems;
  if (first === undefined) throw new Error(`Row ${row} was rejected without a reason`);
  const { column, code, message } = first;
  const more = problems.length > 1 ? problems.slice(1).map(brief) : undefined;
  return { row, line: first.line ?? line, column, code, message, stage, sourceRow, more };
}

/** The line of a row that was sent and got no answer. Such a row is not in `rejected.csv`. */
export function unknownLine({ place, problem }: Refusal, sourceRow?: number): ErrorLine {
  return {
    row: place.number,
    line: place.line,
    column: null,
    code: UNKNOWN_CODE,
    message: problem.message,
    stage: "send",
    sourceRow,
  };
}

function brief({ column, code, message }: Problem) {
  return { column, code, message };
}

/** The lines as JSONL; what is undefined is left out. */
export function errorsBytes(lines: readonly ErrorLine[]): Uint8Array {
  let text = "";
  for (const line of lines) text += `${JSON.stringify(line)}\n`;
  return encoder.encode(text);
}
