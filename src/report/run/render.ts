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

/** The report as text of that form; JSON is one object on one line, with what to do next. */
export function renderRunReport(
  report: RunReport,
  commands: NextCommands,
  { command = "report", format, color }: {
    readonly command?: "status" | "report";
    readonly format: ReportFormat;
    readonly color: boolean;
  },
): string {
  switch (format) {
    case "json":
      return `${JSON.stringify({ command, ...report, next: nextSteps(report, commands) })}\n`;
    case "md":
      return renderRunMarkdown(report, commands);
    case "text":
      return renderRunReportText(report, commands, { color });
    default:
      return renderRunHtml(report, commands);
  }
}
