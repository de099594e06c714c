/**
 * `rowferry doctor [file]`: would an import go well?
 *
 * @module
 */

import type { Call, Command } from "../command.ts";
import { EXIT } from "../exit_code.ts";
import { commandToResume } from "../next_commands.ts";
import { describeError } from "../remedies.ts";
import { watchSignals } from "../signals.ts";

/** Examines settings, host, credentials, clock, disk, runs and a file. */
export const doctorCommand: Command = {
  name: "doctor",
  arguments: [{ name: "[file]", help: "a CSV file or workbook to look at, too" }],
  summary: "find out whether an import would go well, without sending a row",
  description:
    "Looks at where each setting comes from, misspelt names and wrong lines in .env, whether the " +
    "host can be reached and takes the credentials, the clock, the log folder and its disk, locks " +
    "and unfinished runs, and how a file would be read. Sends no row and shows no secret. Exit " +
    "code 1 where an import would fail.",
  examples: [
    "rowferry doctor",
    "rowferry doctor --to showads",
    "rowferry doctor policies.csv --to mparticle --json",
  ],
  async run({ io, flags, args }: Call): Promise<number> {
    const { examine } = await import("../../jobs/doctor/examine.ts");
    const { hasProblems, renderFindingsJson, renderFindingsText } = await import(
      "../../report/findings.ts"
    );
    const { useColor } = await import("../../report/color.ts");
    const signals = watchSignals(io, 0);
    try {
      const words = { error: (error: unknown) => describeError(error), resume: commandToResume };
      const findings = await examine({ io, flags, signals, words, file: args[0] });
      const exitCode = hasProblems(findings) ? EXIT.someRejected : EXIT.done;
      const color = useColor(io.stdout.isTerminal, io.env().NO_COLOR);
      io.stdout.write(
        flags.json
          ? renderFindingsJson(findings, exitCode)
          : renderFindingsText(findings, { color }),
      );
      return exitCode;
    } finally {
      signals.dispose();
    }
  },
};
