/**
 * `rowferry import <file> --to <destination>`: the main job.
 *
 * @module
 */

import { type Call, type Command, HelpError, prepareCall } from "../command.ts";
import { canAsk } from "../../text/terminal.ts";

/** Imports a CSV file. */
export const importCommand: Command = {
  name: "import",
  arguments: [{
    name: "[file]",
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
    const whole = call.args[0] === undefined ? await askForRest(call) : call;
    const { runAndReport } = await import("./report_run.ts");
    const { importFile } = await import("../../jobs/import.ts");
    return runAndReport("import", whole, (setup) => importFile(setup, whole.args[0] ?? ""));
  },
};

/** A call that names no file, with the one that the person at the terminal chooses. */
async function askForRest(call: Call): Promise<Call> {
  const { io, flags } = call;
  if (!canAsk(io)) throw new HelpError("Name a file: rowferry import <file> --to <destination>");
  const { environment, settings } = await prepareCall("import", call);
  const { askForImport } = await import("../guide/asking.ts");
  const { logDir, to, mapping } = settings;
  const isTargetKnown = to !== undefined || mapping !== undefined;
  const asked = await askForImport(io, { environment, logDir, isTargetKnown });
  return {
    ...call,
    args: [asked.file],
    flags: asked.to === undefined ? flags : { ...flags, to: asked.to },
  };
}
