/**
 * What happens in a run, as a stream of events: numbers and reasons, never bodies, values or secrets.
 * Whoever wants to know observes it; nothing in a job knows who does.
 *
 * @module
 */

import type { Confirmation, DropsRepeats } from "./destination.ts";
import type { LatencyPercentiles } from "./latencies.ts";
import type { RequestCounts, RowCounts } from "./outcome.ts";
import type { Stop } from "./stop.ts";
import type { TimeSpent } from "./time_spent.ts";

/** Something that happened. Times are milliseconds; `attempt` starts at 1. */
export type RunEvent =
  | {
    /** A job takes a source in hand. */
    readonly kind: "started";
    readonly command: "import" | "resume" | "send" | "validate";
    /** For messages. */
    readonly source: string;
    readonly destination: string;
    /** In words, the destination included. */
    readonly target: string;
    /** Null for what is not recorded. */
    readonly runId: string | null;
    /** True when an earlier part of the run went before. */
    readonly resumed: boolean;
    /** Rows that earlier parts settled. */
    readonly rows: number;
    /** Them by outcome; left out by a job that delivers nothing. */
    readonly counts?: RowCounts | undefined;
    /** Bytes of the source that earlier parts are done with. */
    readonly offset: number;
    /** Bytes of the source, or null where that is unknown. */
    readonly size: number | null;
    /** What the API's acceptance is worth, where that is known. */
    readonly confirms?: Confirmation | undefined;
  }
  | {
    /** A resumed run found out how it ended before. */
    readonly kind: "recovered";
    /** True when it did so without a word: its process was killed, say, or its disk gone. */
    readonly hasDied: boolean;
    /** Requests whose answers it waited for then, as far as they were written down. */
    readonly requests: number;
    /** Their rows. */
    readonly rows: number;
    /**
     * What becomes of those rows: they are sent as any others, in the same requests, or not; or the
     * API is asked for the job that it made of them.
     */
    readonly fate: "again" | "same-request" | "unknown" | "api-job";
  }
  | {
    /** A run of the same source to another target is unfinished, and is left as it is. */
    readonly kind: "unfinished-elsewhere";
    readonly source: string;
    /** In words. */
    readonly target: string;
    readonly folder: string;
  }
  | {
    /** Nobody said where the rows go, and only one destination has settings. */
    readonly kind: "inferred";
    readonly destination: string;
    /** Those that are set. */
    readonly variables: readonly string[];
    /** Where they stand: `.env`, or `the environment`. */
    readonly origin: string;
  }
  | {
    /** A request goes out. */
    readonly kind: "sent";
    readonly request: number;
    readonly attempt: number;
    readonly rows: number;
    readonly bytes: number;
  }
  | {
    /** An attempt ended, and no other of the same request follows by itself. */
    readonly kind: "answered";
    readonly request: number;
    readonly attempt: number;
    readonly rows: number;
    /** Null when no answer came. */
    readonly status: number | null;
    readonly ms: number;
    /** What the answer means: a verdict's kind, or `no-answer`. */
    readonly outcome: string;
    /** Why it was not accepted, or null. */
    readonly reason: string | null;
  }
  | {
    /** An attempt failed in a way that another one may mend. */
    readonly kind: "retry";
    readonly request: number;
    readonly attempt: number;
    readonly rows: number;
    /** Null when no answer came. */
    readonly status: number | null;
    readonly ms: number;
    readonly reason: string;
    /** The wait before the next attempt, or null when there is none. */
    readonly waitMs: number | null;
  }
  | {
    /** No request starts for a while, whoever's turn it is. */
    readonly kind: "pause";
    /** The API asked for it, said that its rate limit is exceeded, or is down. */
    readonly cause: "asked" | "rate-limit" | "outage";
    /** What it answered, or that it didn't. */
    readonly reason: string;
    readonly ms: number;
  }
  | {
    /** Requests come slower or faster from now on. */
    readonly kind: "pace";
    /** The API's limit was exceeded, or so much of it is used or free. */
    readonly cause: "rate-limit" | "quota";
    /** Rows a second that are aimed at. */
    readonly rowsPerSecond: number;
    /** Rows a second that may be aimed at, as long as the API is content. */
    readonly limit: number;
  }
  | {
    /** A job that the API made of a request is asked for no more. */
    readonly kind: "api-job";
    readonly rows: number;
    readonly questions: number;
    readonly ms: number;
    /** What its end means: a verdict's kind, or `lost`. */
    readonly outcome: string;
    /** Why not all of it was accepted, or null. */
    readonly reason: string | null;
  }
  | {
    readonly kind: "login";
    readonly attempt: number;
    readonly status: number | null;
    /** Why it has to be repeated, or null. */
    readonly reason: string | null;
    readonly waitMs: number | null;
  }
  | {
    /** A refused request goes on in smaller ones. */
    readonly kind: "split";
    readonly rows: number;
    readonly into: "halves" | "single rows";
  }
  | {
    /** Rows have their outcome, and it is recorded. */
    readonly kind: "settled";
    /** Rows with an outcome so far, earlier parts of the run included. */
    readonly rows: number;
    /** How many of them were rejected. */
    readonly rejected: number;
    /** Them by outcome; null for a job that delivers nothing. */
    readonly counts: RowCounts | null;
    /** Bytes of the source that are done with. */
    readonly offset: number;
    /** Requests that are waiting for their answer. */
    readonly inFlight: number;
    /** Attempts that repeated an earlier one. */
    readonly retried: number;
    /** Where the time of this part of the run went so far. */
    readonly timeMs?: TimeSpent | null;
  }
  | {
    /** Outcomes took long to be recorded, and no request could follow. */
    readonly kind: "disk-wait";
    readonly ms: number;
  }
  | {
    /** The file grew while it was read. */
    readonly kind: "grown";
    /** Bytes at its end that the run did not send. */
    readonly bytes: number;
    /** The row that was still being written and is among them; null where none is known to be. */
    readonly halfRow: number | null;
  }
  | {
    /** No request starts any more; those in flight are waited for. */
    readonly kind: "stopping";
    readonly cause: "signal" | "trouble";
    readonly inFlight: number;
    /** Rows of the requests in flight. */
    readonly rowsInFlight: number;
    /** What the API drops when it is sent again: what it costs to give those requests up. */
    readonly dropsRepeats: DropsRepeats;
  }
  | {
    /** An error inside the program ends the run, which records no stop. */
    readonly kind: "failed";
  }
  | {
    /** Nothing follows. */
    readonly kind: "ended";
    /** Why before the end of the source; null when it was reached. */
    readonly stop: Stop | null;
    /** Null for a job that delivers nothing. */
    readonly rows: RowCounts | null;
    readonly durationMs: number;
    /** Absent where nothing is delivered. */
    readonly traffic?: Traffic;
  };

/** What went over the wire in one part of a run. */
export interface Traffic {
  readonly requests: RequestCounts;
  /** Bytes of request bodies, each attempt counted. */
  readonly bytesSent: number;
  readonly latencyMs: LatencyPercentiles | null;
  readonly timeMs: TimeSpent | null;
  /** Rows by the rule that left them out. */
  readonly filteredBy: Readonly<Record<string, number>>;
}

/** Takes events as they come. Cheap, and never throws. */
export type Observer = (event: RunEvent) => void;

/** What an event tells beside its kind, numbers to a tenth: for whoever reads it. */
export function roundedFacts({ kind: _kind, ...facts }: RunEvent): Record<string, unknown> {
  const rounded = Object.entries(facts).map(([name, value]) =>
    typeof value === "number" ? [name, Math.round(value * 10) / 10] : [name, value]
  );
  return Object.fromEntries(rounded);
}
