/**
 * From what a run's folder holds to what is told of the run: pure.
 *
 * @module
 */

import type { RowCounts, RunPaths } from "../../model/outcome.ts";
import type { RunStanding } from "../../model/run_standing.ts";
import { whyKilled } from "./ending.ts";
import { type EventFact, numberIn } from "./events.ts";
import type {
  Cause,
  MendedRows,
  NamedValue,
  PreviousRun,
  RunIdentity,
  RunPart,
  RunReport,
} from "./model.ts";
import { momentsOf } from "./moments.ts";
import { spentOf } from "./spent.ts";
import type { PartTimes, Timeline } from "./timeline.ts";
import {
  addCounts,
  addTimes,
  answersOf,
  latencyPoints,
  type PartTraffic,
  pausesOf,
  trafficOf,
  troublesOf,
} from "./traffic.ts";
import { verdictOf } from "./verdict.ts";

/** What is found in a run's folder and beside it. */
export interface RunFacts {
  readonly identity: RunIdentity;
  readonly state: RunStanding;
  /** Why it stopped, or what is wrong with its checkpoint. */
  readonly reason: string | null;
  readonly rows: RowCounts;
  readonly timeline: Timeline;
  readonly events: readonly EventFact[];
  readonly causes: readonly Cause[];
  readonly settings: readonly NamedValue[];
  readonly mapping: string | null;
  /** Rows a second at most; null where nothing limits them. */
  readonly rate: number | null;
  readonly files: RunPaths;
  readonly mended: MendedRows;
  readonly previous: PreviousRun | null;
  /** Epoch milliseconds. */
  readonly nowMs: number;
  /** When this machine was started, epoch milliseconds; null where that isn't known. */
  readonly bootedMs: number | null;
}

/** What is told of a run. */
export function reportOf(facts: RunFacts): RunReport {
  const { identity, state, rows, timeline, events, nowMs } = facts;
  const parts = partsOf(facts);
  const traffic = parts.map(({ traffic }) => traffic);
  const times = timesOf(parts, state, nowMs);
  const told = parts.map(({ part }) => part);
  const troubles = troublesOf(events);
  const recorded = parts.filter(({ traffic }) => traffic.timeMs !== null);
  const spent = spentOf({
    ...times,
    parts: told,
    timeMs: addTimes(traffic.flatMap(({ timeMs }) => timeMs ?? [])),
    recordedMs: recorded.reduce((sum, { ms }) => sum + ms, 0),
    troubles,
    pauses: pausesOf(events),
    rate: facts.rate,
  });
  const known = {
    state,
    reason: facts.reason ?? told.at(-1)?.reason ?? null,
    rows,
    elapsedMs: times.elapsedMs,
    spent,
  };
  const settled = told.reduce((sum, part) => sum + part.rows, 0);
  return {
    ...identity,
    ...known,
    verdict: verdictOf({ ...known, ...identity }),
    startedAt: iso(parts[0]?.times.startMs ?? nowMs),
    movedAt: told.at(-1)?.endedAt ?? iso(nowMs),
    toldAt: iso(nowMs),
    workedMs: times.workedMs,
    filteredBy: addCounts(traffic.map(({ filteredBy }) => filteredBy)),
    rowsPerSecond: times.workedMs > 0 ? settled / (times.workedMs / 1000) : 0,
    requests: addRequests(traffic),
    bytesSent: traffic.reduce((sum, { bytesSent }) => sum + bytesSent, 0),
    answers: answersOf(events),
    parts: told,
    pace: {
      everyMs: timeline.everyMs,
      points: timeline.stretches().map(({ startMs, ...counts }) => ({
        at: iso(startMs),
        ...counts,
      })),
    },
    latency: latencyPoints(events),
    moments: momentsOf(told, events),
    troubles,
    causes: facts.causes,
    settings: facts.settings,
    mapping: facts.mapping,
    files: facts.files,
    mended: facts.mended,
    previous: facts.previous,
    eventsLeftOut: events.reduce((sum, event) => sum + numberIn(event, "leftOut"), 0),
  };
}

/** A part, with what its events tell. */
interface KnownPart {
  readonly part: RunPart;
  readonly times: PartTimes;
  readonly traffic: PartTraffic;
  /** How long it took. */
  readonly ms: number;
}

function partsOf({ timeline, events, state, nowMs, bootedMs }: RunFacts): KnownPart[] {
  const { parts } = timeline;
  return parts.map((times, index): KnownPart => {
    const next = parts[index + 1]?.startMs ?? Infinity;
    const own = events.filter(({ atMs }) => (index === 0 || atMs >= times.startMs) && atMs < next);
    const traffic = trafficOf(own);
    // What was recorded last may be that it waited.
    const movedMs = Math.max(times.movedMs, own.at(-1)?.atMs ?? 0);
    const goesOn = next === Infinity && times.endMs === null && state === "in-progress";
    const endedMs = times.endMs ?? (goesOn ? Math.max(nowMs, movedMs) : movedMs);
    // It may have been started again since.
    const booted = bootedMs !== null && bootedMs < next ? bootedMs : null;
    const killed = { last: own.at(-1) ?? null, movedMs, bootedMs: booted };
    const isKilled = times.endMs === null && !goesOn;
    return {
      times,
      traffic,
      ms: Math.max(0, endedMs - times.startMs),
      part: {
        startedAt: iso(times.startMs),
        endedAt: iso(endedMs),
        ending: goesOn
          ? "in-progress"
          : isKilled
          ? "killed"
          : times.completed
          ? "completed"
          : "stopped",
        reason: isKilled ? whyKilled(killed) : times.reason,
        rows: times.rows,
        requests: traffic.requests,
        latencyMs: traffic.latencyMs,
      },
    };
  });
}

function timesOf(
  parts: readonly KnownPart[],
  state: RunStanding,
  nowMs: number,
): { readonly elapsedMs: number; readonly workedMs: number } {
  const workedMs = parts.reduce((sum, { ms }) => sum + ms, 0);
  const [first] = parts;
  const last = parts.at(-1);
  if (!first || !last) return { elapsedMs: 0, workedMs };
  const end = state === "in-progress" ? nowMs : Date.parse(last.part.endedAt);
  return { elapsedMs: Math.max(workedMs, end - first.times.startMs), workedMs };
}

function addRequests(traffic: readonly PartTraffic[]): { sent: number; retried: number } {
  return {
    sent: traffic.reduce((sum, { requests }) => sum + requests.sent, 0),
    retried: traffic.reduce((sum, { requests }) => sum + requests.retried, 0),
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
