/**
 * The runs of a log folder for people: the newest first, each with where it went and what to do next, on
 * a page of 80 columns. Only paths, addresses and commands may be longer.
 *
 * @module
 */

import { describeHolder } from "../../checkpoint/lock.ts";
import { mendingOf } from "../../checkpoint/mending.ts";
import { scopeName } from "../../model/run_scope.ts";
import { isResumable } from "../../checkpoint/runs.ts";
import type { RunSummary } from "../../checkpoint/summarize.ts";
import { sourceName } from "../../jobs/source.ts";
import { describeTarget } from "../../model/target.ts";
import { acceptedWord } from "../../report/confirmation.ts";
import { endSentence, formatLocalTime, PAGE_WIDTH, wrap } from "../../report/format.ts";
import { printable } from "../../text/printable.ts";
import { formatCount, joinWords, plural } from "../../text/words.ts";
import { commandToResume } from "../next_commands.ts";

const INDENT = "  ";

/** The runs as text. */
export function renderStatusText(runs: readonly RunSummary[], logDir: string): string {
  if (runs.length === 0) return `There are no runs in ${printable(logDir)}.\n`;
  const newest = runs.toSorted((a, b) => compare(b.changedAt, a.changedAt));
  const head = `${plural(runs.length, "run")} in ${printable(logDir)}, the newest first:`;
  return [head, ...newest.map((run) => renderRun(run, runs))].join("\n\n") + "\n";
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function renderRun(summary: RunSummary, all: readonly RunSummary[]): string {
  const { runId, run, standing, changedAt } = summary;
  const when = changedAt === "" ? "at an unknown time" : formatLocalTime(changedAt);
  const scope = run ? scopeName(run.source) : "";
  const source = run ? printable(sourceName(run.source.path)) : "?";
  const target = run ? describeTarget(run.destination, run.target ?? null) : "?";
  const lines = [
    `to ${printable(target)}`,
    outcomes(summary),
    noteOn(summary),
    noteOnMending(summary, all),
  ].filter((line) => line !== null);
  const command = isResumable(summary) ? [`${INDENT}${commandToResume(summary.folder)}`] : [];
  return [
    `${when}  ${standing}  ${runId}`,
    `${INDENT}${scope === "" ? source : `${source} (${scope})`}`,
    ...lines.map((line) => wrap(line, PAGE_WIDTH - INDENT.length).replace(/^/gm, INDENT)),
    ...command,
  ].join("\n");
}

function outcomes({ rows, run }: RunSummary): string {
  const others = (["filtered", "rejected", "unknown"] as const)
    .filter((outcome) => rows[outcome] > 0)
    .map((outcome) => `${formatCount(rows[outcome])} ${outcome}`);
  const accepted = `${plural(rows.accepted, "row")} ${acceptedWord(run?.confirms)}`;
  return joinWords([accepted, ...others], "and");
}

/** Why it is not completed, and what to do about it. */
function noteOn(summary: RunSummary): string | null {
  const { reason, holder, standing } = summary;
  if (isResumable(summary)) {
    const why = standing === "interrupted"
      ? "it ended without a word, killed for instance"
      : reason ?? "";
    const how = summary.run?.source.path === "-" ? ", with the same data on standard input," : "";
    return `${why === "" ? "" : `${endSentence(why)} `}Go on${how} with:`;
  }
  if (holder) return `in progress ${describeHolder(holder)}`;
  if (standing === "damaged") return printable(reason ?? "its checkpoint is damaged");
  return null;
}

/** What came of the rows that did not make it; of those that a resume brings nothing yet. */
function noteOnMending(run: RunSummary, all: readonly RunSummary[]): string | null {
  if (isResumable(run) || run.holder || run.standing === "damaged") return null;
  const { runs, accepted, rejected, unknown } = mendingOf(run, all);
  const left = rejected + unknown;
  const since = runs.map(({ runId }) => runId).join(", ");
  const mended = runs.length > 0
    ? `${formatCount(accepted)} of ${
      plural(run.rows.rejected + run.rows.unknown, "row")
    } accepted since, by ${since}`
    : "";
  const waits = left > 0 ? `${plural(left, "row")} rejected or unknown that nobody mended` : "";
  return [mended, waits].filter(Boolean).join("; ") || null;
}
