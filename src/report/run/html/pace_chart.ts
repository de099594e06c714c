/**
 * Rows a second over time, with what happened meanwhile.
 *
 * @module
 */

import { formatDuration, formatRate } from "../../format.ts";
import { plural } from "../../../text/words.ts";
import type { RunReport } from "../model.ts";
import { roundUp, TimeAxis } from "./axis.ts";
import { type ChartSize, figure, frame, happenings, MARGIN, numberedMoments, px } from "./chart.ts";
import { html, type Markup } from "./markup.ts";

/** Bars: at least so many pixels wide, and no more than stretches in which something was settled. */
const BAR_PX = 6;
const FEWEST_BARS = 12;

/** Rows of a stretch of time, within one part of the run. */
interface Bar {
  readonly fromMs: number;
  readonly toMs: number;
  /** Rows a second. */
  readonly rate: number;
  /** The share of them that was rejected or is unknown. */
  readonly bad: number;
}

/** The chart; null where no times were recorded. */
export function paceChart(report: RunReport): Markup | null {
  if (report.pace.points.length === 0) return null;
  const moments = numberedMoments(report);
  const pauses = moments.filter(({ kind }) => kind === "pause").length;
  const stops = moments.filter(({ kind }) => kind === "stop" || kind === "killed").length;
  return figure({
    id: "pace",
    title: "Rows a second over time",
    description: `${formatRate(report.rowsPerSecond)} while it worked, ` +
      `for ${formatDuration(report.workedMs)}; ${plural(pauses, "pause")}, ` +
      `${plural(stops, "stop")}. What happened is listed below, by the numbers in the picture.`,
    draw: (size) => draw(report, size),
  });
}

function draw(report: RunReport, size: ChartSize): Markup {
  const axis = new TimeAxis(report.parts, size.width - MARGIN.left - MARGIN.right);
  const stretches = Math.max(FEWEST_BARS, report.pace.points.length);
  const bars = barsOf(report, Math.min(stretches, axis.width / BAR_PX));
  const top = roundUp(bars.reduce((most, { rate }) => Math.max(most, rate), 0));
  const base = size.height - MARGIN.bottom;
  const y = (rate: number) => px(base - rate / top * (base - MARGIN.top));
  const x = (ms: number) => px(MARGIN.left + axis.at(ms));
  const area = (height: (bar: Bar) => number) =>
    bars.filter((bar) => height(bar) > 0)
      .map((bar) => `M${x(bar.fromMs)} ${base}V${y(height(bar))}H${x(bar.toMs)}V${base}Z`).join("");
  const label = (rate: number) => rate === 0 ? "0" : formatRate(rate).replace(" rows", "");
  return html`
    ${frame(size, axis, top, label)}
    <path class="rows" d="${area(({ rate }) => rate)}" />
    <path class="rejects" d="${area(({ rate, bad }) => rate * bad)}" />
    ${happenings(size, axis, numberedMoments(report))}
  `;
}

/** The recorded stretches, joined to no more bars than have room. */
function barsOf({ pace, parts, workedMs }: RunReport, most: number): Bar[] {
  const ms = pace.everyMs * Math.max(1, Math.ceil(workedMs / pace.everyMs / most));
  const counts = new Map<number, { rows: number; bad: number }>();
  for (const { at, rows, bad } of pace.points) {
    const index = Math.floor(Date.parse(at) / ms);
    const sum = counts.get(index) ?? { rows: 0, bad: 0 };
    counts.set(index, { rows: sum.rows + rows, bad: sum.bad + bad });
  }
  const spans = parts.map(({ startedAt, endedAt }) => [Date.parse(startedAt), Date.parse(endedAt)]);
  return [...counts].flatMap(([index, { rows, bad }]) => {
    const pieces = spans.map(([from = 0, to = 0]) => ({
      fromMs: Math.max(from, index * ms),
      toMs: Math.min(to, (index + 1) * ms),
    })).filter(({ fromMs, toMs }) => toMs > fromMs);
    const worked = pieces.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
    // What was settled just before a stop says little of a second.
    const seconds = Math.max(worked, Math.min(ms / 4, workedMs), 1) / 1000;
    return pieces.map((piece) => ({
      ...piece,
      rate: rows / seconds,
      bad: bad / Math.max(rows, 1),
    }));
  });
}
