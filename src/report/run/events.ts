/**
 * The lines of a run's `events.jsonl`, read back: a file that a killed process left, that a disk lost the
 * end of, or that somebody edited is read as far as it makes sense. Pure.
 *
 * @module
 */

import type { LatencyPercentiles } from "../../model/latencies.ts";
import { ACTIVITIES, type TimeSpent } from "../../model/time_spent.ts";

/** Something that happened. */
export interface EventFact {
  readonly type: string;
  /** Epoch milliseconds. */
  readonly atMs: number;
  readonly facts: Readonly<Record<string, unknown>>;
}

/** Reads a line; null where it is none. */
export function readEvent(line: string): EventFact | null {
  try {
    const facts = JSON.parse(line);
    const atMs = Date.parse(facts.time);
    return typeof facts.type === "string" && Number.isFinite(atMs)
      ? { type: facts.type, atMs, facts }
      : null;
  } catch {
    return null;
  }
}

/** A number that an event holds; 0 where it doesn't. */
export function numberIn({ facts }: EventFact, name: string): number {
  const value = facts[name];
  return typeof value === "number" && Number.isFinite(value) ? value : 0;
}

/** A text that an event holds; empty where it doesn't. */
export function textIn({ facts }: EventFact, name: string): string {
  const value = facts[name];
  return typeof value === "string" ? value : "";
}

/** Numbers by name that an event holds; none where it doesn't. */
export function countsIn({ facts }: EventFact, name: string): Readonly<Record<string, number>> {
  const value = facts[name];
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, number] =>
      typeof entry[1] === "number" && Number.isFinite(entry[1])
    ),
  );
}

/** Where an event says that time went; null where it doesn't. */
export function timeIn(event: EventFact): TimeSpent | null {
  const found = countsIn(event, "timeMs");
  if (Object.keys(found).length === 0) return null;
  const spent = ACTIVITIES.map((name) => [name, found[name] ?? 0]);
  return Object.fromEntries(spent) as unknown as TimeSpent;
}

/** How long an event says that answers took; null where it doesn't. */
export function latencyIn(event: EventFact): LatencyPercentiles | null {
  const { p50, p95, p99 } = countsIn(event, "latencyMs");
  return p50 === undefined || p95 === undefined || p99 === undefined ? null : { p50, p95, p99 };
}
