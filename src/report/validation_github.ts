/**
 * The report of `validate` as annotations of a GitHub Actions workflow.
 *
 * @module
 */

import { printable } from "../text/printable.ts";
import { endSentence } from "./format.ts";
import type { InvalidRow, ShownProblem, ToldValidation } from "./validation.ts";
import { formatCount, plural } from "../text/words.ts";

/**
 * An `::error` command for each problem of the rows that are shown, and a last `::notice` with the
 * totals. GitHub shows the first ten of a step; the others stand in its log.
 *
 * @see https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
export function renderValidationGithub(result: ToldValidation): string {
  const lines = result.invalid.flatMap((row) =>
    row.problems.map((problem) => annotation(result.source, row, problem))
  );
  lines.push(command("notice", { title: "rowferry validate" }, totals(result)));
  return lines.join("\n") + "\n";
}

function annotation(source: string, { row }: InvalidRow, problem: ShownProblem): string {
  const { line, character, code, column, message, suggestion } = problem;
  const properties = {
    // What came through a pipe has no file to point at.
    ...(source === "-" ? {} : { file: source }),
    line: String(line),
    ...(character === null ? {} : { col: String(character) }),
    title: code,
  };
  const where = column === null ? `Row ${row}` : `Row ${row}, column ${column}`;
  const fix = suggestion === null ? "" : ` Use ${suggestion}.`;
  return command("error", properties, `${where}: ${message}${fix}`);
}

function totals({ rows, invalid, stop, reason }: ToldValidation): string {
  const sentences = [
    `${plural(rows.read, "row")} read: ${formatCount(rows.valid)} valid, ` +
    `${formatCount(rows.filtered)} filtered, ${formatCount(rows.invalid)} invalid.`,
  ];
  if (invalid.length < rows.invalid) {
    sentences.push(`The first ${plural(invalid.length, "invalid row")} shown.`);
  }
  if (stop) {
    sentences.push(`Stopped before the end: ${endSentence(reason ?? "unknown reason")}`);
  }
  return sentences.join(" ");
}

/** The annotation of a call that was refused before anything was read, with its line end. */
export function refusalAnnotation(source: string | null, reason: string): string {
  const file: Record<string, string> = source === null || source === "-" ? {} : { file: source };
  return `${command("error", { ...file, title: "rowferry" }, reason)}\n`;
}

function command(name: string, properties: Record<string, string>, message: string): string {
  const list = Object.entries(properties).map(([key, value]) => `${key}=${escapeProperty(value)}`);
  return `::${name} ${list.join(",")}::${escapeData(message)}`;
}

/** As `@actions/core` escapes messages; what else is no text is escaped as for a terminal. */
function escapeData(text: string): string {
  return text.split(/(\r|\n)/).map((part, index) => index % 2 === 1 ? part : printable(part)).join(
    "",
  )
    .replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

/** As `@actions/core` escapes properties. */
function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
