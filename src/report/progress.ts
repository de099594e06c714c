/**
 * Live progress on standard error: a line that is redrawn at a terminal, a plain line now and then
 * where there is none.
 *
 * @module
 */

import type { Io } from "../io.ts";
import type { Observer } from "../model/run_events.ts";
import { formatDuration, formatPercent, formatRate } from "./format.ts";
import type { StatusLine } from "./status_line.ts";
import { formatCount, plural } from "../text/words.ts";

/** Where a run stands. */
export interface ProgressState {
  /** Rows that have their outcome, earlier parts of a resumed run included. */
  readonly rows: number;
  /** How many of them were rejected. */
  readonly rejected: number;
  /** Bytes of the source that are done with. */
  readonly offset: number;
  /** Bytes of the source, or null where that is unknown: standard input, compressed files. */
  readonly size: number | null;
  readonly inFlight: number;
  readonly retried: number;
}

/** Where this part of the run began: what earlier parts did took no time of this one. */
export type ProgressBegin = Pick<ProgressState, "rows" | "offset">;

/** `live` redraws a line, `plain` adds lines. */
export type ProgressMode = "live" | "plain" | "off";

/** Milliseconds between two drawings. */
const INTERVAL_MS: Record<Exclude<ProgressMode, "off">, number> = { live: 100, plain: 10_000 };

/** How progress is shown: without a terminal only to those who asked for more with `--verbose`. */
export function progressMode(
  options: { readonly isTerminal: boolean; readonly verbose: boolean; readonly off: boolean },
): ProgressMode {
  if (options.off) return "off";
  if (options.isTerminal) return "live";
  return options.verbose ? "plain" : "off";
}

/** Shows a run's progress, no more often than eyes and logs can take. */
export class Progress {
  readonly #line: StatusLine;
  readonly #io: Pick<Io, "monotonic" | "startTimer">;
  readonly #graceMs: number;
  readonly #mode: ProgressMode;
  #startMs: number;
  #begin: ProgressBegin = { rows: 0, offset: 0 };
  #size: number | null = null;
  #drawnMs: number;
  /** What is waited for before the end, until when, by the clock; null while the run goes on. */
  #stopping: { inFlight: number; readonly endsMs: number } | null = null;
  #stopTimer = () => {};
  /** What was not drawn yet. */
  #latest: ProgressState | null = null;

  /** @param graceMs How long a stopped run waits for requests in flight, in milliseconds. */
  constructor(
    line: StatusLine,
    mode: ProgressMode,
    io: Pick<Io, "monotonic" | "startTimer">,
    graceMs: number,
  ) {
    this.#line = line;
    this.#mode = mode;
    this.#io = io;
    this.#graceMs = graceMs;
    this.#startMs = io.monotonic();
    // A job that is over at once shows no progress.
    this.#drawnMs = this.#startMs;
  }

  /** Takes note of what happens; cheap when nothing is to be drawn. */
  readonly observe: Observer = (event) => {
    if (event.kind === "started") {
      this.#begin = { rows: event.rows, offset: event.offset };
      this.#size = event.size;
      this.#startMs = this.#drawnMs = this.#io.monotonic();
    } else if (event.kind === "settled") {
      const { rows, rejected, offset, inFlight, retried } = event;
      if (this.#stopping) this.#stopping.inFlight = inFlight;
      else this.#update({ rows, rejected, offset, size: this.#size, inFlight, retried });
    } else if (event.kind === "stopping" && event.cause === "signal" && event.inFlight > 0) {
      const { inFlight } = event;
      this.#stopping = { inFlight, endsMs: this.#io.monotonic() + this.#graceMs };
      if (this.#mode === "live") this.#countDown(this.#stopping);
    }
  };

  /** Shows every second how long the requests in flight may still take. */
  #countDown(stopping: { readonly inFlight: number; readonly endsMs: number }): void {
    const left = Math.ceil((stopping.endsMs - this.#io.monotonic()) / 1_000);
    const requests = plural(stopping.inFlight, "request");
    this.#line.status(left > 0 ? `Waits for ${requests} in flight · ${left} s left` : "Giving up");
    if (left > 0) {
      this.#stopTimer = this.#io.startTimer(1_000, () => this.#countDown(stopping));
    }
  }

  #update(state: ProgressState): void {
    if (this.#mode === "off") return;
    this.#latest = state;
    const now = this.#io.monotonic();
    if (now - this.#drawnMs >= INTERVAL_MS[this.#mode]) this.#draw(state, now);
  }

  /** Takes the live line away, to make room for the summary; ends plain lines with the last state. */
  finish(): void {
    this.#stopTimer();
    if (this.#mode === "live") this.#line.status("");
    else if (this.#latest) this.#draw(this.#latest, this.#io.monotonic());
  }

  #draw(state: ProgressState, now: number): void {
    this.#drawnMs = now;
    this.#latest = null;
    const text = progressText(state, this.#begin, now - this.#startMs);
    if (this.#mode === "live") this.#line.status(fit(text, this.#line.columns));
    else this.#line.write(`${text}\n`);
  }
}

/** The progress as one line; `begin` is where it began `elapsedMs` ago. */
export function progressText(
  state: ProgressState,
  begin: ProgressBegin,
  elapsedMs: number,
): string {
  const parts = [`${formatCount(state.rows)} rows`];
  if (state.size !== null) parts.push(formatPercent(state.offset, state.size));
  parts.push(formatRate((state.rows - begin.rows) / (elapsedMs / 1000)));
  const left = remainingMs(state, begin, elapsedMs);
  if (left !== null) parts.push(`${formatDuration(left)} left`);
  if (state.inFlight > 0) parts.push(`${formatCount(state.inFlight)} in flight`);
  if (state.retried > 0) parts.push(`${formatCount(state.retried)} retried`);
  if (state.rejected > 0) parts.push(`${formatCount(state.rejected)} rejected`);
  return parts.join(" · ");
}

/** Time for the bytes that are left at the pace so far, in whole seconds; null where unknown. */
function remainingMs(state: ProgressState, begin: ProgressBegin, elapsedMs: number): number | null {
  const done = state.offset - begin.offset;
  if (state.size === null || done <= 0) return null;
  const left = Math.max(state.size - state.offset, 0);
  return Math.ceil(elapsedMs * left / done / 1000) * 1000;
}

/** A line that is as wide as the terminal would wrap, and could not be erased. */
function fit(text: string, columns: number): string {
  return text.length < columns ? text : `${text.slice(0, Math.max(columns - 2, 0))}…`;
}
