/**
 * What went over the wire in a run and where its time went, added up from its events: pure.
 *
 * @module
 */

import type { LatencyPercentiles } from "../../model/latencies.ts";
import { ACTIVITIES, type TimeSpent } from "../../model/time_spent.ts";
import { countsIn, type EventFact, latencyIn, numberIn, textIn, timeIn } from "./events.ts";
import type { LatencyPoint, RequestTrouble } from "./model.ts";

/** What one part of a run did. */
export interface PartTraffic {
  readonly requests: { readonly sent: number; readonly retried: number };
  readonly bytesSent: number;
  readonly latencyMs: LatencyPercentiles | null;
  /** Null where nothing was recorded. */
  readonly timeMs: TimeSpent | null;
  readonly filteredBy: Readonly<Record<string, number>>;
}

/** Adds up the events of one part; of one that was killed, its minutes tell the most. */
export function trafficOf(events: readonly EventFact[]): PartTraffic {
  const end = events.findLast(({ type }) => type === "stop" || type === "end");
  const counted = end && countsIn(end, "requests");
  const minutes = events.filter(({ type }) => type === "minute");
  const inMinutes = Object.values(answersOf(events)).reduce((sum, count) => sum + count, 0);
  return {
    requests: {
      sent: counted?.sent ?? inMinutes,
      retried: counted?.retried ?? events.filter(({ type }) => type === "retry").length,
    },
    bytesSent: end ? numberIn(end, "bytesSent") : 0,
    latencyMs: end ? latencyIn(end) : null,
    timeMs: (end && timeIn(end)) ?? addTimes(minutes.flatMap((minute) => timeIn(minute) ?? [])),
    filteredBy: end ? countsIn(end, "filteredBy") : {},
  };
}

/** Attempts by the status of their answer. */
export function answersOf(events: readonly EventFact[]): Record<string, number> {
  return addCounts(
    events.filter(({ type }) => type === "minute").map((minute) => countsIn(minute, "requests")),
  );
}

/** Counts by name, added up. */
export function addCounts(
  counts: readonly Readonly<Record<string, number>>[],
): Record<string, number> {
  const sums = new Map<string, number>();
  for (const each of counts) {
    for (const [name, count] of Object.entries(each)) {
      sums.set(name, (sums.get(name) ?? 0) + count);
    }
  }
  return Object.fromEntries(sums);
}

/** Times, added up; null where there are none. */
export function addTimes(times: readonly TimeSpent[]): TimeSpent | null {
  if (times.length === 0) return null;
  const sums = ACTIVITIES.map((name) => [
    name,
    times.reduce((sum, time) => sum + time[name], 0),
  ]);
  return Object.fromEntries(sums);
}

/** How long answers took, summary by summary. */
export function latencyPoints(events: readonly EventFact[]): LatencyPoint[] {
  return events.filter(({ type }) => type === "minute").flatMap((minute) => {
    const latency = latencyIn(minute);
    return latency ? [{ at: new Date(minute.atMs).toISOString(), ...latency }] : [];
  });
}

/** Reasons that are told apart. */
const MOST_REASONS = 20;

/** Why attempts failed, the most frequent reason first. What a stop gave up didn't fail. */
export function troublesOf(events: readonly EventFact[]): RequestTrouble[] {
  return byReason(
    events.filter((event) =>
      ["retry", "answered", "login"].includes(event.type) &&
      !textIn(event, "reason").startsWith("stopped ")
    ),
  );
}

/** Why the API had to be left alone, because it asked for that. */
export function pausesOf(events: readonly EventFact[]): RequestTrouble[] {
  return byReason(
    events.filter((event) => event.type === "pause" && textIn(event, "cause") !== "outage"),
  );
}

function byReason(events: readonly EventFact[]): RequestTrouble[] {
  const groups = new Map<string, { times: number; firstMs: number; lastMs: number }>();
  for (const event of events) {
    const reason = textIn(event, "reason");
    if (reason === "") continue;
    const name = groups.has(reason) || groups.size < MOST_REASONS ? reason : "for other reasons";
    const known = groups.get(name);
    groups.set(name, {
      times: (known?.times ?? 0) + 1,
      firstMs: known?.firstMs ?? event.atMs,
      lastMs: event.atMs,
    });
  }
  return [...groups]
    .map(([reason, { times, firstMs, lastMs }]) => ({
      reason,
      times,
      firstAt: new Date(firstMs).toISOString(),
      lastAt: new Date(lastMs).toISOString(),
    }))
    .sort((a, b) => b.times - a.times);
}
