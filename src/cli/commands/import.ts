/**
 * `rowferry import <file> --to <destination>`: the main job.
 *
 * @module
 */

import type { Call, Command } from "../command.ts";

/** Imports a CSV file. */
export const importCommand: Command = {
  name: "import",
  arguments: [{
    name: "<file>",
    help: "a CSV file, plain or gzip, or a workbook (.xlsx); - reads standard input",
  }],
  summary: "import a CSV file",
  description: "Reads a CSV file, checks and filters its rows, and delivers them in batches. " +
    "Rows that are not delivered stand in rejected.csv, ready to be mended and " +
    "imported again. A stopped run goes on with rowferry resume.",
  examples: [
    "rowferry import policies.csv --to mparticle",
    "rowferry import customers.csv --to showads --min-age 21",
    "rowferry import policies.csv --to mparticle --sandbox",
    "zcat big.csv.gz | rowferry import - --to showads --json",
  ],
  async run(call: Call): Promise<number> {
    const { runAndReport } = await import("./report_run.ts");
    const { importFile } = await import("../../jobs/import.ts");
    return runAndReport("import", call, (setup) => importFile(setup, call.args[0] ?? ""));
  },
};
