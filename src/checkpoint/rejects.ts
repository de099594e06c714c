/**
 * The text of `rejected.csv` and `errors.jsonl`: pure.
 *
 * @module
 */

import { Literal, PayloadWriter } from "../payload_writer.ts";
import type { Problem, Refusal, Rejection, Stage } from "../types.ts";

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
  /** The row's number in the file that the source was mended from, where that can be told. */
  readonly sourceRow?: number;
  /** Further problems of the same row. */
  readonly more?: readonly { column: string | null; code: string; message: string }[];
}

/**
 * The rejected rows as they stood, each with a line end, for the end of `rejected.csv`. The bytes are
 * good until `writer` is used again.
 */
export function rejectedBytes(
  rejections: readonly Rejection[],
  lineEnd: Uint8Array,
  writer = new PayloadWriter(),
): Uint8Array {
  writer.length = 0;
  for (const { raw } of rejections) {
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

/** Words the lines of `errors.jsonl`. */
export class ErrorLines {
  readonly #writer = new PayloadWriter();
  /** What lines end in, by what they say: thousands say the same of different rows. */
  readonly #ends = new Map<string, Literal>();

  /** The lines as JSONL; what is undefined is left out. The bytes are good until the next call. */
  bytes(lines: readonly ErrorLine[]): Uint8Array {
    const writer = this.#writer;
    writer.length = 0;
    for (const line of lines) {
      writer.literal(BEFORE_ROW);
      writer.number(line.row);
      writer.literal(BEFORE_LINE);
      writer.number(line.line);
      if (line.sourceRow === undefined && line.more === undefined) writer.literal(this.#end(line));
      else writer.text(endOf(line));
    }
    return writer.bytes.subarray(0, writer.length);
  }

  #end(line: ErrorLine): Literal {
    const { stage, code, message, column } = line;
    // No message holds a NUL.
    const key = `${stage} ${code} ${message}\0${column === null ? "" : `=${column}`}`;
    let end = this.#ends.get(key);
    if (end === undefined) {
      end = new Literal(endOf(line));
      if (this.#ends.size >= MOST_ENDS) this.#ends.clear();
      this.#ends.set(key, end);
    }
    return end;
  }
}

const BEFORE_ROW = new Literal('{"row":');
const BEFORE_LINE = new Literal(',"line":');

/** Messages that quote an API may be different each time. */
const MOST_ENDS = 1000;

function endOf({ row: _row, line: _line, ...rest }: ErrorLine): string {
  return `,${JSON.stringify(rest).slice(1)}\n`;
}
