/**
 * `rowferry resume [run]`: goes on with a stopped run.
 *
 * @module
 */

import type { Call, Command } from "../command.ts";

/** Goes on with a stopped or killed run. */
export const resumeCommand: Command = {
  name: "resume",
  arguments: [{ name: "[run]", help: "a run's folder, its checkpoint, or the CSV's path" }],
  summary: "go on with a stopped run",
  description:
    "Goes on where a run stopped or was killed, with the settings it was started with; " +
    "flags given here override them. Without an argument, the one unfinished run in " +
    "the log folder is taken. Rows that were settled are not sent again.",
  examples: [
    "rowferry resume",
    "rowferry resume policies.csv",
    "rowferry resume log/policies.csv.mparticle/20261121T181500Z-3f9c",
  ],
  async run(call: Call): Promise<number> {
    const { runAndReport } = await import("./report_run.ts");
    const { resumeFile } = await import("../../jobs/resume.ts");
    return runAndReport("resume", call, (setup) => resumeFile(setup, call.args[0]));
  },
};
