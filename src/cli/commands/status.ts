/**
 * `rowferry status`: the runs in the log folder, or one of them.
 *
 * @module
 */

import { type Call, type Command, prepareCall } from "../command.ts";

/** Lists runs, tells one whole, and removes old ones. */
export const statusCommand: Command = {
  name: "status",
  arguments: [{
    name: "[run]",
    help: "a run's folder or id, or the file that it imports: tell this one whole",
  }],
  summary: "list runs and how to go on with them",
  description:
    "Lists the runs in the log folder, the newest first: which file went where, when, how it " +
    "ended, and how to go on. With --failed the exit code is 1 where a run needs somebody, for " +
    "monitoring. With --prune, removes the runs that are done for so long, after asking.",
  examples: [
    "rowferry status",
    "rowferry status policies.csv",
    "rowferry status --failed --since 24h --json",
    "rowferry status --prune 30d --yes",
  ],
  async run(call: Call): Promise<number> {
    const prepared = await prepareCall("status", call);
    const [run] = call.args;
    if (run !== undefined) {
      const { showRun } = await import("./status_run.ts");
      return showRun(prepared, run);
    }
    const { showStatus } = await import("./status_report.ts");
    return showStatus(prepared);
  },
};
