/**
 * The report of a run in the form that somebody asks for.
 *
 * @module
 */

import type { NextCommands } from "../summary.ts";
import { renderRunHtml } from "./html/page.ts";
import { renderRunMarkdown } from "./markdown.ts";
import type { RunReport } from "./model.ts";
import { nextSteps } from "./next.ts";
import { renderRunReportText } from "./text.ts";

/** The forms of a report. */
export type ReportFormat = "html" | "md" | "text" | "json" | "github";

/** The report as text of that form. */
export function renderRunReport(
  report: RunReport,
  commands: NextCommands,
  { format, color }: { readonly format: ReportFormat; readonly color: boolean },
): string {
  switch (format) {
    case "json":
      return renderRunReportJson(report, commands);
    case "md":
      return renderRunMarkdown(report, commands);
    case "text":
      return renderRunReportText(report, commands, { color });
    default:
      return renderRunHtml(report, commands);
  }
}

/** The report as one JSON object on one line, with what to do next. */
export function renderRunReportJson(report: RunReport, commands: NextCommands): string {
  const next = nextSteps(report, commands);
  return `${JSON.stringify({ command: "report", ...report, next })}\n`;
}
