/**
 * `rowferry report`: all there is to tell of one run, as a page, as text or as data.
 *
 * @module
 */

import { useColor } from "../../report/color.ts";
import { EXIT } from "../exit_code.ts";
import { type Call, type Command, prepareCall } from "../command.ts";
import { commandsOfRun } from "../next_commands.ts";
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
    const { io, settings, environment } = prepared;
    const { findRunFolder } = await import("../../jobs/find_run.ts");
    const { readRun } = await import("../../jobs/read_run.ts");
    const { renderRunReport } = await import("../../report/run/render.ts");
    const { report, kept } = await readRun(
      io,
      await findRunFolder(io, settings.logDir, call.args[0]),
    );
    const toScreen = settings.output === undefined && io.stdout.isTerminal;
    const text = renderRunReport(report, commandsOfRun(report, kept), {
      format: settings.json ? "json" : settings.format ?? "html",
      color: useColor(toScreen, environment.get("NO_COLOR")?.value),
    });
    await writeResult(prepared, text);
    return EXIT.done;
  },
};
