/**
 * The text of `rejected.csv`, `unknown.csv` and `errors.jsonl`: pure.
 *
 * @module
 */

import { Fragment, PayloadWriter } from "../model/payload_writer.ts";
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

/** Words the lines of `errors.jsonl`. Never a row's values, and no suggestion, which may hold one. */
export class ErrorLines {
  readonly #sourceRows: readonly number[] | null;
  readonly #writer = new PayloadWriter();
  /**
   * What lines end in, by column and message: thousands say the same of different rows. Almost
   * always one message comes with one code and stage; where not, the last one is kept.
   */
  readonly #ends = new Map<string | null, Map<string, End>>();
  #kept = 0;

  /** @param sourceRows what `sourceRow` is for row n, at n - 1; null where that can't be told. */
  constructor(sourceRows: readonly number[] | null) {
    this.#sourceRows = sourceRows;
  }

  /**
   * The lines of rows that were rejected and of rows that were sent and got no answer, both in source
   * order, as are the lines. The bytes are good until the next call.
   */
  bytes(rejections: readonly Rejection[], unknown: readonly Rejection[]): Uint8Array {
    const writer = this.#writer;
    writer.length = 0;
    let next = 0;
    const addUnknownBefore = (row: number) => {
      for (let one; (one = unknown[next]) && one.row < row; next++) this.#addUnknown(one);
    };
    for (const { row, line, stage, problems } of rejections) {
      addUnknownBefore(row);
      this.#add(row, line, stage, problems);
    }
    addUnknownBefore(Infinity);
    return writer.bytes.subarray(0, writer.length);
  }

  #addUnknown({ row, line, stage, problems }: Rejection): void {
    this.#add(row, line, stage, problems.map((problem) => ({ ...problem, code: UNKNOWN_CODE })));
  }

  #add(row: number, line: number, stage: Stage, problems: readonly Problem[]): void {
    const [first] = problems;
    if (first === undefined) throw new Error(`Row ${row} was rejected without a reason`);
    const writer = this.#writer;
    writer.fragment(BEFORE_ROW);
    writer.number(row);
    writer.fragment(BEFORE_LINE);
    writer.number(first.line ?? line);
    const sourceRow = this.#sourceRows?.[row - 1];
    if (sourceRow === undefined && problems.length === 1) writer.fragment(this.#end(stage, first));
    else writer.text(endOf(stage, first, problems.slice(1), sourceRow));
  }

  #end(stage: Stage, problem: Problem): Fragment {
    const { column, code, message } = problem;
    const known = this.#ends.get(column)?.get(message);
    if (known !== undefined && known.code === code && known.stage === stage) return known.literal;
    if (++this.#kept > MOST_ENDS) {
      this.#ends.clear();
      this.#kept = 1;
    }
    const literal = new Fragment(endOf(stage, problem, []));
    let ends = this.#ends.get(column);
    if (ends === undefined) this.#ends.set(column, ends = new Map());
    ends.set(message, { stage, code, literal });
    return literal;
  }
}

/** What the line of a row with this column and message ends in, given its code and stage. */
interface End {
  readonly stage: Stage;
  readonly code: string;
  readonly literal: Fragment;
}

const BEFORE_ROW = new Fragment('{"row":');
const BEFORE_LINE = new Fragment(',"line":');

/** Messages that quote an API may be different each time. */
const MOST_ENDS = 1000;

/** A line from behind its two numbers; what is undefined is left out. */
function endOf(
  stage: Stage,
  problem: Problem,
  others: readonly Problem[],
  sourceRow?: number,
): string {
  const more = others.length > 0 ? others.map(brief) : undefined;
  const end: Omit<ErrorLine, "row" | "line"> = { ...brief(problem), stage, sourceRow, more };
  return `,${JSON.stringify(end).slice(1)}\n`;
}

function brief({ column, code, message }: Problem) {
  return { column, code, message };
}
