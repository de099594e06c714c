/**
 * The runs of a log folder for people: the newest first, each with where it went and what to do next, on
 * a page of 80 columns. Only paths, addresses and commands may be longer.
 *
 * @module
 */

import { isResumable, type ListedRun, rowsToMend } from "../../jobs/list_runs.ts";
import { sourceName } from "../../jobs/source.ts";
import { describeTarget } from "../../model/target.ts";
import { describeSource } from "../../model/run_scope.ts";
import { acceptedWord } from "../../report/confirmation.ts";
import {
  endSentence,
  formatLocalTime,
  PAGE_WIDTH,
  stopSentence,
  wrap,
} from "../../report/format.ts";
import { printable } from "../../text/printable.ts";
import { formatCount, joinWords, plural } from "../../text/words.ts";
import { commandToResume } from "../next_commands.ts";

const INDENT = "  ";

/** Of the runs that need nobody, so many are shown where none were chosen. */
const MOST_SHOWN = 20;

/** What is shown, and of what. */
export interface StatusList {
  readonly logDir: string;
  readonly onlyFailed: boolean;
  /** True where somebody said which runs to list. */
  readonly isChosen: boolean;
  /** Runs in the log folder. */
  readonly all: number;
}

/** The runs as text. */
export function renderStatusText(runs: readonly ListedRun[], list: StatusList): string {
  const folder = printable(list.logDir);
  if (list.all === 0) return `There are no runs in ${folder}.\n`;
  const of = `of ${plural(list.all, "run")} in ${folder}`;
  if (runs.length === 0) {
    return list.onlyFailed ? `No run ${of} needs anybody.\n` : `No run ${of} moved since then.\n`;
  }
  const newest = runs.toSorted((a, b) => compare(b.changedAt, a.changedAt));
  const shown = list.isChosen
    ? newest
    : newest.filter((run, index) => index < MOST_SHOWN || isOpen(run));
  const head = list.onlyFailed
    ? `${formatCount(runs.length)} ${of} ${
      runs.length === 1 ? "needs" : "need"
    } somebody, the newest first:`
    : list.isChosen
    ? `${formatCount(runs.length)} ${of}, the newest first:`
    : `${plural(runs.length, "run")} in ${folder}, the newest first:`;
  const left = newest.length - shown.length;
  const more = left > 0
    ? [`And ${plural(left, "older run")}, which can be listed with --since or --json.`]
    : [];
  return [head, ...shown.map(renderRun), ...more].join("\n\n") + "\n";
}

/** True for a run that is not over. */
function isOpen(run: ListedRun): boolean {
  return run.holder !== null || run.standing === "damaged" || isResumable(run);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function renderRun(listed: ListedRun): string {
  const { runId, run, standing, changedAt } = listed;
  const when = changedAt === "" ? "at an unknown time" : formatLocalTime(changedAt);
  const source = run ? describeSource(sourceName(run.source.path), run.source) : "?";
  const target = run ? describeTarget(run.destination, run.target ?? null) : "?";
  const lines = [
    `to ${printable(target)}`,
    outcomes(listed),
    noteOn(listed),
    noteOnMending(listed),
  ].filter((line) => line !== null);
  const command = isResumable(listed) ? [`${INDENT}${commandToResume(listed.folder)}`] : [];
  return [
    `${when}  ${standing === "interrupted" ? "killed" : standing}  ${runId}`,
    `${INDENT}${printable(source)}`,
    ...lines.map((line) => wrap(line, PAGE_WIDTH - INDENT.length).replace(/^/gm, INDENT)),
    ...command,
  ].join("\n");
}

function outcomes({ rows, run }: ListedRun): string {
  const others = (["filtered", "rejected", "unknown"] as const)
    .filter((outcome) => rows[outcome] > 0)
    .map((outcome) => `${formatCount(rows[outcome])} ${outcome}`);
  const accepted = `${plural(rows.accepted, "row")} ${acceptedWord(run?.confirms)}`;
  return joinWords([accepted, ...others], "and");
}

/** Why it is not completed, and what to do about it. */
function noteOn(listed: ListedRun): string | null {
  const { reason, holder, standing, changedAt, run } = listed;
  if (isResumable(listed)) {
    const when = changedAt === "" ? "an unknown time" : formatLocalTime(changedAt);
    const told = standing === "interrupted"
      ? `It moved last at ${when}; ${reason}`
      : stopSentence(reason ?? "");
    const why = reason === null ? "" : `${endSentence(told)} `;
    const how = run?.source.path === "-" ? ", with the same data on standard input," : "";
    return `${why}Go on${how} with:`;
  }
  if (holder) return `in progress ${describeHolder(holder)}`;
  if (standing === "damaged") return printable(reason ?? "its checkpoint is damaged");
  return null;
}

/** In which process a run is at work, and since when. */
function describeHolder({ pid, startedAt }: NonNullable<ListedRun["holder"]>): string {
  return pid === 0
    ? "in another process"
    : `in process ${pid}, since ${formatLocalTime(startedAt)}`;
}

/** What came of the rows that did not make it; of those that a resume brings nothing yet. */
function noteOnMending(listed: ListedRun): string | null {
  if (isResumable(listed) || listed.holder || listed.standing === "damaged") return null;
  const { mending: { runs, accepted }, rows } = listed;
  const left = rowsToMend(listed);
  const since = runs.map(({ runId }) => runId).join(", ");
  const mended = runs.length > 0
    ? `${formatCount(accepted)} of ${
      plural(rows.rejected + rows.unknown, "row")
    } accepted since, by ${since}`
    : "";
  const waits = left > 0 ? `${plural(left, "row")} rejected or unknown that nobody mended` : "";
  return [mended, waits].filter(Boolean).join("; ") || null;
}
