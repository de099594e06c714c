/**
 * `rowferry status`: the runs in the log folder.
 *
 * @module
 */

import { type Call, type Command, prepareCall } from "../command.ts";

/** Lists runs, and removes old ones. */
export const statusCommand: Command = {
  name: "status",
  arguments: [],
  summary: "list runs and how to go on with them",
  description:
    "Lists the runs in the log folder: which file went where, when, how it ended, and how " +
    "to go on. With --prune, removes the runs that are done for so long, after asking.",
  examples: ["rowferry status", "rowferry status --json", "rowferry status --prune 30d --yes"],
  async run(call: Call): Promise<number> {
    const { showStatus } = await import("./status_report.ts");
    return showStatus(await prepareCall("status", call));
  },
};
