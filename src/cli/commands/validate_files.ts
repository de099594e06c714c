/**
 * Checks one file after the other, and reports on each and on all of them.
 *
 * @module
 */

import { filesNamed } from "../../jobs/misnamed.ts";
import { Accounts } from "../../jobs/setup.ts";
import { validateFile } from "../../jobs/validate.ts";
import { UsageError } from "../../model/errors.ts";
import { useColor } from "../../report/color.ts";
import type { ToldValidation } from "../../report/validation.ts";
import { refusalAnnotation, renderValidationGithub } from "../../report/validation_github.ts";
import { renderValidationJson } from "../../report/validation_json.ts";
import { renderValidationMarkdown } from "../../report/validation_markdown.ts";
import { renderValidationText } from "../../report/validation_text.ts";
import { printable } from "../../text/printable.ts";
import { EXIT, exitCodeOfValidation } from "../exit_code.ts";
import { renderRefusal } from "../refusal.ts";
import { describeError, describeStop } from "../remedies.ts";
import { type StopControl, watchSignals } from "../signals.ts";
import { appendStepSummary } from "../step_summary.ts";
import { watch } from "../watching.ts";
import { type Call, prepareCall, type PreparedCall } from "../command.ts";

/** What came of a file. */
type Checked =
  | { readonly kind: "checked"; readonly result: ToldValidation }
  /** It can't be checked; `told` is the sentence for a terminal. */
  | { readonly kind: "refused"; readonly source: string; reason: string; readonly told: string };

/**
 * Checks files and returns the exit code: that of the worst of them.
 *
 * @throws {UsageError} when a setting is wrong, or the only file can't be checked.
 */
export async function validateFiles(call: Call, given: readonly string[]): Promise<number> {
  const prepared = await prepareCall("validate", call);
  const { io, settings } = prepared;
  const paths = (await Promise.all(given.map((path) => filesNamed(io, path)))).flat();
  if (paths.length > 1 && settings.rejected !== undefined) {
    throw new UsageError("--rejected goes with one file: check them one by one");
  }
  const signals = watchSignals(io, 0);
  const all: Checked[] = [];
  try {
    for (const path of paths) {
      all.push(await check(prepared, signals, path, paths.length === 1));
      if (signals.signal !== null) break;
    }
  } finally {
    signals.dispose();
  }
  const exitCode = Math.max(...all.map(exitCodeOf));
  report(prepared, all, exitCode);
  await appendStepSummary(io, () => all.map(markdownOf).join("\n"));
  return exitCode;
}

async function check(
  prepared: PreparedCall,
  signals: StopControl,
  path: string,
  isOnly: boolean,
): Promise<Checked> {
  const watching = await watch(prepared.io, prepared.settings, { onlyInforms: true });
  const setup = {
    ...prepared,
    ...watching,
    signals,
    accounts: new Accounts(),
    questions: null,
  };
  try {
    const result = await validateFile(setup, path);
    const { stop } = result;
    const exitCode = exitCodeOfValidation(result);
    return { kind: "checked", result: { ...result, reason: stop && describeStop(stop), exitCode } };
  } catch (error) {
    if (isOnly || !(error instanceof UsageError)) throw error;
    const told = describeError(error, printable);
    return { kind: "refused", source: path, reason: describeError(error), told };
  } finally {
    watching[Symbol.dispose]();
  }
}

function exitCodeOf(checked: Checked): number {
  return checked.kind === "checked" ? checked.result.exitCode : EXIT.usage;
}

function report(
  { io, settings, environment }: PreparedCall,
  all: readonly Checked[],
  exitCode: number,
): void {
  const format = settings.json ? "json" : settings.format ?? "text";
  if (settings.quiet && format === "text" && exitCode === EXIT.done) return;
  const color = useColor(io.stdout.isTerminal, environment.get("NO_COLOR")?.value);
  const write = (checked: Checked): string => {
    if (checked.kind === "checked") {
      const { result } = checked;
      if (format === "json") return renderValidationJson(result);
      return format === "github"
        ? renderValidationGithub(result)
        : renderValidationText(result, { color });
    }
    const { source, reason, told } = checked;
    if (format === "json") return renderRefusal({ command: "validate", source }, reason);
    io.stderr.write(`rowferry: ${told}\n`);
    return format === "github" ? refusalAnnotation(source, reason) : "";
  };
  const texts = all.map(write).filter((text) => text !== "");
  if (format !== "json" || all.length === 1) {
    return io.stdout.write(texts.join(format === "text" ? "\n" : ""));
  }
  const files = texts.map((text) => text.trimEnd()).join(",");
  io.stdout.write(`{"command":"validate","exitCode":${exitCode},"files":[${files}]}\n`);
}

function markdownOf(checked: Checked): string {
  return renderValidationMarkdown(checked.kind === "checked" ? checked.result : checked);
}
