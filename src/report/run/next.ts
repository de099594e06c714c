/**
 * What to do next about a run, in words; who shows them adds the commands that it knows. Pure.
 *
 * @module
 */

import { plural } from "../../text/words.ts";
import type { NextCommands } from "../summary.ts";
import type { RunReport } from "./model.ts";

/** Something to do. */
export interface NextStep {
  /** A sentence, which ends in a colon where a command follows. */
  readonly text: string;
  readonly command: string | null;
  /** The file that it is about. */
  readonly file: string | null;
}

/** Where nobody knows commands. */
export const NO_COMMANDS: NextCommands = {
  resume: null,
  importRejected: null,
  importUnknown: null,
};

/** The steps, in their order; where there is nothing to do, one that says so. */
export function nextSteps(report: RunReport, commands: NextCommands): NextStep[] {
  const steps = [...stateSteps(report, commands), ...rowSteps(report, commands)];
  return steps.length > 0 ? steps : [step("Nothing is left to do.")];
}

function step(text: string, command: string | null = null, file: string | null = null): NextStep {
  const sentence = text.replace(/[:.]$/, "");
  return { text: `${sentence}${command === null && file === null ? "." : ":"}`, command, file };
}

function stateSteps(
  { state, reason, sourcePath }: RunReport,
  { resume }: NextCommands,
): NextStep[] {
  switch (state) {
    case "in-progress":
      return [step("It is at work: look again later.")];
    case "stopped":
    case "interrupted": {
      const refused = /credentials/.test(reason ?? "") ? "Correct the credentials, then go" : "Go";
      const how = sourcePath === "-" ? ", with the same data on standard input," : "";
      return [step(`${refused} on${how} where it was; what is settled is not sent again:`, resume)];
    }
    case "replaced":
      return [step("Nothing: a later run sends its rows.")];
    case "damaged":
      return [step("Put back an undamaged copy of its checkpoint, or import the file anew.")];
    case "completed":
      return [];
  }
}

function rowSteps(report: RunReport, commands: NextCommands): NextStep[] {
  const { state, rows, files, mended } = report;
  const { rejected, unknown } = rows;
  // A run that goes on writes to these files still.
  if (state !== "completed" || rejected + unknown === 0) return [];
  if (mended.left === 0 && mended.runs.length > 0) return [];
  const steps: NextStep[] = [];
  if (rejected > 0 && files.rejected !== null) {
    const rows = plural(rejected, "rejected row");
    const text =
      `Mend the ${rows} in this file, which says beside each what is wrong, and import it:`;
    steps.push(step(text, commands.importRejected, files.rejected));
  }
  if (unknown > 0 && files.unknown !== null) {
    const text = `Find out whether ${plural(unknown, "unknown row")} arrived, ` +
      "and import this file if they did not:";
    steps.push(step(text, commands.importUnknown, files.unknown));
  }
  return steps;
}
