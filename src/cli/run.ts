/**
 * The command line as a function: arguments and the outside in, exit code out.
 *
 * What scripts ask often, `--version` and completions, is answered before the framework is loaded.
 *
 * @module
 */

import { errorMessage, UsageError } from "../model/errors.ts";
import { EXIT, exitCodeOf } from "./exit_code.ts";
import type { Io } from "../io.ts";
import { canAsk } from "../text/terminal.ts";
import { printable } from "../text/printable.ts";
import { describeVersion } from "../version.ts";

/**
 * Runs one command and says with which code the process ends, when all that it wrote is out. Never
 * throws.
 */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const exitCode = await runArguments(args, io);
  try {
    await io.flush();
    return exitCode;
  } catch (error) {
    io.stderr.write(`rowferry: ${errorMessage(error)}\n`);
    await io.flush();
    return exitCodeOf(error);
  }
}

async function runArguments(args: readonly string[], io: Io): Promise<number> {
  try {
    if (args.length === 1 && (args[0] === "--version" || args[0] === "-V")) {
      io.stdout.write(`${describeVersion(io.runtime)}\n`);
      return EXIT.done;
    }
    if (args.length === 1 && args[0] === "--licenses") {
      const { licensesText } = await import("./notices/licenses.ts");
      io.stdout.write(licensesText());
      return EXIT.done;
    }
    refuseBrokenDeno(io.runtime.deno);
    if (args[0] === "__complete") {
      const { complete } = await import("./completion/complete.ts");
      return await complete(args.slice(1), io);
    }
    if (args.length === 0 && canAsk(io) && io.stdout.isTerminal) {
      const { guide } = await import("./guide/guide.ts");
      return await guide(io, runArguments);
    }
    const { runCommand } = await import("./commands/tree.ts");
    return await runCommand(args, io);
  } catch (thrown) {
    const { refusalOf, ToldError } = await import("./refusal.ts");
    const error = thrown instanceof ToldError ? thrown.cause : thrown;
    if (thrown === error && exitCodeOf(error) === EXIT.usage) {
      io.stdout.write(refusalOf(args, io, await describe(error)));
    }
    // Errors name columns and files, whose names are not ours.
    io.stderr.write(`rowferry: ${await describe(error, printable)}\n`);
    return exitCodeOf(error);
  }
}

/** Releases of Deno in which a pending read of a closed connection never ends. */
const DENO_WITHOUT_TIME_LIMITS = ["2.8.3"];

function refuseBrokenDeno(version: string): void {
  if (!DENO_WITHOUT_TIME_LIMITS.includes(version)) return;
  throw new UsageError(
    `Deno ${version} has a fault that keeps time limits from ending a request; ` +
      "use another release, 2.8.2 or 2.9 for instance",
  );
}

async function describe(error: unknown, show?: (text: string) => string): Promise<string> {
  if (exitCodeOf(error) !== EXIT.internal) {
    const { describeError } = await import("./remedies.ts");
    return describeError(error, show);
  }
  const trace = error instanceof Error ? error.stack : undefined;
  return `internal error, please report it: ${trace ?? errorMessage(error)}`;
}
