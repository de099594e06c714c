/**
 * What `status` and `report` show of one run.
 *
 * @module
 */

import { findRunFolder } from "../../jobs/find_run.ts";
import { isFailed } from "../../jobs/list_runs.ts";
import { readRun } from "../../jobs/read_run.ts";
import { UsageError } from "../../model/errors.ts";
import { SANDBOX } from "../../model/target.ts";
import { useColor } from "../../report/color.ts";
import { renderRunReport, type ReportFormat } from "../../report/run/render.ts";
import type { RunReport } from "../../report/run/model.ts";
import { EXIT } from "../exit_code.ts";
import type { PreparedCall } from "../command.ts";
import { commandsOfRun } from "../next_commands.ts";

/** Finds a run, and tells it in a form. */
export async function tellRun(
  { io, settings, environment }: PreparedCall,
  argument: string | undefined,
  { command, format }: { readonly command: "status" | "report"; readonly format: ReportFormat },
): Promise<{ readonly report: RunReport; readonly text: string }> {
  const { report, kept } = await readRun(io, await findRunFolder(io, settings.logDir, argument));
  const toScreen = settings.output === undefined && io.stdout.isTerminal;
  const color = useColor(toScreen, environment.get("NO_COLOR")?.value);
  const text = renderRunReport(report, commandsOfRun(report, kept), { command, format, color });
  return { report, text };
}

/** Tells one run whole. Returns the exit code. */
export async function showRun(call: PreparedCall, argument: string): Promise<number> {
  const { io, settings } = call;
  if (settings.prune !== undefined || settings.since !== undefined) {
    throw new UsageError("--prune and --since are about all runs: leave the name of this one out");
  }
  const format = settings.json ? "json" : "text";
  const { report, text } = await tellRun(call, argument, { command: "status", format });
  io.stdout.write(text);
  const isRehearsal = report.target?.address === SANDBOX.address;
  return settings.failed && !isRehearsal && isFailed(report.state, report.mended.left)
    ? EXIT.someRejected
    : EXIT.done;
}
