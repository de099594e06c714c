/**
 * The lines of `events.jsonl`: what happened in a run and when, for whoever asks the next morning why
 * the night took so long. Numbers and reasons, never row values or secrets. Pure but for its clock.
 *
 * @module
 */

import { Latencies, type LatencyPercentiles } from "../model/latencies.ts";
import type { RowCounts } from "../model/outcome.ts";
import { roundedFacts, type RunEvent } from "../model/run_events.ts";
import { ACTIVITIES, type TimeSpent } from "../model/time_spent.ts";

/** How often a run that goes on says where it stands, and where its file is long already. */
const SUMMARY_EVERY_MS = { usually: 60_000, rarely: 600_000 };

/** Names of a line's type where they are not the event's. */
const TYPES: Partial<Record<RunEvent["kind"], string>> = { started: "start" };

/** A line before it is written; `time` is ISO 8601 in UTC. */
export type EventLine =
  & { readonly type: string; readonly time: string }
  & Readonly<Record<string, unknown>>;

/** Makes lines of events. */
export class EventLines {
  readonly #now: () => number;
  #minute = new Minute();
  #summarizedAt: number;
  #counts: RowCounts | null = null;
  /** Where the time of this part of the run went, by now and by the last summary. */
  #timeMs: TimeSpent | null = null;
  #toldMs: TimeSpent | null = null;
  /** True once summaries are to be rare. */
  isLong = false;

  /** @param now wall clock, epoch milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
    this.#summarizedAt = now();
  }

  /** The lines that an event makes, oldest first: mostly none. */
  linesOf(event: RunEvent): readonly EventLine[] {
    const now = this.#now();
    const lines: EventLine[] = [];
    const every = SUMMARY_EVERY_MS[this.isLong ? "rarely" : "usually"];
    if (event.kind === "ended") this.#timeMs = event.traffic?.timeMs ?? this.#timeMs;
    if (now - this.#summarizedAt >= every || event.kind === "ended") {
      lines.push(...this.#summary(now));
    }
    this.#note(event);
    const own = detailsOf(event);
    if (own === null) return lines;
    const time = new Date(now).toISOString();
    lines.push({ type: own.type ?? TYPES[event.kind] ?? event.kind, time, ...own });
    return lines;
  }

  /** What went on since the last summary; nothing where nothing did. */
  #summary(now: number): readonly EventLine[] {
    const minute = this.#minute;
    const forMs = now - this.#summarizedAt;
    this.#summarizedAt = now;
    this.#minute = new Minute();
    if (minute.isEmpty) return [];
    const rows = this.#counts;
    const time = new Date(now).toISOString();
    const timeMs = spentSince(this.#toldMs, this.#timeMs);
    this.#toldMs = this.#timeMs;
    return [{ type: "minute", time, forMs, rows, ...minute.facts(), timeMs }];
  }

  #note(event: RunEvent): void {
    switch (event.kind) {
      case "started":
        this.#summarizedAt = this.#now();
        return;
      case "settled":
        this.#minute.isEmpty = false;
        this.#counts = event.counts;
        this.#timeMs = event.timeMs ?? null;
        return;
      case "answered":
      case "retry":
        this.#minute.answered(event.status, event.ms);
    }
  }
}

/** What went over the wire within a minute. */
class Minute {
  isEmpty = true;
  readonly #statuses = new Map<string, number>();
  readonly #latencies = new Latencies();

  answered(status: number | null, ms: number): void {
    this.isEmpty = false;
    const name = status === null ? "none" : String(status);
    this.#statuses.set(name, (this.#statuses.get(name) ?? 0) + 1);
    if (status !== null) this.#latencies.add(ms);
  }

  facts(): { requests: Record<string, number>; latencyMs: LatencyPercentiles | null } {
    return {
      requests: Object.fromEntries(this.#statuses),
      latencyMs: this.#latencies.percentiles(),
    };
  }
}

/** What the time went to meanwhile, in whole milliseconds. */
function spentSince(before: TimeSpent | null, now: TimeSpent | null): TimeSpent | null {
  if (now === null) return null;
  const spent = ACTIVITIES.map((name) => [
    name,
    Math.round(now[name]) - Math.round(before?.[name] ?? 0),
  ]);
  return Object.fromEntries(spent);
}

/** What an event's own line holds; null for those that only the minute's counts. */
function detailsOf(event: RunEvent): (Record<string, unknown> & { type?: string }) | null {
  switch (event.kind) {
    case "sent":
    case "settled":
      return null;
    case "answered":
    case "api-job": {
      if (event.reason === null) return null;
      const { kind: _kind, ms, ...facts } = event;
      return { ...facts, ms: Math.round(ms) };
    }
    case "started": {
      const { kind: _kind, counts: _counts, resumed, ...facts } = event;
      return { ...facts, ...(resumed ? { type: "resume" } : {}) };
    }
    case "ended": {
      const { stop, durationMs, rows, traffic } = event;
      const { timeMs = null, ...sent } = traffic ?? {};
      return {
        type: stop ? "stop" : "end",
        ...(stop && { reason: stop.reason, code: stop.code }),
        rows,
        durationMs: Math.round(durationMs),
        ...sent,
        timeMs: spentSince(null, timeMs),
      };
    }
    default:
      return roundedFacts(event);
  }
}
