/**
 * The server's numbers, as Prometheus reads them (its text format 0.0.4). Only this file knows the
 * library.
 *
 * @module
 */

import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { RowCounts } from "../model/outcome.ts";
import type { Observer } from "../model/run_events.ts";
import type { Answered } from "./answer.ts";
import type { GateWatch } from "./gate.ts";

/** Numbers that are asked for when they are read. */
export interface Standings {
  /** Imports that wait, and that run. */
  jobs(): { readonly waiting: number; readonly running: number };
  /** Age of the oldest import that has not ended, in seconds; 0 where there is none. */
  oldestJobSeconds(): number;
}

/** Takes in what happens and tells it in numbers. */
export interface Metrics {
  readonly contentType: string;
  text(): Promise<string>;
  /** Watches one run, or one part of it. */
  observer(): Observer;
  onAnswered(answered: Answered): void;
  readonly gate: GateWatch;
  readStandings(standings: Standings): void;
}

const OUTCOMES = ["accepted", "filtered", "rejected", "unknown"] as const;

/** Seconds; what this server answers from memory, and what an API takes that is far. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** Numbers that all begin with 0. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    observer: runNumbers(registers),
    onAnswered: requestNumbers(registers),
    gate: connectionNumbers(registers),
    readStandings: (standings) => standingNumbers(registers, standings),
  };
}

/** What runs do: each observer is for one run, or one part of it. */
function runNumbers(registers: Registry[]): () => Observer {
  const rows = new Counter({
    name: "rowferry_rows_total",
    help: "Rows that have their outcome.",
    labelNames: ["destination", "outcome"],
    registers,
  });
  const requests = new Counter({
    name: "rowferry_api_requests_total",
    help: "Requests to APIs by the status of the answer; none where no answer came.",
    labelNames: ["destination", "status"],
    registers,
  });
  const seconds = new Histogram({
    name: "rowferry_api_request_duration_seconds",
    help: "Time until an API answered.",
    labelNames: ["destination"],
    buckets: BUCKETS,
    registers,
  });
  return () => {
    let destination = "";
    let before: RowCounts | null = null;
    return (event) => {
      if (event.kind === "started") {
        destination = event.destination;
        // Rows of earlier parts were counted then, if this process was there.
        before = event.counts ?? null;
      }
      if (event.kind === "answered" || event.kind === "retry") {
        requests.inc({ destination, status: event.status ?? "none" });
        seconds.observe({ destination }, event.ms / 1000);
      }
      if (event.kind !== "settled" || !event.counts) return;
      for (const outcome of OUTCOMES) {
        const more = event.counts[outcome] - (before?.[outcome] ?? 0);
        if (more > 0) rows.inc({ destination, outcome }, more);
      }
      before = event.counts;
    };
  };
}

/** What clients ask. */
function requestNumbers(registers: Registry[]): Metrics["onAnswered"] {
  const requests = new Counter({
    name: "rowferry_http_requests_total",
    help: "Requests that the server answered.",
    labelNames: ["method", "route", "status"],
    registers,
  });
  const seconds = new Histogram({
    name: "rowferry_http_request_duration_seconds",
    help: "Time until the server answered.",
    labelNames: ["route"],
    buckets: BUCKETS,
    registers,
  });
  return ({ method, route, status, ms }) => {
    requests.inc({ method, route, status });
    seconds.observe({ route }, ms / 1000);
  };
}

/** How clients are connected. */
function connectionNumbers(registers: Registry[]): GateWatch {
  const connections = new Gauge({
    name: "rowferry_http_connections",
    help: "Connections that are open.",
    registers,
  });
  const dropped = new Counter({
    name: "rowferry_http_connections_dropped_total",
    help: "Connections that the server ended, by reason.",
    labelNames: ["reason"],
    registers,
  });
  return {
    open: (count) => connections.set(count),
    dropped: (reason) => dropped.inc({ reason }),
  };
}

/** How many imports there are, and for how long. */
function standingNumbers(registers: Registry[], { jobs, oldestJobSeconds }: Standings): void {
  new Gauge({
    name: "rowferry_jobs",
    help: "Imports that have not ended.",
    labelNames: ["state"],
    registers,
    collect() {
      const { waiting, running } = jobs();
      this.set({ state: "waiting" }, waiting);
      this.set({ state: "running" }, running);
    },
  });
  new Gauge({
    name: "rowferry_oldest_job_age_seconds",
    help: "Age of the oldest import that has not ended; 0 where all have.",
    registers,
    collect() {
      this.set(oldestJobSeconds());
    },
  });
}
