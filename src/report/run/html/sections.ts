/**
 * The sections of a run's page; one without anything to tell is left out.
 *
 * @module
 */

import { formatCount, plural } from "../../../text/words.ts";
import { formatBytes, formatClock, formatDuration, formatLocalTime } from "../../format.ts";
import type { RunReport } from "../model.ts";
import {
  answersInWords,
  comparisonOf,
  endingOf,
  mendedInWords,
  outcomesOf,
  placesOf,
  SPENT_NAMES,
  targetFacts,
} from "../words.ts";
import { numberedMoments } from "./chart.ts";
import { latencyChart } from "./latency_chart.ts";
import { html, type Markup } from "./markup.ts";
import { paceChart } from "./pace_chart.ts";
import { shareTable } from "./share_bar.ts";

function section(id: string, title: string, body: Markup): Markup {
  return html`
    <section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>
    ${body}</section>
  `;
}

/** A column of a table: its head, and whether numbers stand in it, or what is kept tight. */
type Column = readonly [name: string, look?: "n" | "tight"];

/** On phones, each row is a block of its own; roles keep it a table for those who hear it. */
function table(columns: readonly Column[], rows: readonly (readonly string[])[]): Markup {
  const look = (index: number) => {
    const [, look] = columns[index] ?? [];
    return look === undefined ? null : html`class="${look}"`;
  };
  const head = columns.map(([name], index) =>
    html`
      <th scope="col" role="columnheader" ${look(index)}>${name}</th>
    `
  );
  const cell = (text: string, index: number) => {
    const label = html`data-label="${columns[index]?.[0] ?? ""}" ${look(index)}`;
    return index === 0
      ? html`<th scope="row" role="rowheader" ${label}>${text}</th>`
      : html`<td role="cell" ${label}>${text}</td>`;
  };
  return html`
    <div class="scroll">
      <table class="stack" role="table">
        <thead role="rowgroup">
          <tr role="row">${head}</tr>
        </thead>
        <tbody role="rowgroup">${rows.map((cells) =>
          html`
            <tr role="row">${cells.map(cell)}</tr>
          `
        )}</tbody>
      </table>
    </div>
  `;
}

/** Rows by outcome. */
export function outcomesSection(report: RunReport): Markup {
  const shares = outcomesOf(report).map(({ outcome, name, rows, note }) => ({
    look: outcome,
    name,
    amount: rows,
    shown: formatCount(rows),
    note,
  }));
  const mended = mendedInWords(report);
  return section(
    "outcomes",
    "What came of the rows",
    html`${
      shareTable(shares, {
        caption: `${plural(report.rows.read, "row")} read`,
        columns: ["Outcome", "Rows", "Share", "Note"],
      })
    }${mended === "" ? null : html`<p>${mended}</p>`}`,
  );
}

/** Why rows were rejected. */
export function causesSection({ causes }: RunReport): Markup | null {
  if (causes.length === 0) return null;
  const rows = causes.map((cause) => [
    cause.column ?? "(the row)",
    formatCount(cause.count),
    cause.code,
    cause.message,
    placesOf(cause),
  ]);
  return section(
    "causes",
    "Why rows were not accepted",
    table(
      [["Column"], ["Rows", "n"], ["Code", "tight"], ["Message of the first"], ["Where"]],
      rows,
    ),
  );
}

/** Rows a second over time. */
export function paceSection(report: RunReport): Markup | null {
  const chart = paceChart(report);
  if (chart === null) return null;
  return section(
    "pace",
    "Rows a second",
    html`<figure>${chart}<figcaption class="legend">
<span><svg class="line-key" aria-hidden="true"><rect class="rows" width="26" height="10"/></svg>rows with an outcome</span>
<span><svg class="line-key" aria-hidden="true"><rect class="rejects" width="26" height="10"/></svg>of them not accepted</span>
<span><svg class="line-key" aria-hidden="true"><rect fill="url(#pause)" width="26" height="10"/></svg>pause</span>
<span><svg class="line-key" aria-hidden="true"><rect fill="url(#gap)" width="26" height="10"/></svg>nobody worked on it</span>
<span>From ${formatLocalTime(report.startedAt)} to ${formatLocalTime(report.movedAt)}</span>
</figcaption></figure>`,
  );
}

