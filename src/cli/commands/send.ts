/**
 * `rowferry send --to <destination> --set Column=value …`: one record.
 *
 * @module
 */

import type { RecordGiven } from "../../jobs/send.ts";
import { UsageError } from "../../model/errors.ts";
import type { Call, Command } from "../command.ts";

/** Sends one record. */
export const sendCommand: Command = {
  name: "send",
  arguments: [{ name: "[input]", help: "- reads one JSON object from standard input" }],
  summary: "send one record",
  description: "Sends one record through the same mapping, checks and delivery as import. " +
    "Columns that are not set are empty.",
  examples: [
    "rowferry send --to showads --set Name=Ann --set Age=34 --set Cookie=c1 \\\n" +
    "    --set Banner_id=7",
    'echo \'{"Name":"Ann","Age":34,"Cookie":"c1","Banner_id":7}\' | \\\n' +
    "    rowferry send --to showads -",
  ],
  async run(call: Call): Promise<number> {
    const { runAndReport } = await import("./report_run.ts");
    const { sendRecord } = await import("../../jobs/send.ts");
    return runAndReport(
      "send",
      call,
      (setup) => sendRecord(setup, recordGiven(call.args[0], setup.settings.set)),
    );
  },
};

function recordGiven(
  input: string | undefined,
  pairs: readonly string[] | undefined,
): RecordGiven {
  if (input !== undefined && input !== "-") {
    throw new UsageError(`send takes a record from --set or from standard input (-), not ${input}`);
  }
  if (input === "-" && pairs) {
    throw new UsageError("A record comes from --set or from standard input (-), not from both");
  }
  if (input === "-") return { kind: "json" };
  if (pairs) return { kind: "pairs", pairs };
  throw new UsageError("No record is given: use --set Column=value, or - for JSON on stdin");
}
