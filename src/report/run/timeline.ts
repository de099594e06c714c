/**
 * The times of a run by its checkpoint: its parts, and rows by stretches of time. Pure; memory doesn't
 * grow with the number of rows.
 *
 * @module
 */

/** More stretches than this are joined, two by two. */
const MOST_STRETCHES = 400;

/** Rows that got their outcome at one moment. */
export interface SettledRows {
  readonly rows: number;
  /** How many of them were rejected or are unknown. */
  readonly bad: number;
}

/** From a start or resume to a stop or end. */
export interface PartTimes {
  /** Epoch milliseconds. */
  readonly startMs: number;
  /** When it stopped or ended, or null where it did neither. */
  readonly endMs: number | null;
  /** When rows were settled last, or its start. */
  readonly movedMs: number;
  readonly completed: boolean;
  /** Why it stopped. */
  readonly reason: string | null;
  readonly rows: number;
}

/** A stretch of time. */
export interface PaceStretch extends SettledRows {
  readonly startMs: number;
}

/** Takes what a checkpoint tells, in its order. */
export class Timeline {
  readonly #parts: { -readonly [Fact in keyof PartTimes]: PartTimes[Fact] }[] = [];
  #everyMs = 1000;
  #stretches = new Map<number, { rows: number; bad: number }>();

  /** The run is started or resumed; times are epoch milliseconds. */
  begin(ms: number): void {
    this.#parts.push({
      startMs: ms,
      endMs: null,
      movedMs: ms,
      completed: false,
      reason: null,
      rows: 0,
    });
  }

  /** Rows have their outcome; `ms` is null where it isn't known since when. */
  settled(ms: number | null, { rows, bad }: SettledRows): void {
    const part = this.#parts.at(-1);
    if (part) part.rows += rows;
    if (ms === null) return;
    if (part) part.movedMs = Math.max(part.movedMs, ms);
    this.#add(Math.floor(ms / this.#everyMs), { rows, bad });
    if (this.#stretches.size > MOST_STRETCHES) this.#join();
  }

  /** The run stopped for a reason, or (null) is complete. */
  end(ms: number, reason: string | null): void {
    const part = this.#parts.at(-1);
    if (part) Object.assign(part, { endMs: ms, movedMs: ms, completed: reason === null, reason });
  }

  get parts(): readonly PartTimes[] {
    return this.#parts;
  }

  /** How long a stretch is. */
  get everyMs(): number {
    return this.#everyMs;
  }

  /** The stretches in which something was settled, in order. */
  stretches(): PaceStretch[] {
    return [...this.#stretches]
      .map(([index, counts]) => ({ startMs: index * this.#everyMs, ...counts }))
      .sort((a, b) => a.startMs - b.startMs);
  }

  #add(index: number, { rows, bad }: SettledRows): void {
    const stretch = this.#stretches.get(index) ?? { rows: 0, bad: 0 };
    this.#stretches.set(index, { rows: stretch.rows + rows, bad: stretch.bad + bad });
  }

  #join(): void {
    const halves = this.#stretches;
    this.#stretches = new Map();
    this.#everyMs *= 2;
    for (const [index, counts] of halves) this.#add(Math.floor(index / 2), counts);
  }
}
