/**
 * How long answers took over time: half of them at most, and 95 % of them.
 *
 * @module
 */

import { formatDuration } from "../../format.ts";
import type { LatencyPoint, RunReport } from "../model.ts";
import { roundUpTime, TimeAxis } from "./axis.ts";
import { type ChartSize, figure, frame, happenings, MARGIN, numberedMoments, px } from "./chart.ts";
import { html, type Markup } from "./markup.ts";

/** The chart; null where there is no more than a moment to draw. */
export function latencyChart(report: RunReport): Markup | null {
  if (report.latency.length < 2) return null;
  const slowest = report.latency.reduce((most, { p95 }) => Math.max(most, p95), 0);
  return figure({
    id: "latency",
    title: "How long answers took over time",
    description: `In its slowest minute, 95 % of the answers came within ${
      formatDuration(slowest)
    }.`,
    draw: (size) => draw(report, size, slowest),
  });
}

function draw(report: RunReport, size: ChartSize, slowest: number): Markup {
  const axis = new TimeAxis(report.parts, size.width - MARGIN.left - MARGIN.right);
  const top = roundUpTime(slowest);
  const base = size.height - MARGIN.bottom;
  const line = (value: (point: LatencyPoint) => number) =>
    report.parts.map(({ startedAt, endedAt }) =>
      report.latency.filter(({ at }) => startedAt <= at && at <= endedAt).map((point, index) => {
        const x = px(MARGIN.left + axis.at(Date.parse(point.at)));
        const y = px(base - value(point) / top * (base - MARGIN.top));
        return `${index === 0 ? "M" : "L"}${x} ${y}`;
      }).join("")
    ).join("");
  return html`
    ${frame(size, axis, top, (ms) => ms === 0 ? "0" : formatDuration(ms))}
    ${happenings(size, axis, numberedMoments(report))}
    <path class="p95" d="${line(({ p95 }) => p95)}" /><path class="p50" d="${line(({ p50 }) =>
      p50
    )}" />
  `;
}
