/**
 * All there is to tell of a run, for a page of 80 columns; only paths, addresses and commands may be
 * longer.
 *
 * @module
 */

import { describeTarget } from "../../model/target.ts";
import { printable } from "../../text/printable.ts";
import { formatCount, plural } from "../../text/words.ts";
import { bold, green, red, yellow } from "../color.ts";
import {
  alignColumns,
  endSentence,
  formatBytes,
  formatClock,
  formatDuration,
  formatLocalTime,
  formatRate,
  wrap,
} from "../format.ts";
import type { NextCommands } from "../summary.ts";
import type { TextStyle } from "../summary_text.ts";
import type { RunReport } from "./model.ts";
import { weightiest } from "./moments.ts";
import { nextSteps } from "./next.ts";
import {
  answersInWords,
  comparisonOf,
  mendedInWords,
  outcomesOf,
  placesOf,
  SPENT_NAMES,
  stateOf,
} from "./words.ts";

/** Moments and causes that are told; the others are counted. */
const MOST = 20;

/** The report as text. */
export function renderRunReportText(
  report: RunReport,
  commands: NextCommands,
  style: TextStyle,
): string {
  const paragraphs = [
    head(report, style),
    wrap(printable(report.verdict)),
    next(report, commands),
    outcomes(report),
    causes(report),
    spent(report),
    moments(report),
    answers(report),
    before(report),
  ];
  return `${paragraphs.filter((paragraph) => paragraph !== "").join("\n\n")}\n`;
}

function head(report: RunReport, { color }: TextStyle): string {
  const { word, sign, look } = stateOf(report);
  const scope = report.scope === "" ? "" : ` (${report.scope})`;
  const first = `${sign} ${report.runId}  ${word}`;
  const paint = { "good": green, "warn": yellow, "bad-news": red }[look];
  const lines = [
    color ? bold(paint(first)) : first,
    `${report.sourcePath === "-" ? report.source : report.sourcePath}${scope}`,
    `to ${describeTarget(report.destination, report.target)}`,
    `from ${formatLocalTime(report.startedAt)} to ${
      report.state === "in-progress" ? "now" : formatLocalTime(report.movedAt)
    }, ${report.folder}`,
  ];
  return [lines[0], ...lines.slice(1).map((line) => `  ${printable(line)}`)].join("\n");
}

function next(report: RunReport, commands: NextCommands): string {
  return nextSteps(report, commands).map(({ text, command, file }) =>
    [
      wrap(text),
      ...(file === null ? [] : [`  ${printable(file)}`]),
      ...(command === null ? [] : [`  ${command}`]),
    ].join("\n")
  ).join("\n");
}

function outcomes(report: RunReport): string {
  const rows = outcomesOf(report).map(({ name, rows, note }) => [name, formatCount(rows), note]);
  const table = [["read", formatCount(report.rows.read), ""], ...rows];
  const mended = mendedInWords(report);
  return [
    ...indented(alignColumns(table, [1]).map(printableLine)),
    ...(mended === "" ? [] : [wrap(mended)]),
  ].join("\n");
}

function causes({ causes }: RunReport): string {
  if (causes.length === 0) return "";
  const told = causes.slice(0, MOST).flatMap((cause) => [
    `${formatCount(cause.count)} × ${cause.column ?? "(the row)"}: ${cause.code}`,
    ...wrap(placesOf(cause), 72).split("\n").map((line) => `    ${line}`),
  ]);
  return ["Why rows were not accepted:", ...indented(told.map(printableLine)), ...more(causes)]
    .join(
      "\n",
    );
}

function spent(report: RunReport): string {
  if (report.spent.length === 0) return "";
  const whole = Math.max(report.elapsedMs, 1);
  const table = report.spent.map(({ on, ms }) => [
    SPENT_NAMES[on],
    formatDuration(ms),
    `${Math.round(ms / whole * 100)} %`,
  ]);
  const rate = formatRate(report.rowsPerSecond);
  const head = `Where ${formatDuration(report.elapsedMs)} went (${rate} while it worked):`;
  return [head, ...indented(alignColumns(table, [1, 2]))].join("\n");
}

function moments({ moments, eventsLeftOut }: RunReport): string {
  const days = new Set(moments.map(({ at }) => formatLocalTime(at).slice(0, 10)));
  const told = weightiest(moments, MOST).flatMap(({ at, text }) => {
    const time = days.size > 1 ? formatLocalTime(at).slice(5) : formatClock(at);
    const [first = "", ...others] = wrap(text, 76 - time.length).split("\n");
    return [`${time}  ${first}`, ...others.map((line) => `${" ".repeat(time.length)}  ${line}`)];
  });
  const day = days.size === 1 ? ` on ${[...days][0]}` : "";
  const left = eventsLeftOut > 0
    ? [`  ${plural(eventsLeftOut, "event")} left out of the record`]
    : [];
  return [`What happened${day}:`, ...indented(told.map(printableLine)), ...more(moments), ...left]
    .join("\n");
}

function answers(report: RunReport): string {
  const { requests, bytesSent, parts, troubles } = report;
  if (requests.sent === 0) return "";
  const sent = bytesSent > 0 ? `, ${formatBytes(bytesSent)}` : "";
  const lines = [
    `${plural(requests.sent, "request")} (${formatCount(requests.retried)} repeated)${sent}. ` +
    `Answers by status: ${answersInWords(report) || "not recorded"}.`,
    ...parts.flatMap(({ latencyMs }, index) => {
      if (latencyMs === null) return [];
      const { p50, p95, p99 } = latencyMs;
      const part = parts.length > 1 ? ` in part ${index + 1}` : "";
      return [
        `Answers took ${formatDuration(p50)} (median), ${formatDuration(p95)} (p95), ` +
        `${formatDuration(p99)} (p99)${part}.`,
      ];
    }),
    ...troubles.slice(0, MOST).map(({ reason, times }) =>
      `${plural(times, "time")}: ${endSentence(reason)}`
    ),
  ];
  return lines.map((line) => wrap(printable(line))).join("\n");
}

function before(report: RunReport): string {
  const rows = comparisonOf(report);
  if (rows.length === 0) return "";
  const table = [["", "this run", "the run before"], ...rows];
  return ["Beside the run of the same file before it:", ...indented(alignColumns(table, [1, 2]))]
    .join("\n");
}

function more(list: readonly unknown[]): string[] {
  return list.length > MOST ? [`  and ${formatCount(list.length - MOST)} more`] : [];
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

function printableLine(line: string): string {
  return printable(line);
}
