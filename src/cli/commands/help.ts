/**
 * The texts of help that are put together: what stands beside a flag and below the flags.
 *
 * @module
 */

import { credentialHelp } from "../../config/destinations.ts";
import { helpWithDefault, olderVariables, type Setting } from "../../config/setting.ts";
import { settings } from "../../config/settings.ts";
import { PAGE_WIDTH, wrap } from "../../report/format.ts";
import type { Command } from "../command.ts";

/** What stands below the list of commands. */
export const PROGRAM_HELP = `
Examples:
  rowferry import examples/policies.csv --to mparticle --sandbox
  rowferry init crm.csv --to http --output crm.yaml
  rowferry validate crm.csv --mapping crm.yaml
  rowferry import crm.csv --mapping crm.yaml

A setting comes from its flag, else from the environment, else from .env, else
from the mapping file, else it has the default that the command's help names.
ROWFERRY_<FLAG> stands for any flag: ROWFERRY_LOG_DIR for --log-dir.

Credentials are never flags; they come from the environment or from .env:
${table(credentialHelp).join("\n")}

Exit codes:
  0              every row was accepted or filtered; validate: no invalid row
  1              finished, and some rows were rejected or unknown; doctor: a
                 problem; status --failed: a run that needs somebody
  2              something in the call, the settings or the file is wrong
  3              stopped before the end; rowferry resume goes on from there
  4              stopped: the API refused the credentials; resumable
  5              another run of the same file and destination is in progress
  70             internal error
  129, 130, 143  stopped by SIGHUP, SIGINT, SIGTERM; resumable`;

/** A flag's help for a command: what it does, its default, and variables that stand for it. */
export function flagHelp({ name }: Command, setting: Setting): string {
  const { help, kept, placeholder } = setting;
  // A resumed run takes these from its start, not from defaults or the environment.
  if (name === "resume" && kept) {
    return placeholder ? `${help} (default: as it was started)` : help;
  }
  return [helpWithDefault(setting), ...olderVariables(setting).map((name) => `[${name}]`)].join(
    " ",
  );
}

/** What stands below a command's flags: the variables without a flag, and the examples. */
export function commandHelp(command: Command): string {
  const { name, examples } = command;
  const own = Object.values<Setting>(settings).filter(({ commands }) => commands.includes(name));
  const only = own.flatMap((setting) =>
    setting.flag === null
      ? olderVariables(setting).map((name) => [name, helpWithDefault(setting)] as const)
      : []
  );
  const title = examples.length === 1 ? "Example:" : "Examples:";
  return [
    ...(only.length > 0 ? ["", "Environment:", ...table(only)] : []),
    ...(own.some((setting) => olderVariables(setting).length > 0) && name !== "resume"
      ? ["  A flag can also be set by the variable in brackets or as ROWFERRY_<FLAG>."]
      : []),
    "",
    title,
    ...examples.map((line) => `  ${line}`),
  ].join("\n");
}

function table(rows: readonly (readonly [name: string, help: string])[]): string[] {
  const width = Math.max(...rows.map(([name]) => name.length)) + 4;
  return rows.map(([name, help]) =>
    `  ${name}`.padEnd(width) +
    wrap(help, PAGE_WIDTH - width).replaceAll("\n", "\n".padEnd(width + 1))
  );
}
