/**
 * All commands, in the order in which help lists them.
 *
 * @module
 */

import { settingList } from "../../config/resolve.ts";
import { forCommand, type Setting } from "../../config/setting.ts";
import type { SettingName } from "../../config/settings.ts";
import type { Command } from "../command.ts";
import { completionsCommand } from "./completions.ts";
import { doctorCommand } from "./doctor.ts";
import { importCommand } from "./import.ts";
import { initCommand } from "./init.ts";
import { mappingCommand } from "./mapping.ts";
import { reportCommand } from "./report.ts";
import { resumeCommand } from "./resume.ts";
import { schemaCommand } from "./schema.ts";
import { sendCommand } from "./send.ts";
import { serveCommand } from "./serve.ts";
import { statusCommand } from "./status.ts";
import { validateCommand } from "./validate.ts";

/** All commands. */
export const commands: readonly Command[] = [
  importCommand,
  resumeCommand,
  sendCommand,
  validateCommand,
  serveCommand,
  statusCommand,
  reportCommand,
  doctorCommand,
  initCommand,
  mappingCommand,
  schemaCommand,
  completionsCommand,
];

/** A setting that has a flag. */
export type Flag = Setting & { readonly flag: string };

/** The flags of a command, each with the name of its setting. */
export function flagsOf(command: Command): [SettingName, Flag][] {
  return settingList
    .filter((entry): entry is [SettingName, Flag] =>
      entry[1].flag !== null && entry[1].commands.includes(command.name)
    )
    .map(([name, flag]) => [name, forCommand(command.name, flag)]);
}
