/**
 * What happened in a run, for a time line and a list that people read: pure.
 *
 * @module
 */

import { plural } from "../../text/words.ts";
import { formatDuration, formatRate, stopSentence } from "../format.ts";
import { type EventFact, numberIn, textIn } from "./events.ts";
import type { MomentKind, RunMoment, RunPart } from "./model.ts";

/** A list that is longer leaves out what was over soonest. */
const MOST_MOMENTS = 60;

/** Pauses that follow each other within this time are told as one. */
const JOIN_MS = 2_000;

/** A change of pace that is smaller is none to tell of. */
const WORTH_TELLING = 0.1;

/** A moment while others may still be joined to it. */
interface Growing {
  readonly atMs: number;
  ms: number;
  readonly kind: MomentKind;
  times: number;
  words: (ms: number, times: number) => string;
}

/** The moments of a run, in their order. */
export function momentsOf(parts: readonly RunPart[], events: readonly EventFact[]): RunMoment[] {
  const found = [...partMoments(parts), ...eventMoments(events)];
  return weightiest(found, MOST_MOMENTS)
    .sort((a, b) => a.atMs - b.atMs)
    .map(({ atMs, ms: planned, kind, times, words }) => {
      // A stop ends a pause.
      const ms = Math.min(planned, Math.max(0, endOfPart(parts, atMs) - atMs));
      return { at: new Date(atMs).toISOString(), ms, kind, text: words(ms, times) };
    });
}

/** When the part ends in which a moment lies; one that goes on has no end yet. */
function endOfPart(parts: readonly RunPart[], ms: number): number {
  const part = parts.findLast(({ startedAt }) => Date.parse(startedAt) <= ms);
  return part && part.ending !== "in-progress" ? Date.parse(part.endedAt) : Infinity;
}

/** Those that a list of so many can't do without, then those that took longest; in their order. */
export function weightiest<Any extends Pick<RunMoment, "kind" | "ms">>(
  moments: readonly Any[],
  most: number,
): Any[] {
  const kept = new Set(moments.toSorted((a, b) => weight(b) - weight(a)).slice(0, most));
  return moments.filter((moment) => kept.has(moment));
}

function weight({ kind, ms }: Pick<RunMoment, "kind" | "ms">): number {
  return ["start", "stop", "killed", "resume", "end"].includes(kind) ? Infinity : ms;
}

function partMoments(parts: readonly RunPart[]): Growing[] {
  return parts.flatMap(({ startedAt, endedAt, ending, reason }, index) => {
    const begin = index === 0
      ? moment("start", startedAt, "Started")
      : moment("resume", startedAt, "Resumed");
    switch (ending) {
      case "completed":
        return [begin, moment("end", endedAt, "Completed")];
      case "stopped":
        return [begin, moment("stop", endedAt, reason === null ? "Stopped" : stopSentence(reason))];
      case "killed":
        return [begin, moment("killed", endedAt, `Moved last: ${reason ?? "it was killed"}`)];
      case "in-progress":
        return [begin];
    }
  });
}

function moment(kind: MomentKind, at: string, text: string): Growing {
  return { atMs: Date.parse(at), ms: 0, kind, times: 1, words: () => text };
}

function eventMoments(events: readonly EventFact[]): Growing[] {
  const moments: Growing[] = [];
  const lastOf = new Map<string, Growing>();
  let pace = Infinity;
  for (const event of events) {
    if (event.type === "pace") {
      const rate = numberIn(event, "rowsPerSecond");
      if (Number.isFinite(pace) && Math.abs(rate - pace) / pace < WORTH_TELLING) continue;
      const next = paceMoment(event, rate < pace ? "slower" : "faster", rate);
      // It comes back to speed in many steps.
      const last = moments.findLast(({ kind }) => kind === "slower" || kind === "faster");
      if (next.kind === "faster" && last?.kind === "faster") {
        Object.assign(last, { words: next.words });
      } else moments.push(next);
      pace = rate;
      continue;
    }
    const next = waitOf(event);
    if (next === null) continue;
    const key = `${next.kind} ${textIn(event, "reason")}`;
    const last = lastOf.get(key);
    if (last && next.atMs <= last.atMs + last.ms + JOIN_MS) {
      last.ms = Math.max(last.atMs + last.ms, next.atMs + next.ms) - last.atMs;
      last.times++;
    } else {
      lastOf.set(key, next);
      moments.push(next);
    }
  }
  return moments;
}

function paceMoment(event: EventFact, kind: "slower" | "faster", rate: number): Growing {
  const cause = textIn(event, "cause") === "rate-limit"
    ? "the API's rate limit was exceeded"
    : kind === "slower"
    ? "the API's limit is nearly used up"
    : "the API's limit has room again";
  const words = kind === "slower"
    ? `Slower: at ${formatRate(rate)}, since ${cause}`
    : `Faster again, up to ${formatRate(rate)}: ${cause}`;
  return { atMs: event.atMs, ms: 0, kind, times: 1, words: () => words };
}

/** What took time, or is to be told once for many in a row. */
function waitOf(event: EventFact): Growing | null {
  const { atMs } = event;
  const ms = numberIn(event, "ms");
  const reason = textIn(event, "reason");
  const because = reason === "" ? "" : `: ${reason}`;
  const often = (times: number) => times > 1 ? ` (${plural(times, "time")})` : "";
  switch (event.type) {
    case "pause":
      return {
        ...{ atMs, ms, kind: "pause", times: 1 },
        words: (ms, times) => `Paused for ${formatDuration(ms)}${because}${often(times)}`,
      };
    case "disk-wait":
      return {
        ...{ atMs: atMs - ms, ms, kind: "disk", times: 1 },
        words: (ms) => `Waited ${formatDuration(ms)} for the disk`,
      };
    case "login":
      return {
        ...{ atMs, ms: 0, kind: "login", times: 1 },
        words: () => reason === "" ? "Logged in" : `Login failed: ${reason}`,
      };
    case "split":
      return {
        ...{ atMs, ms: 0, kind: "split", times: 1 },
        words: (_, times) => `Split what the API refused, to find the rows at fault${often(times)}`,
      };
    default:
      return null;
  }
}
