/**
 * `rowferry report`: all there is to tell of one run, as a page, as text or as data.
 *
 * @module
 */

import { EXIT } from "../exit_code.ts";
import type { ReportFormat } from "../../report/run/render.ts";
import { type Call, type Command, prepareCall, type PreparedCall } from "../command.ts";
import { writeResult } from "./output.ts";

/** Tells one run whole. */
export const reportCommand: Command = {
  name: "report",
  arguments: [{
    name: "[run]",
    help: "a run's folder or id, or the file that it imports; the newest run if left out",
  }],
  summary: "tell how a run went: what, when, how fast, and why",
  description:
    "Tells from the run's folder alone, also while it goes on: outcomes, rows a second over time " +
    "with pauses and stops, where the time went, why rows were rejected, and what to do next. " +
    "HTML is one page that needs nothing else and works offline.",
  examples: [
    "rowferry report --output report.html",
    "rowferry report policies.csv --output report.html",
    'rowferry report --format md >> "$GITHUB_STEP_SUMMARY"',
  ],
  async run(call: Call): Promise<number> {
    const prepared = await prepareCall("report", call);
    const { settings } = prepared;
    const { tellRun } = await import("./status_run.ts");
    const format = settings.json ? "json" : settings.format ?? usualFormat(prepared);
    const { text } = await tellRun(prepared, call.args[0], { command: "report", format });
    await writeResult(prepared, text);
    return EXIT.done;
  },
};

/** By the name of the file that it goes to; a page's source is nothing to read at a terminal. */
function usualFormat({ io, settings: { output } }: PreparedCall): ReportFormat {
  if (output === undefined) return io.stdout.isTerminal ? "text" : "html";
  const ending = /\.(md|txt|json)$/i.exec(output)?.[1]?.toLowerCase();
  return ending === "txt" ? "text" : ending === "md" || ending === "json" ? ending : "html";
}
