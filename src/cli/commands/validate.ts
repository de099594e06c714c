/**
 * `rowferry validate <file> --to <destination>`: the dry run.
 *
 * @module
 */

import { useColor } from "../../report/color.ts";
import { renderValidationGithub } from "../../report/validation_github.ts";
import { renderValidationJson } from "../../report/validation_json.ts";
import { renderValidationText } from "../../report/validation_text.ts";
import { Accounts } from "../../jobs/setup.ts";
import { EXIT, exitCodeOfValidation } from "../exit_code.ts";
import { describeStop } from "../remedies.ts";
import { watchSignals } from "../signals.ts";
import { watch } from "../watching.ts";
import { type Call, type Command, prepareCall } from "../command.ts";

/** Reads everything, sends nothing, reports. */
export const validateCommand: Command = {
  name: "validate",
  arguments: [{
    name: "<file>",
    help: "a CSV file, plain or gzip, or a workbook (.xlsx); - reads standard input",
  }],
  summary: "check a CSV file without sending anything",
  description:
    "Reads the whole file through the same mapping, checks and limits as import, sends " +
    "nothing, needs no credentials, and reports every problem. Exit code 1 when rows " +
    "are invalid.",
  examples: [
    "rowferry validate policies.csv --to mparticle",
    "rowferry validate policies.csv --to mparticle --format github",
    "rowferry validate customers.csv --to showads --unique Cookie --limit 5",
  ],
  async run(call: Call): Promise<number> {
    const { validateFile } = await import("../../jobs/validate.ts");
    const prepared = await prepareCall("validate", call);
    const { io, settings, environment } = prepared;
    const signals = watchSignals(io, 0);
    try {
      const watching = await watch(io, settings, { onlyInforms: true });
      const setup = {
        ...prepared,
        ...watching,
        signals,
        accounts: new Accounts(),
        questions: null,
      };
      const checked = await validateFile(setup, call.args[0] ?? "")
        .finally(() => watching[Symbol.dispose]());
      const { stop } = checked;
      const exitCode = exitCodeOfValidation(checked);
      const result = { ...checked, reason: stop && describeStop(stop), exitCode };
      const format = settings.json ? "json" : settings.format ?? "text";
      const color = useColor(io.stdout.isTerminal, environment.get("NO_COLOR")?.value);
      if (settings.quiet && format === "text" && exitCode === EXIT.done) return exitCode;
      io.stdout.write(
        format === "json"
          ? renderValidationJson(result)
          : format === "github"
          ? renderValidationGithub(result)
          : renderValidationText(result, { color }),
      );
      return exitCode;
    } finally {
      signals.dispose();
    }
  },
};
