/**
 * The report of `validate` for scripts.
 *
 * @module
 */

import { byColumn } from "./problem_groups.ts";
import type { InvalidRow, ShownProblem, ToldValidation } from "./validation.ts";

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
    columns: byColumn(result.groups, ({ count }) => count),
    errors: result.invalid.map(invalidRow),
    durationMs: Math.round(result.durationMs),
    status: result.stop ? "stopped" : "completed",
    reason: result.reason,
    exitCode: result.exitCode,
    destination: result.destination,
    source: result.source,
    filteredBy: result.filteredBy,
    leftOut: result.leftOut,
    wouldSend: {
      rows: wouldSend.rows,
      requests: wouldSend.requests,
      bytes: wouldSend.bytes,
      seconds: wouldSend.seconds === null ? null : Math.round(wouldSend.seconds * 10) / 10,
    },
    rejectedFile: result.rejectedFile,
  }) + "\n";
}

function invalidRow({ row, problems }: InvalidRow): Record<string, unknown> {
  const [first, ...more] = problems.map(problemJson);
  return { row, ...first, ...(more.length > 0 ? { more } : {}) };
}

function problemJson(problem: ShownProblem): Record<string, unknown> {
  const { line, column, code, message, suggestion } = problem;
  return { line, column, code, message, ...(suggestion === null ? {} : { suggestion }) };
}
