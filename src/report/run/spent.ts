/**
 * Where the time of a run went, in numbers and in words: pure.
 *
 * @module
 */

import { ACTIVITIES, type TimeSpent } from "../../model/time_spent.ts";
import { plural } from "../../text/words.ts";
import { formatDuration, formatRate } from "../format.ts";
import type { RequestTrouble, RunPart, Spent, SpentOn } from "./model.ts";

/** What the shares are told by. */
export interface SpentFacts {
  readonly parts: readonly RunPart[];
  /** Of those parts that recorded it. */
  readonly timeMs: TimeSpent | null;
  /** How long those parts took. */
  readonly recordedMs: number;
  readonly workedMs: number;
  readonly elapsedMs: number;
  readonly troubles: readonly RequestTrouble[];
  /** Why the API had to be left alone. */
  readonly pauses: readonly RequestTrouble[];
  /** Rows a second at most; null where nothing limits them. */
  readonly rate: number | null;
}

/** The shares of a run's time that come to anything, the largest first. They add up to all of it. */
export function spentOf(facts: SpentFacts): Spent[] {
  const { timeMs, recordedMs, workedMs, elapsedMs } = facts;
  const known = ACTIVITIES.reduce((sum, activity) => sum + (timeMs?.[activity] ?? 0), 0);
  const shares: [SpentOn, number][] = [
    ...ACTIVITIES.map((activity): [SpentOn, number] => [activity, timeMs?.[activity] ?? 0]),
    ["working", timeMs ? Math.max(0, recordedMs - known) : 0],
    ["unrecorded", Math.max(0, workedMs - (timeMs ? Math.max(recordedMs, known) : 0))],
    ["stopped", Math.max(0, elapsedMs - workedMs)],
  ];
  return shares
    .map(([on, ms]) => ({ on, ms: Math.round(ms), words: wordsFor(on, ms, facts) }))
    .filter(({ ms }) => ms > 0)
    .sort((a, b) => b.ms - a.ms);
}

function wordsFor(on: SpentOn, ms: number, { parts, troubles, pauses, rate }: SpentFacts): string {
  const time = formatDuration(ms);
  switch (on) {
    case "sending": {
      const slowest = slowestOf(parts);
      const each = slowest === null ? "" : ` (up to ${formatDuration(slowest)} each)`;
      return `it waited ${time} for answers${each}`;
    }
    case "paused":
      return `it paused for ${time}${because(pauses)}`;
    case "backingOff":
      return `it waited ${time} to try again${because(othersThan(pauses, troubles))}`;
    case "held":
      return `it was held for ${time} by ${
        rate === null ? "the rate" : `the rate of ${formatRate(rate)}`
      }`;
    case "disk":
      return `it recorded outcomes for ${time}`;
    case "working":
      return `it read and checked for ${time}`;
    case "unrecorded":
      return `${time} left no record of what they went to`;
    case "stopped":
      return `it stood still for ${time}${afterWhat(parts)}`;
  }
}

/** Troubles that no pause was asked for by. */
function othersThan(
  pauses: readonly RequestTrouble[],
  troubles: readonly RequestTrouble[],
): RequestTrouble[] {
  return troubles.filter(({ reason }) => !pauses.some((pause) => pause.reason === reason));
}

/** The reason that came most often. */
function because([first]: readonly RequestTrouble[]): string {
  return first === undefined ? "" : ` (${first.reason}, ${plural(first.times, "time")})`;
}

function afterWhat(parts: readonly RunPart[]): string {
  const stopped = parts.slice(0, -1);
  const [only] = stopped;
  if (only === undefined) return "";
  if (stopped.length > 1) return ` after ${plural(stopped.length, "stop")}`;
  return only.ending === "killed" ? " after it was killed" : ` (${only.reason ?? "stopped"})`;
}

/** How long nearly all answers took at most, in the slowest part. */
function slowestOf(parts: readonly RunPart[]): number | null {
  const slow = parts.flatMap(({ latencyMs }) => latencyMs?.p99 ?? []);
  return slow.length === 0 ? null : Math.max(...slow);
}
