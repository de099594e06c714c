/**
 * How a job goes at one moment, gathered from its events: what is done, how fast it went lately, and what
 * it waits for.
 *
 * @module
 */

import type { Confirmation } from "../model/destination.ts";
import type { RowCounts } from "../model/outcome.ts";
import type { RunEvent } from "../model/run_events.ts";

/** Where a job stands. Times are milliseconds of a clock that never goes back. */
export interface ProgressFacts {
  /** True for a job that delivers nothing. */
  readonly isCheck: boolean;
  readonly confirms: Confirmation | undefined;
  /** Rows that have their outcome, earlier parts of a resumed run included. */
  readonly rows: number;
  readonly rejected: number;
  /** Rows by outcome; null for a check, and before the first. */
  readonly counts: RowCounts | null;
  /** Bytes of the source that are done with. */
  readonly offset: number;
  /** Bytes of the source, or null where that is unknown: standard input, compressed files. */
  readonly size: number | null;
  /** Rows a second of late; null where that can't be told yet. */
  readonly rowsPerSecond: number | null;
  /** Time for the bytes that are left, at that pace; null where it can't be told. */
  readonly leftMs: number | null;
  readonly inFlight: number;
  readonly retried: number;
  readonly wait: Wait | null;
}

/** What a run waits for, or is slowed down by. */
export type Wait =
  | { readonly kind: "first-answer" }
  /** No answer came for so long, in milliseconds. */
  | { readonly kind: "answer"; readonly ms: number }
  /** No request starts for so long; `reason` is in words. */
  | { readonly kind: "pause"; readonly ms: number; readonly reason: string }
  /** The API works at so many jobs that it made of requests. */
  | { readonly kind: "api-jobs"; readonly count: number }
  /** Requests come slower than they may. `status` is that of the answer that made them so, if one did. */
  | { readonly kind: "pace"; readonly rowsPerSecond: number; readonly status: number | null };

/** «Of late»: long enough to be calm, short enough to show a change. */
const RECENT_MS = 10_000;

/** Before, a pace is chance. */
const SHORTEST_MS = 2_000;

/** Two marks of the recent past are so far apart, so that there are few. */
const MARK_EVERY_MS = 250;

/** From this share of the limit on, a pace is as good as the limit. */
const WORTH_TELLING = 0.9;

/** From when on it is worth telling that no answer comes. */
const LONG_SILENCE_MS = 5_000;

interface Mark {
  readonly at: number;
  readonly rows: number;
  readonly offset: number;
}

/** A pace below the limit. */
interface Pace {
  readonly rowsPerSecond: number;
  /** True where the limit was exceeded; an answer of `status` said so. */
  readonly isExceeded: boolean;
  status: number | null;
}

type Started = Extract<RunEvent, { kind: "started" }>;
type Settled = Extract<RunEvent, { kind: "settled" }>;

/** Takes events and tells how things stand. Cheap: most events only count. */
export class ProgressGauge {
  #started: Started | null = null;
  #settled: Settled | null = null;
  /** Where the job was within the recent past, the oldest first. */
  #marks: Mark[] = [];
  #inFlight = 0;
  #retried = 0;
  #answers = 0;
  #apiJobs = 0;
  /** When a request went out or an answer came last. */
  #heardAt = 0;
  #pause: { readonly until: number; readonly reason: string } | null = null;
  #pace: Pace | null = null;

