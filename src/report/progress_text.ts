/**
 * How a job goes, in one line: as much of it as there is room for. All pure.
 *
 * @module
 */

import stringWidth from "fast-string-width";
import { formatCount, plural } from "../text/words.ts";
import { acceptedWord } from "./confirmation.ts";
import { formatDuration, formatRate } from "./format.ts";
import type { ProgressFacts, Wait } from "./progress_facts.ts";

/** A part of the line. Where there is no room for all, those go first that matter least. */
interface Part {
  readonly text: string;
  /** 1 matters most. */
  readonly rank: number;
}

const BETWEEN = " · ";

/**
 * The line.
 *
 * @param columns Columns that it may take at most.
 */
export function progressText(facts: ProgressFacts, columns = Infinity): string {
  let parts = partsOf(facts);
  const join = () => parts.map(({ text }) => text).join(BETWEEN);
  while (parts.length > 1 && stringWidth(join()) > columns) {
    const least = Math.max(...parts.map(({ rank }) => rank));
    parts = parts.filter(({ rank }) => rank !== least);
  }
  return fit(join(), columns);
}

function partsOf(facts: ProgressFacts): Part[] {
  const { rowsPerSecond, wait } = facts;
  const parts: (Part | null)[] = [
    part(2, shareText(facts)),
    ...rowParts(facts),
    wait ? part(1, waitText(wait)) : part(4, rowsPerSecond === null ? "" : rate(rowsPerSecond)),
    part(5, facts.leftMs === null ? "" : `${leftText(facts.leftMs)} left`),
    part(9, facts.inFlight > 0 ? `${formatCount(facts.inFlight)} in flight` : ""),
    part(7, facts.retried > 0 ? `${formatCount(facts.retried)} retried` : ""),
  ];
  return parts.filter((part) => part !== null);
}

function part(rank: number, text: string): Part | null {
  return text === "" ? null : { rank, text };
}

/** Rounded down, so that only all of it is 100 %; below 10 % with one decimal, so that it moves. */
export function shareText({ offset, size }: Pick<ProgressFacts, "offset" | "size">): string {
  if (!size) return "";
  const percent = Math.min(100, 100 * offset / size);
  return percent < 10
    ? `${(Math.floor(percent * 10) / 10).toFixed(1)} %`
    : `${Math.floor(percent)} %`;
}

function rowParts({ isCheck, rows, rejected, counts, confirms }: ProgressFacts): (Part | null)[] {
  const some = (rank: number, count: number, word: string) =>
    part(rank, count > 0 ? `${formatCount(count)} ${word}` : "");
  if (counts === null) {
    return [part(3, plural(rows, "row")), some(6, rejected, isCheck ? "invalid" : "rejected")];
  }
  return [
    part(3, `${formatCount(counts.accepted)} ${acceptedWord(confirms)}`),
    some(6, rejected, "rejected"),
    some(6, counts.unknown, "unknown"),
    some(8, counts.filtered, "filtered"),
  ];
}

/** What is waited for: «paused 6 s: mParticle answered 429». */
export function waitText(wait: Wait): string {
  switch (wait.kind) {
    case "first-answer":
      return "waiting for the first answer";
    case "answer":
      return `no answer for ${leftText(wait.ms)}`;
    case "pause":
      return `paused ${leftText(wait.ms)}: ${wait.reason}`;
    case "api-jobs":
      return `waiting for ${plural(wait.count, "job")} of the API`;
    case "pace": {
      const why = wait.status === null ? ", near the API's limit" : ` after a ${wait.status}`;
      return `at ${rate(wait.rowsPerSecond)}${why}`;
    }
  }
}

/** Without decimals, which only flicker, where there are many. */
function rate(rowsPerSecond: number): string {
  return formatRate(rowsPerSecond < 10 ? rowsPerSecond : Math.round(rowsPerSecond));
}

/** Whole seconds, and minutes in steps of ten seconds: `28 s`, `5 m 10 s`. */
function leftText(ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1_000));
  return seconds < 60 ? `${seconds} s` : formatDuration(Math.round(seconds / 10) * 10_000);
}

/** As much of a text as fits, with a sign that there is more. */
export function fit(text: string, columns: number): string {
  if (stringWidth(text) <= columns) return text;
  let kept = "";
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (stringWidth(kept + segment) > columns - 1) break;
    kept += segment;
  }
  return columns < 1 ? "" : `${kept.trimEnd()}…`;
}
