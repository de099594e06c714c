/**
 * `rowferry completions`.
 *
 * @module
 */

import type { Call, Command } from "./command.ts";
import { prepare } from "./command.ts";

export const completionsCommand: Command = {
  name: "completions",
  arguments: [{ name: "<shell>", help: "bash, zsh or fish" }],
  summary: "print a script that completes commands",
  description: "Prints a completion script for a shell.",
  examples: ["source <(rowferry completions bash)", "rowferry completions fish | source"],
  async run(call: Call): Promise<number> {
    await prepare("completions", call);
    return 0;
  },
};
