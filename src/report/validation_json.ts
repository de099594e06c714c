/**
 * The report of `validate` for scripts.
 *
 * @module
 */

import type { InvalidRow, ShownProblem, ToldValidation } from "./validation.ts";

/** Stands for the column of problems that are the whole row's. */
const WHOLE_ROW = "(row)";

/** The report as one JSON object on one line, with its line end. Holds no values but suggestions. */
export function renderValidationJson(result: ToldValidation): string {
  const { rows, wouldSend } = result;
  return JSON.stringify({
    command: "validate",
    rows: {
      read: rows.read,
      valid: rows.valid,
      filtered: rows.filtered,
      invalid: rows.invalid,
    },
    columns: countsByColumn(result),
    errors: result.invalid.map(invalidRow),
    durationMs: Math.round(result.durationMs),
    status: result.stop ? "stopped" : "completed",
    reason: result.reason,
    exitCode: result.exitCode,
    destination: result.destination,
    source: result.source,
    filteredBy: result.filteredBy,
    wouldSend: {
      rows: wouldSend.rows,
      requests: wouldSend.requests,
      bytes: wouldSend.bytes,
      seconds: wouldSend.seconds === null ? null : Math.round(wouldSend.seconds * 10) / 10,
    },
    rejectedFile: result.rejectedFile,
  }) + "\n";
}

function countsByColumn(result: ToldValidation): Record<string, Record<string, number>> {
  // Map entries, not assignments: a column may be called `__proto__`.
  const columns = new Map<string, [code: string, count: number][]>();
  for (const { column, code, count } of result.groups) {
    const name = column ?? WHOLE_ROW;
    const codes = columns.get(name) ?? [];
    columns.set(name, [...codes, [code, count]]);
  }
  return Object.fromEntries([...columns].map(([name, codes]) => [name, Object.fromEntries(codes)]));
}

function invalidRow({ row, problems }: InvalidRow): Record<string, unknown> {
  const [first, ...more] = problems.map(problemJson);
  return { row, ...first, ...(more.length > 0 ? { more } : {}) };
}

function problemJson(problem: ShownProblem): Record<string, unknown> {
  const { line, column, code, message, suggestion } = problem;
  return { line, column, code, message, ...(suggestion === null ? {} : { suggestion }) };
}