  /** Share of the source that is done with, from 0 to 1; null where that is unknown. */
  get share(): number | null {
    const size = this.#started?.size;
    return size ? Math.min(1, this.#offset / size) : null;
  }

  /** Takes note of what happened at `now`. */
  note(event: RunEvent, now: number): void {
    switch (event.kind) {
      case "started":
        this.#started = event;
        this.#marks = [{ at: now, rows: event.rows, offset: event.offset }];
        return;
      case "settled":
        this.#settled = event;
        this.#retried = Math.max(this.#retried, event.retried);
        this.#mark(now);
        return;
      case "sent":
        this.#inFlight++;
        if (this.#inFlight === 1) this.#heardAt = now;
        return;
      case "answered":
        this.#answer(now);
        if (event.outcome === "api-job") this.#apiJobs++;
        return;
      case "api-job":
        this.#apiJobs = Math.max(0, this.#apiJobs - 1);
        return;
      case "retry":
        this.#answer(now);
        this.#retried++;
        this.#blame(event, now);
        return;
      case "pause":
        if (now + event.ms > (this.#pause?.until ?? 0)) {
          this.#pause = { until: now + event.ms, reason: inShort(event.reason) };
        }
        return;
      case "pace":
        this.#pace = event.rowsPerSecond >= WORTH_TELLING * event.limit ? null : {
          rowsPerSecond: event.rowsPerSecond,
          isExceeded: event.cause === "rate-limit" || this.#pace?.isExceeded === true,
          status: this.#pace?.status ?? null,
        };
    }
  }

  /** How things stand at `now`. */
  facts(now: number): ProgressFacts {
    const pace = this.#recent(now);
    const wait = this.#waitAt(now);
    const { size = null, command, confirms } = this.#started ?? {};
    const left = size === null ? null : size - this.#offset;
    const isHeld = wait !== null && wait.kind !== "pace";
    const knowsLeft = left !== null && left > 0 && pace !== null && pace.bytes > 0 && !isHeld;
    return {
      isCheck: command === "validate",
      confirms,
      rows: this.#rows,
      rejected: this.#settled?.rejected ?? 0,
      counts: this.#settled?.counts ?? null,
      offset: this.#offset,
      size,
      rowsPerSecond: pace?.rows ?? null,
      leftMs: knowsLeft ? 1_000 * left / pace.bytes : null,
      inFlight: this.#inFlight,
      retried: this.#retried,
      wait,
    };
  }

  /** Rows with their outcome. */
  get #rows(): number {
    return this.#settled?.rows ?? this.#started?.rows ?? 0;
  }

  /** Bytes that are done with. */
  get #offset(): number {
    return this.#settled?.offset ?? this.#started?.offset ?? 0;
  }

  #answer(now: number): void {
    this.#inFlight = Math.max(0, this.#inFlight - 1);
    this.#answers++;
    this.#heardAt = now;
  }

  /** What comes of an attempt that failed: where no other is under way, nothing goes on till the next. */
  #blame({ reason, status, waitMs }: Extract<RunEvent, { kind: "retry" }>, now: number): void {
    if (waitMs !== null && this.#inFlight === 0 && (this.#pause?.until ?? 0) <= now) {
      this.#pause = { until: now + waitMs, reason: inShort(reason) };
    }
    if (this.#pace?.isExceeded) this.#pace.status ??= status;
  }

  #waitAt(now: number): Wait | null {
    if (this.#pause && this.#pause.until > now) {
      return { kind: "pause", ms: this.#pause.until - now, reason: this.#pause.reason };
    }
    if (this.#inFlight > 0 && this.#answers === 0) return { kind: "first-answer" };
    const silent = now - this.#heardAt;
    if (this.#inFlight > 0 && silent >= LONG_SILENCE_MS) return { kind: "answer", ms: silent };
    if (this.#inFlight === 0 && this.#apiJobs > 0) {
      return { kind: "api-jobs", count: this.#apiJobs };
    }
    if (this.#pace === null) return null;
    const { rowsPerSecond, status } = this.#pace;
    return { kind: "pace", rowsPerSecond, status };
  }

  #mark(now: number): void {
    const last = this.#marks.at(-1);
    if (last && now - last.at < MARK_EVERY_MS && this.#marks.length > 1) return;
    this.#marks.push({ at: now, rows: this.#rows, offset: this.#offset });
    // The last one before the recent past is where it begins.
    while ((this.#marks[1]?.at ?? Infinity) <= now - RECENT_MS) this.#marks.shift();
  }

  /** Rows and bytes a second of late. */
  #recent(now: number): { readonly rows: number; readonly bytes: number } | null {
    const first = this.#marks.findLast(({ at }) => at <= now - RECENT_MS) ?? this.#marks[0];
    if (!first || now - first.at < SHORTEST_MS) return null;
    const seconds = (now - first.at) / 1_000;
    return {
      rows: (this.#rows - first.rows) / seconds,
      bytes: (this.#offset - first.offset) / seconds,
    };
  }
}

/** A reason without an API's own words, which are too long for a line that is redrawn. */
function inShort(reason: string): string {
  return reason.split(/; it said: | \(/, 1)[0] ?? reason;
}
