/**
 * What the charts of a run have in common: their frame, and what happened meanwhile. SVG as text.
 *
 * @module
 */

import { formatDuration } from "../../format.ts";
import type { RunMoment, RunReport } from "../model.ts";
import type { TimeAxis } from "./axis.ts";
import { html, type Markup } from "./markup.ts";

/** How large a chart is, in pixels; one is drawn for desks, one for phones. */
export interface ChartSize {
  readonly name: "wide" | "narrow";
  readonly width: number;
  readonly height: number;
  /** Marks of time at most. */
  readonly ticks: number;
}

/** Both are in the page; which is seen is a matter of its width. */
export const SIZES: readonly ChartSize[] = [
  { name: "wide", width: 880, height: 260, ticks: 8 },
  { name: "narrow", width: 340, height: 220, ticks: 4 },
];

/** Room around what is drawn. */
export const MARGIN = { left: 68, right: 18, top: 34, bottom: 24 };

/** Moments that are numbered, in charts and in the list. */
export function numberedMoments(report: RunReport): readonly RunMoment[] {
  return report.moments.filter(({ kind }) => kind !== "start" && kind !== "end");
}

/** Rounds for SVG. */
export function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** A chart in both sizes, with what it says for those who don't see it. */
export function figure(
  { id, title, description, draw }: {
    readonly id: string;
    readonly title: string;
    readonly description: string;
    readonly draw: (size: ChartSize) => Markup;
  },
): Markup {
  return html`${
    SIZES.map((size) =>
      html`
        <svg class="chart ${size.name}" viewBox="0 0 ${size.width} ${size.height}" role="img"
          aria-labelledby="${id}-${size.name}-t ${id}-${size.name}-d">
        <title id="${id}-${size.name}-t">${title}</title>
        <desc id="${id}-${size.name}-d">${description}</desc>
        ${draw(size)}</svg>
      `
    )
  }`;
}

/** The frame: lines for a few values, round times, and the line on which everything stands. */
export function frame(
  size: ChartSize,
  axis: TimeAxis,
  top: number,
  label: (value: number) => string,
): Markup {
  const { left, bottom } = MARGIN;
  const base = size.height - bottom;
  const height = base - MARGIN.top;
  const lines = [0, 0.5, 1].map((share) => {
    const y = px(base - share * height);
    return html`
      <line class="grid" x1="${left}" x2="${size.width - MARGIN.right}" y1="${y}" y2="${y}" />
      <text class="label" x="${left - 6}" y="${y}" dy="0.35em" text-anchor="end">${label(
        share * top,
      )}</text>
    `;
  });
  const times = axis.ticks(size.ticks).map(({ at, label }) => {
    const x = px(left + at);
    return html`
      <line class="grid" x1="${x}" x2="${x}" y1="${base}" y2="${base + 4}" />
      <text class="label" x="${x}" y="${base + 16}" text-anchor="middle">${label}</text>
    `;
  });
  return html`${lines}${times}`;
}

/** Pauses, gaps between the parts, and the numbers of what happened. */
export function happenings(
  size: ChartSize,
  axis: TimeAxis,
  moments: readonly RunMoment[],
): Markup {
  const base = size.height - MARGIN.bottom;
  const x = (ms: number) => MARGIN.left + axis.at(ms);
  const { top } = MARGIN;
  const height = base - top;
  const gaps = axis.gaps.map((gap) => {
    const [from, to] = [MARGIN.left + gap.from, MARGIN.left + gap.to];
    const label = to - from < 12 ? null : html`
      <text class="label halo" text-anchor="middle"
        transform="translate(${px((from + to) / 2)} ${px(top + height / 2)}) rotate(-90)"
        dy="0.35em">stood still ${formatDuration(gap.toMs - gap.fromMs)}</text>
    `;
    return html`
      <rect fill="url(#gap)" x="${px(from)}" width="${px(Math.max(2, to - from))}"
        y="${top}" height="${px(height)}" />${label}
    `;
  });
  const pauses = moments.filter(({ ms }) => ms > 0).map(({ at, ms }) => {
    const from = x(Date.parse(at));
    const width = Math.max(3, x(Date.parse(at) + ms) - from);
    return html`
      <rect fill="url(#pause)" x="${px(from)}" width="${px(width)}" y="${top}"
        height="${px(height)}" />
    `;
  });
  return html`${gaps}${pauses}${marks(size, (moment) => x(Date.parse(moment.at)), moments)}`;
}

/** Numbers above the chart, with a line down; where they would cover each other, the first stands. */
function marks(
  size: ChartSize,
  place: (moment: RunMoment) => number,
  moments: readonly RunMoment[],
): Markup {
  const rows: number[] = [-Infinity, -Infinity];
  const drawn = moments.map((moment, index) => {
    const x = place(moment);
    const row = rows.findIndex((last) => x - last >= 17);
    const line = html`
      <line class="event" x1="${px(x)}" x2="${px(x)}" y1="${MARGIN.top}"
        y2="${size.height - MARGIN.bottom}" />
    `;
    if (row < 0) return moment.ms > 0 ? null : line;
    rows[row] = x;
    return html`
      ${line}<text class="number" x="${px(x)}" y="${26 - row * 13}"
        text-anchor="middle">${index + 1}</text>
    `;
  });
  return html`${drawn}`;
}
