/**
 * What came of a run, how long it took and why so long, in one sentence: pure.
 *
 * @module
 */

import type { RowCounts } from "../../model/outcome.ts";
import { formatCount, joinWords, plural } from "../../text/words.ts";
import { acceptedWord } from "../confirmation.ts";
import { formatDuration } from "../format.ts";
import type { RunReport } from "./model.ts";

/** What the sentence is made of. */
export type VerdictFacts = Pick<
  RunReport,
  "state" | "reason" | "rows" | "confirms" | "elapsedMs" | "spent" | "scope"
>;

/** Reasons for the time that are told, from this share of it on. */
const REASONS = { most: 4, share: 0.05, leastMs: 1_000 };

/** The sentence. */
export function verdictOf(facts: VerdictFacts): string {
  if (facts.state === "damaged") {
    return `Its checkpoint can't be read: ${facts.reason ?? "damaged"}.`;
  }
  const rehearsal = facts.scope.includes("sandbox") ? "Rehearsal, nothing was delivered: " : "";
  const text = `${rehearsal}${outcome(facts)} ${timeWords(facts)}.`;
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function outcome(facts: VerdictFacts): string {
  const { state, reason, rows } = facts;
  const why = reason === null ? "" : ` (${reason})`;
  const settled = plural(rows.read - rows.pending, "row");
  switch (state) {
    case "in-progress":
      return `in progress, ${outcomes(facts)} of ${settled} so far,`;
    case "stopped": {
      const what = reason?.startsWith("stopped") ? reason : `stopped before its end${why}`;
      return `${what}, ${outcomes(facts)} of ${settled},`;
    }
    case "interrupted":
      return `killed before its end${why}, ${outcomes(facts)} of ${settled},`;
    case "replaced":
      return `left unfinished, and a later run sent its rows too; ${outcomes(facts)} of ${settled}`;
    default:
      return rows.read === 0 ? "completed, without a row," : completed(facts);
  }
}

function completed(facts: VerdictFacts): string {
  const { rows, confirms } = facts;
  const word = acceptedWord(confirms ?? undefined);
  if (rows.accepted === rows.read) return `all ${plural(rows.read, "row")} ${word}`;
  return `${outcomes(facts)} of ${plural(rows.read, "row")}`;
}

/** `2,990 accepted, 4 filtered and 6 rejected`. */
function outcomes({ rows, confirms }: VerdictFacts): string {
  const counts: [keyof RowCounts, string][] = [
    ["accepted", acceptedWord(confirms ?? undefined)],
    ["filtered", "filtered"],
    ["rejected", "rejected"],
    ["unknown", "unknown"],
  ];
  return joinWords(
    counts.filter(([name]) => name === "accepted" || rows[name] > 0)
      .map(([name, word]) => `${formatCount(rows[name])} ${word}`),
  );
}

function timeWords({ elapsedMs, spent }: VerdictFacts): string {
  const told = spent
    .filter(({ ms }) => ms >= REASONS.leastMs && ms >= elapsedMs * REASONS.share)
    .slice(0, REASONS.most)
    .map(({ words }) => words);
  const time = `in ${formatDuration(elapsedMs)}`;
  return told.length === 0 ? time : `${time}: ${joinWords(told)}`;
}
