/**
 * Words for what a report tells, the same in all its forms: pure.
 *
 * @module
 */

import type { RowCounts } from "../../model/outcome.ts";
import type { RunStanding } from "../../model/run_standing.ts";
import { formatCount, plural } from "../../text/words.ts";
import { acceptedWord } from "../confirmation.ts";
import { formatDuration, formatLocalTime, formatRate } from "../format.ts";
import type { Cause, PreviousRun, RunPart, RunReport, SpentOn } from "./model.ts";

/** How a run stands: a sign, a word, and how it is to be taken. */
export const STATES: Readonly<
  Record<RunStanding, { sign: string; word: string; look: "good" | "warn" | "bad-news" }>
> = {
  "completed": { sign: "✓", word: "completed", look: "good" },
  "in-progress": { sign: "▶", word: "in progress", look: "warn" },
  "stopped": { sign: "■", word: "stopped", look: "bad-news" },
  "interrupted": { sign: "✕", word: "killed", look: "bad-news" },
  "replaced": { sign: "↷", word: "replaced", look: "warn" },
  "damaged": { sign: "✕", word: "damaged", look: "bad-news" },
};

/** A run's state; a complete one with rows that did not make it is no good news. */
export function stateOf({ state, rows }: Pick<RunReport, "state" | "rows">): typeof STATES.stopped {
  const words = STATES[state];
  return state === "completed" && rows.rejected + rows.unknown > 0
    ? { ...words, sign: "!", look: "warn" }
    : words;
}

/** What the time of a run goes to, as a heading. */
export const SPENT_NAMES: Readonly<Record<SpentOn, string>> = {
  sending: "Waiting for answers",
  paused: "Paused by the API",
  backingOff: "Waiting to try again",
  held: "Held by the rate",
  disk: "Recording outcomes",
  working: "Reading and checking",
  stopped: "Standing still",
  unrecorded: "Not recorded",
};

/** Rows by outcome, with what each is called; outcomes without rows are left out, but accepted. */
export function outcomesOf(
  { rows, confirms, filteredBy }: Pick<RunReport, "rows" | "confirms" | "filteredBy">,
): { readonly outcome: keyof RowCounts; readonly name: string; rows: number; note: string }[] {
  const rules = Object.entries(filteredBy).map(([rule, n]) => `${rule}: ${formatCount(n)}`);
  const names = [
    ["accepted", acceptedWord(confirms ?? undefined), ""],
    ["filtered", "filtered", rules.join(", ")],
    ["rejected", "rejected", ""],
    ["unknown", "unknown", "sent, but no answer came"],
    ["pending", "pending", "read, and not settled when it stopped"],
  ] as const;
  return names
    .filter(([outcome]) => outcome === "accepted" || rows[outcome] > 0)
    .map(([outcome, name, note]) => ({ outcome, name, rows: rows[outcome], note }));
}

/** The target's facts beside its destination: address, environment and the like. */
export function targetFacts({ target }: Pick<RunReport, "target">): [string, string][] {
  return Object.entries(target ?? {}).map(([name, value]) => [
    name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`),
    value,
  ]);
}

/** `row 3 (line 4), row 17 (line 19)`, and how many more. */
export function placesOf({ places, count }: Cause): string {
  const known = places.map(({ row, line }) =>
    `row ${formatCount(row)} (line ${formatCount(line)})`
  );
  const more = count - places.length;
  return [...known, ...(more > 0 ? [`${formatCount(more)} more`] : [])].join(", ");
}

/** What a part of a run came to, in words. */
export function endingOf({ ending, reason }: RunPart): string {
  const word = {
    "in-progress": "goes on",
    completed: "completed",
    stopped: "stopped",
    killed: "killed",
  };
  if (reason === null) return word[ending];
  return reason.startsWith(word[ending]) ? reason : `${word[ending]}: ${reason}`;
}

/** A table that sets a run beside the one before it: name, this one, that one. */
export function comparisonOf(report: RunReport): (readonly [string, string, string])[] {
  const { previous } = report;
  if (!previous) return [];
  const both = (name: string, tell: (run: PreviousRun) => string) =>
    [name, tell(report), tell(previous)] as const;
  const spent = (run: PreviousRun, on: SpentOn) =>
    formatDuration(run.spent.find((share) => share.on === on)?.ms ?? 0);
  return [
    both("started", ({ startedAt }) => formatLocalTime(startedAt)),
    both("state", (run) => stateOf(run).word),
    both("rows", ({ rows }) => formatCount(rows.read)),
    both("accepted", ({ rows }) => formatCount(rows.accepted)),
    both("rejected or unknown", ({ rows }) => formatCount(rows.rejected + rows.unknown)),
    both("from start to end", ({ elapsedMs }) => formatDuration(elapsedMs)),
    both("at work", ({ workedMs }) => formatDuration(workedMs)),
    both("rows a second", ({ rowsPerSecond }) => formatRate(rowsPerSecond)),
    both("requests", ({ requests }) => formatCount(requests.sent)),
    both("of them repeated", ({ requests }) => formatCount(requests.retried)),
    both("waiting for answers", (run) => spent(run, "sending")),
    both("paused by the API", (run) => spent(run, "paused")),
  ];
}

/** Attempts by the status of their answer: `202: 28`, `no answer: 1`. */
export function answersInWords({ answers }: Pick<RunReport, "answers">): string {
  return Object.entries(answers)
    .map(([status, n]) => `${status === "none" ? "no answer" : status}: ${formatCount(n)}`)
    .join(", ");
}

/** What came of rows that were not accepted; empty where there is nothing to say. */
export function mendedInWords({ mended, rows }: Pick<RunReport, "mended" | "rows">): string {
  if (mended.runs.length === 0) return "";
  const of = plural(rows.rejected + rows.unknown, "row");
  return `${formatCount(mended.accepted)} of ${of} accepted since, by ${mended.runs.join(", ")}.`;
}
