/**
 * The command tree: turns the commands and the table of settings into a parser with help.
 *
 * @module
 */

import { Command as Parser, CommanderError, Option } from "commander";
import { type RawFlags, settingList } from "../../config/resolve.ts";
import { UsageError } from "../../model/errors.ts";
import type { Io } from "../../io.ts";
import { PAGE_WIDTH } from "../../report/format.ts";
import { describeVersion } from "../../version.ts";
import { type Command, HelpError } from "../command.ts";
import { explainCall } from "./call_errors.ts";
import { commands, flagsOf } from "./commands.ts";
import { commandHelp, flagHelp, PROGRAM_HELP } from "./help.ts";

/**
 * Parses the arguments, runs the command that they name, and returns its exit code.
 *
 * @throws {UsageError} when the arguments name no command or a flag that there isn't.
 */
export async function runCommand(args: readonly string[], io: Io): Promise<number> {
  let exitCode = 0;
  const program = describe(new Parser("rowferry"), io)
    .description(
      "Ferries the rows of a CSV file to a customer-data API: checked, batched, resumable.",
    )
    .version(describeVersion(io.runtime), "-V, --version", "show the version")
    .option("--licenses", "show the licenses of rowferry and of what it is made of")
    .on("option:licenses", () => {
      throw new UsageError("--licenses stands alone: rowferry --licenses");
    })
    .helpCommand("help [command]", "show help for a command")
    .addHelpText("after", PROGRAM_HELP);
  for (const command of commands) {
    const parser = describe(program.command(command.name), io)
      .summary(command.summary)
      .description(command.description)
      .addHelpOption(new Option("-h, --help", "show this help").helpGroup("General:"))
      .addHelpText("after", commandHelp(command));
    for (const { name, help } of command.arguments) parser.argument(name, help);
    addFlags(parser, command);
    parser.action(async (...received: unknown[]) => {
      const given = received.slice(0, command.arguments.length).flat() as (string | undefined)[];
      if (given.includes("-") && io.stdin.isTerminal && !parser.opts().quiet) {
        io.stderr.write("Reads standard input: type or paste rows, then press Ctrl-D.\n");
      }
      exitCode = await command.run({ io, args: given, flags: readFlags(parser.opts()) });
    });
  }
  try {
    await program.parseAsync(modernFlags(args), { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    const told = error instanceof CommanderError
      ? await explainCall(error, args, commands, io)
      : error;
    if (told instanceof HelpError) {
      const parser = program.commands.find((parser) => parser.name() === args[0]) ?? program;
      parser.configureOutput({ writeErr: (text) => io.stderr.write(text) });
      parser.outputHelp({ error: true });
      io.stderr.write("\n");
    }
    throw told;
  }
  return exitCode;
}

function describe(parser: Parser, io: Io): Parser {
  return parser
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: () => {}, // The error comes back as an exception and is told once, by the caller.
    })
    .configureHelp({ helpWidth: PAGE_WIDTH, sortSubcommands: false })
    .helpOption("-h, --help", "show this help")
    .showSuggestionAfterError();
}

function addFlags(parser: Parser, command: Command): void {
  for (const [, setting] of flagsOf(command)) {
    const short = setting.short ? `-${setting.short}, ` : "";
    const value = setting.placeholder ? ` ${setting.placeholder}` : "";
    const option = new Option(`${short}--${setting.flag}${value}`, flagHelp(command, setting));
    if (setting.repeatable) {
      option.argParser((text: string, sofar: string[] | undefined) => [...(sofar ?? []), text]);
    } else if (setting.placeholder) {
      option.argParser((text: string, before: string | undefined) => {
        if (before === undefined || before === text) return text;
        throw new UsageError(`--${setting.flag} is given twice, with different values`);
      });
    }
    parser.optionsGroup(`${setting.group}:`).addOption(option);
  }
}

/** Flags under the names of their settings; Commander names them after the flag. */
function readFlags(options: Record<string, unknown>): RawFlags {
  const flags: Record<string, unknown> = {};
  for (const [name, setting] of settingList) {
    if (setting.flag === null) continue;
    const option = new Option(`--${setting.flag}`);
    const value = options[option.attributeName()];
    if (option.negate) {
      if (value === false) flags[name] = true;
    } else if (value !== undefined) flags[name] = value;
  }
  return flags as RawFlags;
}

/** Flags of the connector before rowferry: its parser knew no short flags of two letters but these. */
const OLDER_FLAGS: Readonly<Record<string, string>> = { "-mi": "--min-age", "-ma": "--max-age" };

function modernFlags(args: readonly string[]): string[] {
  const end = args.indexOf("--");
  return args.map((word, at) => {
    const [name = "", ...value] = word.split("=");
    const flag = end === -1 || at < end ? OLDER_FLAGS[name] : undefined;
    return flag === undefined ? word : [flag, ...value].join("=");
  });
}
