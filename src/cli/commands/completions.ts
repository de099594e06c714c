/**
 * `rowferry completions <shell>`: a script that completes commands, flags and their values.
 *
 * @module
 */

import { UsageError } from "../../model/errors.ts";
import { EXIT } from "../exit_code.ts";
import { nearest } from "../../text/nearest.ts";
import type { Call, Command } from "../command.ts";

const SHELLS = ["bash", "zsh", "fish"];

/** Prints the completion script of a shell. */
export const completionsCommand: Command = {
  name: "completions",
  arguments: [{ name: "<shell>", help: "bash, zsh or fish", words: SHELLS }],
  summary: "print a script that completes commands",
  description:
    "Prints a script that makes a shell complete commands, flags, destinations, runs to " +
    "resume, and columns. Its line, as below, goes into ~/.bashrc, or into ~/.zshrc after compinit.",
  examples: [
    'eval "$(rowferry completions bash)"',
    'eval "$(rowferry completions zsh)"',
    "rowferry completions fish > ~/.config/fish/completions/rowferry.fish",
  ],
  async run({ io, args: [shell = ""] }: Call): Promise<number> {
    const { COMPLETION_SCRIPTS } = await import("../completion/scripts.ts");
    const script = COMPLETION_SCRIPTS[shell];
    if (!SHELLS.includes(shell) || script === undefined) {
      const guess = nearest(shell, SHELLS);
      throw new UsageError(
        `There is no completion script for "${shell}": ` +
          (guess ? `did you mean ${guess}?` : "there are bash, zsh and fish"),
      );
    }
    io.stdout.write(script);
    return EXIT.done;
  },
};
