/**
 * What `import`, `resume` and `send` have in common: settings, signals, and the result on stdout.
 *
 * @module
 */

import type { Io } from "../../io.ts";
import { RunInProgressError, StorageError } from "../../model/errors.ts";
import { EXIT, exitCodeOf, exitCodeOfRun } from "../exit_code.ts";
import { Accounts, type JobSetup } from "../../jobs/setup.ts";
import { useColor } from "../../report/color.ts";
import { NOTHING_DONE, renderRunJson, type RunResult, type ToldRun } from "../../report/summary.ts";
import { renderRunText } from "../../report/summary_text.ts";
import { commandsOfRun, folderOf, nextCommands } from "../next_commands.ts";
import { renderRefusal, ToldError } from "../refusal.ts";
import { questionsAt } from "../questions.ts";
import { describeError, describeStop } from "../remedies.ts";
import { watchSignals } from "../signals.ts";
import { appendStepSummary } from "../step_summary.ts";
import { watch } from "../watching.ts";
import { type Call, prepareCall } from "../command.ts";

/**
 * Does the work of a command that delivers rows, prints its result, and returns the exit code.
 *
 * @throws whatever the work throws; where scripts wait for a JSON object, they get one all the same
 * for every end but an internal error.
 */
export async function runAndReport(
  command: RunResult["command"],
  call: Call,
  work: (setup: JobSetup) => Promise<RunResult>,
): Promise<number> {
  const prepared = await prepareCall(command, call);
  const { io, settings } = prepared;
  const noColor = prepared.environment.get("NO_COLOR")?.value;
  const signals = watchSignals(io, settings.grace);
  const print = async (result: ToldRun) => {
    // Cron mails whatever a job prints.
    if (settings.quiet && !settings.json && result.exitCode === EXIT.done) return;
    const text = settings.json
      ? renderRunJson(result)
      : renderRunText(result, { color: useColor(io.stdout.isTerminal, noColor) });
    try {
      io.stdout.write(text);
      await io.flush();
    } catch (error) {
      // The run is what it is, and its exit code says so: another would have it sent once more.
      if (!(error instanceof StorageError)) throw error;
      io.stderr.write(`rowferry: ${error.message}\n`);
    }
  };
  try {
    const watching = await watch(io, settings);
    const accounts = new Accounts();
    const setup = {
      ...prepared,
      ...watching,
      signals,
      accounts,
      questions: settings.yes ? null : questionsAt(io, signals),
    };
    const result = await work(setup).finally(() => watching[Symbol.dispose]());
    const exitCode = exitCodeOfRun(result);
    const reason = result.stop ? describeStop(result.stop) : result.unchanged ?? null;
    await print({ ...result, reason, exitCode, next: nextCommands(result) });
    await summarizeStep(io, result);
    return exitCode;
  } catch (error) {
    const exitCode = exitCodeOf(error);
    if (!settings.json || exitCode === EXIT.internal) throw error;
    const source = command === "send" ? null : call.args[0] ?? null;
    const reason = describeError(error);
    if (exitCode === EXIT.usage) {
      io.stdout.write(renderRefusal({ command, destination: settings.to ?? null, source }, reason));
    } else {
      const destination = error instanceof RunInProgressError
        ? error.destination
        : settings.to ?? "";
      const { sandbox = false, dryRun = false } = settings;
      await print(
        notStarted({ command, exitCode, reason, destination, source, sandbox, dryRun }),
      );
    }
    throw new ToldError(error);
  } finally {
    signals.dispose();
  }
}

/** Has a run's report stand in the summary of a CI job's step, too. */
async function summarizeStep(io: Io, { unchanged, files: { checkpoint } }: RunResult) {
  if (unchanged !== undefined || checkpoint === null) return;
  await appendStepSummary(io, async () => {
    const { readRun } = await import("../../jobs/read_run.ts");
    const { renderRunMarkdown } = await import("../../report/run/markdown.ts");
    const { report, kept } = await readRun(io, folderOf(checkpoint));
    return renderRunMarkdown(report, commandsOfRun(report, kept));
  });
}

/** The result of a run that stopped before it read a row. */
function notStarted(
  known: Pick<
    ToldRun,
    "command" | "exitCode" | "reason" | "destination" | "source" | "sandbox" | "dryRun"
  >,
): ToldRun {
  return {
    ...known,
    target: null,
    stop: { code: "trouble", reason: known.reason ?? "" },
    runId: null,
    ...NOTHING_DONE,
    next: { resume: null, importRejected: null, importUnknown: null },
    files: { checkpoint: null, rejected: null, unknown: null, errors: null },
  };
}
