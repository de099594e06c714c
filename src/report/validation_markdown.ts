/**
 * The report of `validate` in Markdown, for the summary of a CI job. It holds no values.
 *
 * @module
 */

import { formatCount } from "../text/words.ts";
import { endSentence } from "./format.ts";
import { codeMarkdown, markdownTable, plainMarkdown } from "./markdown.ts";
import type { ToldValidation } from "./validation.ts";

/** The report on a file, or why it can't be checked. */
export function renderValidationMarkdown(
  result: ToldValidation | { readonly source: string; readonly reason: string },
): string {
  const title = (verdict: string) => `## ${plainMarkdown(result.source)}: ${verdict}`;
  if (!("rows" in result)) {
    return `${title("not checked")}\n\n${plainMarkdown(endSentence(result.reason))}\n`;
  }
  const { rows, groups, stop, reason } = result;
  const verdict = rows.invalid === 0
    ? "no invalid row"
    : `${formatCount(rows.invalid)} of ${formatCount(rows.read)} rows invalid`;
  const counts = (["read", "valid", "filtered", "invalid"] as const).map((name) => [
    name,
    formatCount(rows[name]),
  ]);
  const problems = groups.map(({ column, code, count, example: { row, line } }) => [
    column === null ? "(the row)" : plainMarkdown(column),
    codeMarkdown(code),
    formatCount(count),
    `row ${formatCount(row)}, line ${formatCount(line)}`,
  ]);
  const parts = [
    title(`${verdict}, for ${plainMarkdown(result.destination)}`),
    stop ? `Stopped before the end: ${plainMarkdown(endSentence(reason ?? ""))}` : "",
    markdownTable(["Rows", ""], counts),
    problems.length === 0
      ? ""
      : markdownTable(["Column", "Code", "Rows", "First in"], problems, [2]),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}
