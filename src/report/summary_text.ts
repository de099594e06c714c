/**
 * The result of a run for people: what happened in one line, the counts, and what to do next.
 *
 * @module
 */

import { printable } from "../text/printable.ts";
import { formatCount, joinWords, plural } from "../text/words.ts";
import { describeTarget } from "../model/target.ts";
import { acceptedWord } from "./confirmation.ts";
import { bold, green, red, yellow } from "./color.ts";
import {
  alignColumns,
  endSentence,
  formatBytes,
  formatDuration,
  formatRate,
  saysStopped,
  wrap,
} from "./format.ts";
import { renderLeftOut } from "./left_out_text.ts";
import type { ToldRun } from "./summary.ts";

/** How text is dressed. */
export interface TextStyle {
  /** True where ANSI colours may be used. */
  readonly color: boolean;
}

/** The result as text for a page of 80 columns; only paths and commands may be longer. */
export function renderRunText(result: ToldRun, style: TextStyle): string {
  if (result.unchanged) return `${wrap(`${endSentence(result.unchanged)} Nothing was sent.`)}\n`;
  const paragraphs = [
    headline(result, style),
    notices(result),
    counts(result),
    renderLeftOut(result.leftOut),
    reasons(result),
    traffic(result),
    problems(result),
    ...nextSteps(result),
  ];
  return paragraphs.filter((paragraph) => paragraph !== "").join("\n\n") + "\n";
}

function headline(result: ToldRun, style: TextStyle): string {
  const [what, ...came] = headlineLines(result);
  // The first line holds addresses to look for, and stays whole.
  const text = [what, ...came.map((line) => wrap(line))].join("\n");
  if (!style.color) return text;
  const paint = result.stop ? red : result.exitCode === 0 ? green : yellow;
  return bold(paint(text));
}

/** What went where, and below it what came of it. */
function headlineLines(result: ToldRun): string[] {
  const { rows, source, shard } = result;
  const target = printable(describeTarget(result.destination, result.target));
  const subject = source === null ? "one record" : source === "-" ? "standard input" : source;
  const part = shard ? ` (shard ${shard.index}/${shard.count})` : "";
  const what = `${printable(subject)}${part}`;
  if (result.stop) {
    const verb = result.command === "send" ? "Sending" : "Importing";
    const line = `${verb} ${what} to ${target}`;
    if (result.reason === null) return [`${line} stopped.`];
    const reason = endSentence(result.reason);
    return saysStopped(reason) ? [`${line}:`, `It was ${reason}`] : [`${line} stopped:`, reason];
  }
  const verb = result.dryRun ? "Checked" : result.command === "send" ? "Sent" : "Imported";
  const link = result.dryRun ? "for" : "to";
  const outcomes = [
    `${formatCount(rows.accepted)} of ${plural(rows.read, "row")} ${accepted(result)}`,
  ];
  if (rows.filtered > 0) outcomes.push(`${formatCount(rows.filtered)} filtered`);
  if (rows.rejected > 0) outcomes.push(`${formatCount(rows.rejected)} rejected`);
  if (rows.unknown > 0) outcomes.push(`${formatCount(rows.unknown)} unknown`);
  return [`${verb} ${what} ${link} ${target}:`, `${outcomes.join(", ")}.`];
}

/** In a dry run, rows are accepted by rowferry alone. */
function accepted({ confirms, dryRun }: ToldRun): string {
  return acceptedWord(dryRun ? undefined : confirms);
}

function notices(result: ToldRun): string {
  const lines: string[] = [];
  if (result.sandbox) {
    lines.push("This was a sandbox: nothing was delivered to the real API.");
  }
  if (result.dryRun) {
    lines.push("This was a dry run: no request was made; accepted rows are those to be sent.");
  }
  const { confirms, destination } = result;
  if (!result.dryRun && result.rows.accepted > 0 && confirms === "queued") {
    lines.push(`What ${destination} makes of the rows in its queue is to be seen there.`);
  } else if (!result.dryRun && result.rows.accepted > 0 && confirms === "nothing") {
    lines.push(`${destination} answers the same whether it keeps a row or not: look there.`);
  }
  if (result.shard && result.rows.read > 0) {
    const { startLine, startByte } = result.shard;
    lines.push(
      `Row 1 of this shard starts on line ${formatCount(startLine)} of the file, at byte ` +
        `${formatCount(startByte)}.`,
    );
  }
  return lines.map((line) => wrap(line)).join("\n");
}

function counts(result: ToldRun): string {
  const { rows, filteredBy } = result;
  // Of a resumed run, only the rules of its last part are known.
  const known = Object.values(filteredBy).reduce((sum, n) => sum + n, 0) === rows.filtered;
  const rules = Object.entries(known ? filteredBy : {})
    .map(([rule, n]) => `${rule}: ${formatCount(n)}`);
  const table = [
    ["read", formatCount(rows.read), ""],
    [accepted(result), formatCount(rows.accepted), ""],
    ["filtered", formatCount(rows.filtered), printable(rules.join(", "))],
    ["rejected", formatCount(rows.rejected), ""],
    ["unknown", formatCount(rows.unknown), ""],
  ];
  if (rows.pending > 0) table.push(["pending", formatCount(rows.pending), ""]);
  return alignColumns(table, [1]).map((line) => `  ${line}`).join("\n");
}

