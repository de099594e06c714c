/**
 * The report of `validate` for people.
 *
 * @module
 */

import { printable } from "../text/printable.ts";
import { bold, green, red, yellow } from "./color.ts";
import { alignColumns, endSentence, formatBytes, formatDuration, wrap } from "./format.ts";
import { renderLeftOut } from "./left_out_text.ts";
import type { TextStyle } from "./summary_text.ts";
import type { ShownProblem, ToldValidation } from "./validation.ts";
import { formatCount, plural } from "../text/words.ts";

/** The report as text for a page of 80 columns; only names from the file may be longer. */
export function renderValidationText(result: ToldValidation, style: TextStyle): string {
  const paragraphs = [
    headline(result, style),
    counts(result),
    renderLeftOut(result.leftOut),
    problems(result.groups, style),
    invalidRows(result, style),
    wouldSend(result),
    rejectedFile(result),
  ];
  return paragraphs.filter((paragraph) => paragraph !== "").join("\n\n") + "\n";
}

function headline(result: ToldValidation, { color }: TextStyle): string {
  const { rows, stop, reason } = result;
  const verdict = rows.invalid === 0
    ? "no invalid row"
    : `${formatCount(rows.invalid)} of ${plural(rows.read, "row")} invalid`;
  const source = result.source === "-" ? "standard input" : printable(result.source);
  const lines = [wrap(`Checked ${source} for ${result.destination}: ${verdict}.`)];
  if (stop) {
    lines.push(wrap(`Stopped before the end: ${endSentence(reason ?? "unknown reason")}`));
  }
  const text = lines.join("\n");
  if (!color) return text;
  return bold(stop ? red(text) : rows.invalid > 0 ? yellow(text) : green(text));
}

function counts({ rows, filteredBy }: ToldValidation): string {
  const rules = Object.entries(filteredBy).map(([rule, n]) => `${rule}: ${formatCount(n)}`);
  return alignColumns([
    ["read", formatCount(rows.read)],
    ["valid", formatCount(rows.valid)],
    ["filtered", formatCount(rows.filtered), printable(rules.join(", "))],
    ["invalid", formatCount(rows.invalid)],
  ], [1]).map((line) => `  ${line}`).join("\n");
}

function problems(groups: ToldValidation["groups"], style: TextStyle): string {
  if (groups.length === 0) return "";
  const widest = Math.max(...groups.map(({ count }) => formatCount(count).length));
  const lines = ["Problems by column, each with an example:"];
  let column: string | null | undefined;
  for (const group of groups) {
    if (group.column !== column) {
      column = group.column;
      lines.push(`  ${emphasis(column === null ? "the whole row" : printable(column), style)}`);
    }
    const count = formatCount(group.count).padStart(widest);
    const { example } = group;
    lines.push(`    ${count}  ${group.code}, as in row ${example.row}, line ${example.line}`);
    const value = valueAndFix(example);
    if (value !== "") lines.push(`    ${" ".repeat(widest)}  ${value}`);
  }
  return lines.join("\n");
}

/** Values are shown between quotes of their own, so that spaces at their ends are seen. */
function valueAndFix({ value, suggestion }: ShownProblem): string {
  const parts: string[] = [];
  if (value !== null) parts.push(`“${value}”`);
  if (suggestion !== null) parts.push(`use ${suggestion}`);
  return parts.join(": ");
}

function invalidRows({ rows, invalid }: ToldValidation, style: TextStyle): string {
  if (invalid.length === 0) return "";
  const all = invalid.length === rows.invalid;
  const lines = [
    all ? "Invalid rows:" : `The first ${formatCount(invalid.length)} invalid rows:`,
  ];
  for (const { row, problems } of invalid) {
    for (const problem of problems) {
      const { line, character, column, message } = problem;
      const place = character === null ? `line ${line}` : `line ${line}:${character}`;
      const where = column === null ? "" : `, ${printable(column)}`;
      lines.push(`  ${emphasis(`row ${row}, ${place}${where}`, style)}`);
      lines.push(indent(wrap(printable(message), 76), 4));
      const value = valueAndFix(problem);
      if (value !== "") lines.push(`    ${value}`);
    }
  }
  return lines.join("\n");
}

function wouldSend({ wouldSend, destination }: ToldValidation): string {
  const { rows, requests, bytes, seconds } = wouldSend;
  if (rows === 0) return `An import would send nothing to ${destination}.`;
  const atLeast = seconds === null
    ? ""
    : `, which takes ${formatDuration(seconds * 1000)} at the least`;
  return wrap(
    `An import would send ${plural(rows, "row")} in ${plural(requests, "request")} ` +
      `(${formatBytes(bytes)})${atLeast}.`,
  );
}

function rejectedFile({ rejectedFile }: ToldValidation): string {
  return rejectedFile === null
    ? ""
    : `The invalid rows, as they stood, are in\n  ${printable(rejectedFile)}`;
}

function emphasis(text: string, { color }: TextStyle): string {
  return color ? bold(text) : text;
}

function indent(text: string, columns: number): string {
  return text.split("\n").map((line) => " ".repeat(columns) + line).join("\n");
}