/** Where the time went. */
export function spentSection(report: RunReport): Markup | null {
  if (report.spent.length === 0) return null;
  const shares = report.spent.map(({ on, ms, words }) => ({
    look: on,
    name: SPENT_NAMES[on],
    amount: ms,
    shown: formatDuration(ms),
    note: `${words.charAt(0).toUpperCase()}${words.slice(1)}.`,
  }));
  return section(
    "spent",
    "Where the time went",
    shareTable(shares, {
      caption: `${formatDuration(report.elapsedMs)} from start to end; of several requests at ` +
        "once, the one that is furthest on counts",
      columns: ["What", "Time", "Share", "In words"],
    }),
  );
}

/** What happened, numbered as in the charts. */
export function momentsSection(report: RunReport): Markup {
  const numbers = numberedMoments(report);
  const rows = report.moments.map((moment) => {
    const number = numbers.indexOf(moment) + 1;
    return [number === 0 ? "–" : String(number), dayAndClock(moment.at), moment.text];
  });
  const left = report.eventsLeftOut > 0
    ? html`<p class="note">${
      plural(report.eventsLeftOut, "event")
    } of a long night were not recorded one by one.</p>`
    : null;
  return section(
    "moments",
    "What happened",
    html`${table([["No.", "n"], ["When", "tight"], ["What"]], rows)}${left}`,
  );
}

function dayAndClock(at: string): string {
  return `${formatLocalTime(at).slice(0, 10)} ${formatClock(at)}`;
}

/** What went wrong with requests. */
export function troublesSection({ troubles }: RunReport): Markup | null {
  if (troubles.length === 0) return null;
  const rows = troubles.map(({ reason, times, firstAt, lastAt }) => [
    reason,
    formatCount(times),
    formatClock(firstAt),
    formatClock(lastAt),
  ]);
  return section(
    "troubles",
    "What went wrong on the way",
    table([["Reason"], ["Times", "n"], ["First", "tight"], ["Last", "tight"]], rows),
  );
}

/** How quickly requests were answered, and by what. */
export function answersSection(report: RunReport): Markup | null {
  if (report.requests.sent === 0) return null;
  const chart = latencyChart(report);
  const quick = (ms: number | undefined) => ms === undefined ? "–" : formatDuration(ms);
  const rows = report.parts.map((part) => [
    dayAndClock(part.startedAt),
    formatDuration(Date.parse(part.endedAt) - Date.parse(part.startedAt)),
    formatCount(part.rows),
    formatCount(part.requests.sent),
    quick(part.latencyMs?.p50),
    quick(part.latencyMs?.p95),
    quick(part.latencyMs?.p99),
    endingOf(part),
  ]);
  const answers = answersInWords(report);
  return section(
    "answers",
    "How quickly it was answered",
    html`${
      chart && html`<figure>${chart}<figcaption class="legend">
<span><svg class="line-key" viewBox="0 0 26 10" aria-hidden="true"><path class="p50" d="M0 5H26"/></svg>half of the answers came within</span>
<span><svg class="line-key" viewBox="0 0 26 10" aria-hidden="true"><path class="p95" d="M0 5H26"/></svg>95 % came within</span></figcaption></figure>`
    }<p>${answers === "" ? null : `Answers by status: ${answers}. `}${
      report.bytesSent > 0 ? `${formatBytes(report.bytesSent)} sent.` : null
    }</p>
${
      table([
        ["Started"],
        ["Took", "n"],
        ["Rows", "n"],
        ["Requests", "n"],
        ["Half within", "n"],
        ["95 %", "n"],
        ["99 %", "n"],
        ["Ended"],
      ], rows)
    }`,
  );
}

/** The run before. */
export function comparisonSection(report: RunReport): Markup | null {
  const rows = comparisonOf(report);
  if (rows.length === 0) return null;
  return section(
    "before",
    "Beside the run before",
    html`${table([["What"], ["This run", "n"], ["The run before", "n"]], rows)}
<p class="note">The run before is ${report.previous?.runId ?? ""}.</p>`,
  );
}

/** What it was told, and where it went. */
export function settingsSection(report: RunReport): Markup {
  const { sourcePath, sourceBytes, destination, mapping, settings, folder, runId } = report;
  const facts: [string, string][] = [
    ["file", sourceBytes === null ? sourcePath : `${sourcePath} (${formatBytes(sourceBytes)})`],
    ["destination", destination],
    ...targetFacts(report),
    ["mapping", mapping ?? "built in"],
    ...settings.filter(({ name }) => name !== "mapping").map((
      { name, value },
    ): [string, string] => [
      name,
      value,
    ]),
    ["run", runId],
    ["folder", folder],
  ];
  return section(
    "settings",
    "Settings and target",
    html`<dl>${
      facts.map(([name, value]) =>
        html`
          <dt>${name}</dt>
          <dd>${value}</dd>
        `
      )
    }</dl>`,
  );
}
