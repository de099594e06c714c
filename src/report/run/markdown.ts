/**
 * The report of a run in Markdown, for the summary of a CI job or a team's channel.
 *
 * @module
 */

import { describeTarget } from "../../model/target.ts";
import { printable } from "../../text/printable.ts";
import { formatCount } from "../../text/words.ts";
import { codeMarkdown, markdownTable, plainMarkdown } from "../markdown.ts";
import { formatClock, formatDuration, formatRate } from "../format.ts";
import type { NextCommands } from "../summary.ts";
import type { RunReport } from "./model.ts";
import { weightiest } from "./moments.ts";
import { nextSteps } from "./next.ts";
import { comparisonOf, outcomesOf, placesOf, SPENT_NAMES, stateOf } from "./words.ts";

/** Causes and moments that are told. */
const MOST = 20;

/** The report as Markdown (GitHub's). */
export function renderRunMarkdown(report: RunReport, commands: NextCommands): string {
  const { sign, word } = stateOf(report);
  const { source, destination, target, runId } = report;
  const parts = [
    `## ${sign} ${plainMarkdown(source)} to ${plainMarkdown(destination)}: ${word}`,
    plainMarkdown(report.verdict),
    `Run ${codeMarkdown(runId)} to ${plainMarkdown(describeTarget(destination, target))}.`,
    steps(report, commands),
    markdownTable(
      ["Outcome", "Rows"],
      outcomesOf(report).map(({ name, rows }) => [name, formatCount(rows)]),
    ),
    causes(report),
    spent(report),
    moments(report),
    before(report),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function steps(report: RunReport, commands: NextCommands): string {
  return nextSteps(report, commands).map(({ text, command, file }) => {
    const blocks = [file, command].filter((block) => block !== null);
    return [plainMarkdown(text), ...blocks.map((block) => `\`\`\`sh\n${printable(block)}\n\`\`\``)]
      .join(
        "\n\n",
      );
  }).join("\n\n");
}

function causes({ causes }: RunReport): string {
  if (causes.length === 0) return "";
  const rows = causes.slice(0, MOST).map((cause) => [
    plainMarkdown(cause.column ?? "(the row)"),
    codeMarkdown(cause.code),
    formatCount(cause.count),
    placesOf(cause),
  ]);
  return `### Why rows were not accepted\n\n${
    markdownTable(["Column", "Code", "Rows", "Where"], rows, [2])
  }`;
}

function spent({ spent, elapsedMs, rowsPerSecond }: RunReport): string {
  if (spent.length === 0) return "";
  const rows = spent.map((
    { on, ms, words },
  ) => [SPENT_NAMES[on], formatDuration(ms), plainMarkdown(words)]);
  return `### Where ${formatDuration(elapsedMs)} went (${
    formatRate(rowsPerSecond)
  } while it worked)\n\n${markdownTable(["What", "Time", ""], rows)}`;
}

function moments({ moments }: RunReport): string {
  const rows = weightiest(moments, MOST).map((
    { at, text },
  ) => [formatClock(at), plainMarkdown(text)]);
  const more = moments.length > MOST ? `\n\nAnd ${moments.length - MOST} more.` : "";
  return `### What happened\n\n${markdownTable(["When", "What"], rows, [])}${more}`;
}

function before(report: RunReport): string {
  const rows = comparisonOf(report);
  if (rows.length === 0) return "";
  return `### Beside the run before\n\n${
    markdownTable(["", "This run", "The run before"], rows, [1, 2])
  }`;
}
