/**
 * Axes of charts: places of times and numbers in a picture. Pure.
 *
 * @module
 */

import { formatClock } from "../../format.ts";
import type { RunPart } from "../model.ts";

/** A mark on an axis, `at` so many pixels from its beginning. */
export interface Tick {
  readonly at: number;
  readonly label: string;
}

/** A stretch in which nobody worked on the run. */
export interface Gap {
  readonly fromMs: number;
  readonly toMs: number;
  readonly from: number;
  readonly to: number;
}

/** A gap is drawn as long as it was up to this share of the time that the run worked. */
const LONGEST_GAP = 0.06;

/** Steps between marks, in milliseconds: from a second to a day. */
const TIME_STEPS = [1, 5, 15, 30, 60, 300, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400]
  .map((seconds) => seconds * 1000);

/** Places of times; long gaps between the parts of a run are drawn short. */
export class TimeAxis {
  readonly gaps: readonly Gap[];
  readonly #pieces: readonly { fromMs: number; toMs: number; from: number; to: number }[];

  /** @param width of the axis in pixels. */
  constructor(parts: readonly RunPart[], readonly width: number) {
    const spans = parts.map(({ startedAt, endedAt }) => {
      const fromMs = Date.parse(startedAt);
      return { fromMs, toMs: Math.max(Date.parse(endedAt), fromMs + 1) };
    });
    const worked = spans.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
    const gapMs = (index: number) =>
      Math.max(0, (spans[index + 1]?.fromMs ?? 0) - (spans[index]?.toMs ?? 0));
    const drawn = spans.slice(1).map((_, index) => Math.min(gapMs(index), worked * LONGEST_GAP));
    const scale = width / (worked + drawn.reduce((sum, ms) => sum + ms, 0));
    const gaps: Gap[] = [];
    let from = 0;
    this.#pieces = spans.map(({ fromMs, toMs }, index) => {
      const piece = { fromMs, toMs, from, to: from + (toMs - fromMs) * scale };
      from = piece.to + (drawn[index] ?? 0) * scale;
      const next = spans[index + 1];
      if (next) gaps.push({ fromMs: toMs, toMs: next.fromMs, from: piece.to, to: from });
      return piece;
    });
    this.gaps = gaps;
  }

  /** Where a time is, in pixels from the left. */
  at(ms: number): number {
    const piece = this.#pieces.findLast(({ fromMs }) => fromMs <= ms) ?? this.#pieces[0];
    if (!piece) return 0;
    const share = (ms - piece.fromMs) / (piece.toMs - piece.fromMs);
    return piece.from + Math.min(1, Math.max(0, share)) * (piece.to - piece.from);
  }

  /** Round times, as many as have room. */
  ticks(most: number): Tick[] {
    const worked = this.#pieces.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
    const stepMs = TIME_STEPS.find((step) => worked / step <= most) ?? worked / most;
    const room = this.width / most * 0.7;
    const ticks: Tick[] = [];
    for (const { fromMs, toMs } of this.#pieces) {
      const zone = new Date(fromMs).getTimezoneOffset() * 60_000;
      const first = Math.ceil((fromMs - zone) / stepMs) * stepMs + zone;
      for (let ms = first; ms <= toMs; ms += stepMs) {
        const at = this.at(ms);
        if (at - (ticks.at(-1)?.at ?? -Infinity) < room) continue;
        ticks.push({ at, label: formatClock(ms).slice(0, stepMs < 60_000 ? 8 : 5) });
      }
    }
    return ticks;
  }
}

/** The next round length of time that is not smaller, in milliseconds. */
export function roundUpTime(ms: number): number {
  if (ms <= 10_000) return roundUp(ms);
  const seconds = [10, 20, 30, 60, 120, 240, 300, 600, 1200, 1800, 3600, 7200];
  return (seconds.find((step) => step * 1000 >= ms) ?? roundUp(ms / 3_600_000) * 3600) * 1000;
}

/** The next round number that is not smaller: 1, 2 or 5 of a power of ten. */
export function roundUp(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 2.5, 5, 10].find((factor) => factor * power >= value * 0.999) ?? 10;
  return step * power;
}
