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
  | {
    readonly kind: "refused";
    readonly source: string;
    readonly reason: string;
    readonly told: string;
  };

/**
 * Checks files, tells what came of each, and returns the exit code: that of the worst of them.
 *
 * @throws {UsageError} when a setting is wrong, or the only file can't be checked.
 */
export async function validateFiles(call: Call, given: readonly string[]): Promise<number> {
  const prepared = await prepareCall("validate", call);
  const { io, settings } = prepared;
  const named = (await Promise.all(given.map((path) => filesNamed(io, path)))).flat();
  const paths = [...new Set(named)];
  if (paths.length > 1 && settings.rejected !== undefined) {
    throw new UsageError("--rejected goes with one file: check them one by one");
  }
  const signals = watchSignals(io, 0);
  const all: Checked[] = [];
  const objects: string[] = [];
  let between = "";
  const isJson = settings.json || settings.format === "json";
  try {
    for (const path of paths) {
      const checked = await check(prepared, signals, path, paths.length === 1);
      const text = render(prepared, checked, isJson);
      if (isJson) objects.push(text.trimEnd());
      else if (text !== "") io.stdout.write(between + text);
      if (settings.format !== "github" && text !== "") between = "\n";
      all.push(checked);
      if (signals.signal !== null) break;
    }
  } finally {
    signals.dispose();
  }
  const exitCode = Math.max(...all.map(exitCodeOf));
  if (isJson) {
    const files = `{"command":"validate","exitCode":${exitCode},"files":[${objects.join(",")}]}`;
    io.stdout.write(`${paths.length === 1 ? objects[0] : files}\n`);
  }
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

/** What is written to standard output of a file; that it can't be checked stands on standard error, too. */
function render(
  { io, settings, environment }: PreparedCall,
  checked: Checked,
  isJson: boolean,
): string {
  const isGithub = settings.format === "github";
  if (checked.kind === "refused") {
    const { source, reason, told } = checked;
    if (isJson) return renderRefusal({ command: "validate", source }, reason);
    io.stderr.write(`rowferry: ${told}\n`);
    return isGithub ? refusalAnnotation(source, reason) : "";
  }
  const { result } = checked;
  if (isJson) return renderValidationJson(result);
  if (isGithub) return renderValidationGithub(result);
  if (settings.quiet && result.exitCode === EXIT.done) return "";
  const color = useColor(io.stdout.isTerminal, environment.get("NO_COLOR")?.value);
  return renderValidationText(result, { color });
}

function markdownOf(checked: Checked): string {
  return renderValidationMarkdown(checked.kind === "checked" ? checked.result : checked);
}
