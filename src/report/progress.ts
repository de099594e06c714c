/**
 * Live progress on standard error: a line that is redrawn at a terminal, a line of the log now and then
 * where there is none.
 *
 * @module
 */

import type { Io } from "../io.ts";
import type { Observer } from "../model/run_events.ts";
import { plural } from "../text/words.ts";
import { type ProgressFacts, ProgressGauge } from "./progress_facts.ts";
import { fit, progressText } from "./progress_text.ts";
import type { StatusLine } from "./status_line.ts";

/** `live` redraws a line, `log` adds lines. */
export type ProgressMode = "live" | "log" | "off";

/** How progress is shown. A line can't be redrawn at a dumb terminal, nor between lines for programs. */
export function progressMode(
  options: {
    readonly isTerminal: boolean;
    readonly format: "text" | "json";
    readonly off: boolean;
  },
): ProgressMode {
  if (options.off) return "off";
  return options.isTerminal && options.format === "text" ? "live" : "log";
}

/** Milliseconds between two drawings of the line: what changes faster can't be read. */
const REDRAW_MS = 250;

/** The line tells of waits, too, in which nothing happens: it is looked at so often. */
const TICK_MS = 1_000;

/** Milliseconds between two lines of the log. */
const LOG_EVERY_MS = 10_000;

/** Of what is over sooner, the summary is enough. */
const SHORTEST_LOG_MS = 1_000;

/** Shows a run's progress, no more often than eyes and logs can take. */
export class Progress {
  readonly #line: StatusLine;
  readonly #io: Pick<Io, "monotonic" | "startTimer">;
  readonly #graceMs: number;
  readonly #mode: ProgressMode;
  readonly #log: (text: string, facts: ProgressFacts) => void;
  readonly #gauge = new ProgressGauge();
  #shownMs: number;
  #quarters = 0;
  /** What is waited for before the end, until when, by the clock; null while the run goes on. */
  #stopping: { inFlight: number; readonly endsMs: number } | null = null;
  #stopTimer = () => {};

  /**
   * @param graceMs How long a stopped run waits for requests in flight, in milliseconds.
   * @param log Writes a line of the log.
   */
  constructor(
    line: StatusLine,
    mode: ProgressMode,
    io: Pick<Io, "monotonic" | "startTimer">,
    graceMs: number,
    log: (text: string, facts: ProgressFacts) => void,
  ) {
    this.#line = line;
    this.#mode = mode;
    this.#io = io;
    this.#graceMs = graceMs;
    this.#log = log;
    // A job that is over at once shows no progress.
    this.#shownMs = io.monotonic();
  }

  /** Takes note of what happens; cheap when nothing is to be shown. */
  readonly observe: Observer = (event) => {
    if (this.#mode === "off") return;
    const now = this.#io.monotonic();
    this.#gauge.note(event, now);
    if (event.kind === "started") {
      this.#shownMs = now;
      this.#quarters = this.#quartersDone();
      this.#tick();
    } else if (event.kind === "settled") {
      if (this.#stopping) this.#stopping.inFlight = event.inFlight;
      else this.#show(now);
    } else if (event.kind === "retry") {
      this.#show(now);
    } else if (event.kind === "stopping" && event.cause === "signal" && event.inFlight > 0) {
      this.#stopping = { inFlight: event.inFlight, endsMs: now + this.#graceMs };
      this.#stopTimer();
      if (this.#mode === "live") this.#countDown(this.#stopping);
    }
  };

  /** Takes the live line away, to make room for the summary. */
  finish(): void {
    this.#stopTimer();
    if (this.#mode === "live") this.#line.status("");
  }

  /** Shows every second how long the requests in flight may still take. */
  #countDown(stopping: { readonly inFlight: number; readonly endsMs: number }): void {
    const left = Math.ceil((stopping.endsMs - this.#io.monotonic()) / 1_000);
    const requests = plural(stopping.inFlight, "request");
    this.#draw(left > 0 ? `Waits for ${requests} in flight · ${left} s left` : "Giving up");
    if (left > 0) {
      this.#stopTimer = this.#io.startTimer(1_000, () => this.#countDown(stopping));
    }
  }

  #tick(): void {
    this.#stopTimer();
    this.#stopTimer = this.#io.startTimer(TICK_MS, () => {
      this.#show(this.#io.monotonic());
      this.#tick();
    });
  }

  #show(now: number): void {
    const sinceMs = now - this.#shownMs;
    if (this.#mode === "live") {
      if (sinceMs < REDRAW_MS) return;
      this.#draw(progressText(this.#gauge.facts(now), this.#line.columns - 1));
    } else {
      const quarters = this.#quartersDone();
      const isQuarter = quarters > this.#quarters && sinceMs >= SHORTEST_LOG_MS;
      if (sinceMs < LOG_EVERY_MS && !isQuarter) return;
      this.#quarters = quarters;
      const facts = this.#gauge.facts(now);
      this.#log(progressText(facts), facts);
    }
    this.#shownMs = now;
  }

  #quartersDone(): number {
    return Math.floor(4 * (this.#gauge.share ?? 0));
  }

  /** A line as wide as the terminal would wrap, and could not be erased. */
  #draw(text: string): void {
    this.#line.status(fit(text, this.#line.columns - 1));
  }
}