/** Reasons that are told; the others are counted. */
const MOST_REASONS = 8;

function reasons({ rejectedBy, rows }: ToldRun): string {
  const known = rejectedBy.reduce((sum, { count }) => sum + count, 0);
  if (known === 0) return "";
  const most = rejectedBy.toSorted((a, b) => b.count - a.count);
  const table = most.slice(0, MOST_REASONS).map(({ column, code, count, example }) => [
    formatCount(count),
    printable(column === null ? code : `${column}: ${code}`),
    `first in row ${formatCount(example.row)}, line ${formatCount(example.line)}`,
  ]);
  const left = most.slice(MOST_REASONS).reduce((sum, { count }) => sum + count, 0);
  const more = left > 0 ? [`  ${formatCount(left)} more for other reasons`] : [];
  const head = known === rows.rejected ? "Rejected:" : "Rejected since the run was resumed:";
  return [head, ...alignColumns(table, [0]).map((line) => `  ${line}`), ...more].join("\n");
}

function traffic(result: ToldRun): string {
  const { requests, latencyMs } = result;
  const sentences: string[] = [];
  if (requests.sent > 0) {
    const retried = requests.retried > 0 ? ` (${formatCount(requests.retried)} retried)` : "";
    const made = `${plural(requests.sent, "request")}${retried}`;
    const time = formatDuration(result.durationMs);
    sentences.push(
      result.bytesSent === 0
        ? `${made} in ${time}, of which nothing left this machine.`
        : `${made} carried ${formatBytes(result.bytesSent)} in ${time}: ` +
          `${formatRate(result.rowsPerSecond)}.`,
    );
  } else {
    sentences.push(`No request was made; it took ${formatDuration(result.durationMs)}.`);
  }
  if (latencyMs) {
    const { p50, p95, p99 } = latencyMs;
    sentences.push(
      `Answers took ${formatDuration(p50)} (median), ${formatDuration(p95)} (p95), ` +
        `${formatDuration(p99)} (p99).`,
    );
  }
  sentences.push(...waits(result));
  return sentences.map((sentence) => wrap(sentence)).join("\n");
}

/** Waits are told from this share of the time on. */
const WORTH_TELLING = 0.05;

/** What made the run take longer than its requests did. */
function waits({ timeMs, durationMs, destination }: ToldRun): string[] {
  if (!timeMs) return [];
  const parts = [
    [timeMs.paused, `it paused because ${destination} asked for it`],
    [timeMs.backingOff, "it waited to try again what had failed"],
    [timeMs.held, "it was held by the rate"],
    [timeMs.disk, "it waited for the disk"],
  ] as const;
  const told = parts
    .filter(([ms]) => ms >= 1000 && ms >= durationMs * WORTH_TELLING)
    .map(([ms, words]) => `for ${formatDuration(ms)} ${words}`);
  return told.length === 0 ? [] : [`Of that time, ${joinWords(told)}.`];
}

function problems({ problems }: ToldRun): string {
  return (problems ?? []).map(({ column, message }) =>
    wrap(printable(column === null ? message : `${column}: ${message}`))
  ).join("\n");
}

function nextSteps(result: ToldRun): string[] {
  return [stoppedStep(result), unknownStep(result), rejectedStep(result)];
}

function stoppedStep({ stop, command, source, next }: ToldRun): string {
  if (!stop) return "";
  if (next.resume !== null) {
    const how = source === "-" ? ", with the same data on standard input," : "";
    return `Go on from there${how} with:\n  ${next.resume}`;
  }
  return command === "send" ? "A single record is not kept: give the same command again." : "";
}

function unknownStep(result: ToldRun): string {
  const { rows, files, next } = result;
  if (rows.unknown === 0) return "";
  const they = rows.unknown === 1 ? "it was sent, no" : "they were sent, no";
  const which = files.errors === null ? "" : ` Which:\n  ${printable(files.errors)}`;
  const text = [
    wrap(
      `${plural(rows.unknown, "row")} unknown: ${they} answer came, and sending again could ` +
        `deliver twice.`,
    ) + which,
  ];
  if (files.unknown !== null && result.stop) {
    // The run still writes to it.
    text.push(
      `They stand, as they were, in this file, to be imported if they did not arrive,\n` +
        `once the run is complete:\n  ${printable(files.unknown)}`,
    );
  } else if (files.unknown !== null) {
    text.push(
      `They stand, as they were, in a file. If they did not arrive, import it:\n  ${next.importUnknown}`,
    );
  }
  return text.join("\n");
}

function rejectedStep(result: ToldRun): string {
  const { rows, files, next } = result;
  if (rows.rejected === 0) return "";
  const text = [`${plural(rows.rejected, "row")} rejected.`];
  if (files.errors !== null) text.push(`Why, for each:\n  ${printable(files.errors)}`);
  if (files.rejected !== null && result.stop) {
    // The run still writes to it.
    text.push(
      `They stand, as they were, in this file; mend it once the run is complete:\n  ${
        printable(files.rejected)
      }`,
    );
  } else if (files.rejected !== null) {
    text.push(
      `Mend the rows in this file${
        result.explainsRejected ? ", which says beside each what is wrong with it" : ""
      }:
  ${printable(files.rejected)}`,
      `Then import it:
  ${next.importRejected}`,
    );
  }
  return text.join("\n");
}
