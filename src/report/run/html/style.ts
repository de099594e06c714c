/**
 * How the report of a run looks: on desks and phones, light, dark and printed. Nothing is told by
 * colour alone; colours have a contrast of at least 4.5 for text and 3 for shapes (WCAG 2.2, AA).
 *
 * @module
 */

import { html, type Markup } from "./markup.ts";

const LIGHT = `--page: #fff; --card: #f6f7f9; --text: #1b1f24; --soft: #57606a; --line: #d0d7de;
  --link: #0b5cad; --good: #1a7f37; --warn: #9a6700; --bad: #c11c2a;
  --blue: #2f6fc2; --teal: #0f8577; --amber: #b26a00; --violet: #7a4fc0; --grey: #6e7781;
  --pale: #a9b4c0; --hatch: #fff;`;

const DARK = `--page: #0f1318; --card: #171c23; --text: #e6eaf0; --soft: #9aa6b2; --line: #333c47;
  --link: #7ab7ff; --good: #4ac26b; --warn: #e0a82e; --bad: #ff7b72;
  --blue: #5b9bea; --teal: #35b3a2; --amber: #e0952e; --violet: #a98bea; --grey: #8b96a3;
  --pale: #4d5966; --hatch: #0f1318;`;

/** The style sheet. */
export const STYLE = `
:root { color-scheme: light dark; ${LIGHT} }
@media (prefers-color-scheme: dark) { :root { ${DARK} } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main { max-width: 960px; margin: 0 auto; padding: 32px 24px 64px; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 0 0 12px; }
h3 { font-size: 1rem; margin: 24px 0 4px; }
p { margin: 0 0 12px; overflow-wrap: anywhere; }
section { margin-top: 40px; }
a { color: var(--link); }
.soft, caption, .note { color: var(--soft); }
.state { display: inline-block; padding: 2px 10px; border: 1px solid currentColor; border-radius: 99px;
  font-size: .875rem; font-weight: 600; margin: 0 0 12px; }
.good { color: var(--good); } .warn { color: var(--warn); } .bad-news { color: var(--bad); }
.verdict { font-size: 1.15rem; margin: 16px 0 0; padding: 16px 20px; background: var(--card);
  border-left: 4px solid currentColor; border-radius: 4px; }
.verdict span { color: var(--text); }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(130px, 1fr)); gap: 12px;
  margin: 20px 0 0; padding: 0; list-style: none; }
.facts li { background: var(--card); border-radius: 6px; padding: 10px 14px; }
.facts b { display: block; font-size: 1.25rem; font-variant-numeric: tabular-nums; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9375rem; }
caption { text-align: left; padding: 0 0 6px; }
th, td { text-align: left; vertical-align: top; padding: 6px 12px 6px 0; border-bottom: 1px solid var(--line); }
th:last-child, td:last-child { padding-right: 0; }
thead th { font-size: .8125rem; color: var(--soft); font-weight: 600; white-space: nowrap; }
tbody th { font-weight: 500; }
td { overflow-wrap: anywhere; }
.n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.stack .n, .tight { width: 1%; white-space: nowrap; }
code, pre { font: .875rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
pre { margin: 4px 0 12px; padding: 10px 14px; background: var(--card); border-radius: 6px;
  white-space: pre-wrap; overflow-wrap: anywhere; }
ol { padding-left: 0; list-style: none; margin: 0; }
.steps > li { margin: 0 0 8px; }
dl { display: grid; grid-template-columns: minmax(120px, max-content) 1fr; gap: 4px 20px; margin: 0; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
svg { display: block; } .defs { position: absolute; width: 0; height: 0; }
.chart { width: 100%; height: auto; } .chart.narrow { display: none; }
.bar { width: 100%; height: 22px; margin: 0 0 12px; border-radius: 4px; }
.key { display: inline-block; width: 14px; height: 14px; margin-right: 8px; vertical-align: -2px; }
.grid { stroke: var(--line); } .label { fill: var(--soft); font-size: 11px; }
.halo { paint-order: stroke; stroke: var(--page); stroke-width: 5px; stroke-linejoin: round; }
.number { fill: var(--text); font-size: 11px; font-weight: 700; }
.event { stroke: var(--soft); stroke-dasharray: 2 3; }
.rows { fill: var(--blue); } .rejects { fill: var(--bad); }
.p50 { fill: none; stroke: var(--blue); stroke-width: 2; }
.p95 { fill: none; stroke: var(--amber); stroke-width: 2; stroke-dasharray: 5 3; }
.wash { fill: var(--amber); opacity: .22; } .stripe { stroke: var(--amber); stroke-width: 2; }
.dot { fill: var(--grey); }
.accepted, .sending { fill: var(--blue); } .filtered, .held { fill: var(--teal); }
.rejected { fill: var(--bad); } .paused { fill: var(--amber); }
.unknown, .backingOff { fill: var(--violet); } .disk { fill: var(--grey); }
.pending, .stopped, .unrecorded { fill: var(--pale); } .working { fill: var(--good); }
.over { fill: none; } .white { stroke: var(--hatch); stroke-width: 1.5; } .white-dot { fill: var(--hatch); }
.over.rejected, .over.paused { fill: url(#diagonal); }
.over.filtered, .over.held { fill: url(#dots); }
.over.unknown, .over.backingOff { fill: url(#crosses); }
.over.stopped, .over.pending { fill: url(#uprights); }
.line-key { width: 26px; height: 10px; display: inline-block; vertical-align: 1px; margin-right: 6px; }
.legend { font-size: .875rem; color: var(--soft); margin: 8px 0 0; }
.legend span { white-space: nowrap; margin-right: 16px; }
footer { margin-top: 48px; padding-top: 16px; border-top: 1px solid var(--line); font-size: .875rem; }
@media (max-width: 640px) {
  main { padding: 20px 16px 48px; }
  .chart.wide { display: none; } .chart.narrow { display: block; }
  dl { grid-template-columns: 1fr; } dt { margin-top: 8px; }
  .stack thead { display: block; position: absolute; width: 1px; height: 1px; overflow: hidden;
    clip-path: inset(50%); }
  .stack, .stack tbody, .stack tr { display: block; }
  .stack tr { border-bottom: 1px solid var(--line); padding: 8px 0; }
  .stack :is(th, td)[data-label] { display: flex; width: auto; gap: 12px; border: 0; padding: 2px 0;
    text-align: left; white-space: normal; }
  .stack :is(th, td)[data-label]::before { content: attr(data-label); color: var(--soft);
    flex: 0 0 7.5em; font-weight: 400; }
}
@media print {
  :root { ${LIGHT} color-scheme: light; }
  body { font-size: 10.5pt; } main { max-width: none; padding: 0; }
  section { margin-top: 20pt; } h2, h3 { break-after: avoid; }
  .chart.wide { display: block; } .chart.narrow { display: none; }
  figure, tr, pre, .verdict { break-inside: avoid; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
figure { margin: 0; }
`;

