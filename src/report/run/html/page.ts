/**
 * The report of a run as one page of HTML: nothing is fetched, and nothing runs.
 *
 * @module
 */

import { describeTarget } from "../../../model/target.ts";
import { formatCount } from "../../../text/words.ts";
import { formatDuration, formatLocalTime, formatRate, formatZone } from "../../format.ts";
import type { NextCommands } from "../../summary.ts";
import type { RunReport } from "../model.ts";
import { nextSteps } from "../next.ts";
import { stateOf } from "../words.ts";
import { html, Markup } from "./markup.ts";
import {
  answersSection,
  causesSection,
  comparisonSection,
  momentsSection,
  outcomesSection,
  paceSection,
  settingsSection,
  spentSection,
  troublesSection,
} from "./sections.ts";
import { PATTERNS, STYLE } from "./style.ts";

/** The page. */
export function renderRunHtml(report: RunReport, commands: NextCommands): string {
  const { source, destination, runId, state, toldAt } = report;
  const { word, look } = stateOf(report);
  const goesOn = state === "in-progress";
  const page = html`
    <!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'">
        <meta name="robots" content="noindex">
        <title>${source} to ${destination}: ${word}</title>
        <style>${new Markup(STYLE)}</style>
      </head>
      <body>
    ${PATTERNS}
    <main>
    <header>
    ${badge(report)}
    <h1>${source}</h1>
    <p class="soft">to ${describeTarget(destination, report.target)}, run ${runId}</p>
    <p class="verdict ${look}"><span>${report.verdict}</span></p>
    ${facts(report)}
    </header>
    ${next(report, commands)}
    ${outcomesSection(report)}
    ${causesSection(report)}
    ${paceSection(report)}
    ${spentSection(report)}
    ${momentsSection(report)}
    ${troublesSection(report)}
    ${answersSection(report)}
    ${comparisonSection(report)}
    ${settingsSection(report)}
    <footer class="soft"><p>Told ${goesOn ? "while the run went on, " : ""}on ${formatLocalTime(
      toldAt,
    )}, from the files in ${report.folder}. Times are those of this machine, ${formatZone(
      toldAt,
    )}. No value of a row and no secret is in this page.</p></footer>
    </main>
      </body>
    </html>
  `;
  return page.text.trimStart();
}

function badge(report: RunReport): Markup {
  const { sign, word, look } = stateOf(report);
  const scope = report.scope === "" ? "" : `, ${report.scope}`;
  return html`<p class="state ${look}"><span aria-hidden="true">${sign} </span>${word}${scope}</p>`;
}

/** The numbers that people look for first. */
function facts(report: RunReport): Markup {
  const { rows, elapsedMs, rowsPerSecond, requests } = report;
  const tiles = [
    [formatCount(rows.read), "rows read"],
    [formatDuration(elapsedMs), report.state === "in-progress" ? "so far" : "from start to end"],
    [formatRate(rowsPerSecond), "while it worked"],
    [formatCount(requests.sent), `requests, ${formatCount(requests.retried)} repeated`],
  ];
  return html`<ul class="facts">${
    tiles.map(([number = "", name = ""]) => html`<li><b>${number}</b>${name}</li>`)
  }</ul>`;
}

function next(report: RunReport, commands: NextCommands): Markup {
  const steps = nextSteps(report, commands);
  return html`
    <section aria-labelledby="next">
      <h2 id="next">What to do next</h2>
      <ol class="steps">${steps.map(({ text, command, file }) =>
        html`<li>${text}${file === null ? null : html`<pre>${file}</pre>`}${
          command === null ? null : html`<pre>${command}</pre>`
        }</li>`
      )}</ol>
    </section>
  `;
}