/** Hatchings, so that nothing is told by colour alone. */
export const PATTERNS: Markup = html`
  <svg class="defs" aria-hidden="true">
    <defs>
      <pattern id="pause" width="7" height="7" patternUnits="userSpaceOnUse"
        patternTransform="rotate(45)">
        <rect class="wash" width="7" height="7" />
        <line class="stripe" y2="7" />
      </pattern>
      <pattern id="gap" width="6" height="6" patternUnits="userSpaceOnUse">
        <circle class="dot" cx="2" cy="2" r="1" />
      </pattern>
      <pattern id="diagonal" width="6" height="6" patternUnits="userSpaceOnUse"
        patternTransform="rotate(45)">
        <line class="white" y2="6" />
      </pattern>
      <pattern id="dots" width="6" height="6" patternUnits="userSpaceOnUse">
        <circle class="white-dot" cx="2" cy="2" r="1.1" />
      </pattern>
      <pattern id="crosses" width="7" height="7" patternUnits="userSpaceOnUse"
        patternTransform="rotate(45)">
        <line class="white" y2="7" />
        <line class="white" x2="7" />
      </pattern>
      <pattern id="uprights" width="5" height="5" patternUnits="userSpaceOnUse">
        <line class="white" y2="5" />
      </pattern>
    </defs>
  </svg>
`;
