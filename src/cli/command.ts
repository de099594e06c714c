/**
 * What a command is: how it is called and described, and the function that carries it out.
 *
 * @module
 */

import { type Environment, loadEnvironment } from "../config/environment.ts";
import { checkNetwork } from "../config/network.ts";
import { type RawFlags, type Resolved, resolveSettings } from "../config/resolve.ts";
import type { CommandName } from "../config/setting.ts";
import type { Io } from "../io.ts";
import { UsageError } from "../model/errors.ts";

/** What a call lacks is so much that its help is shown. */
export class HelpError extends UsageError {}

/** One call of a command. */
export interface Call {
  readonly io: Io;
  /** Arguments that are not flags; an optional one that was not given is undefined. */
  readonly args: readonly (string | undefined)[];
  readonly flags: RawFlags;
}

/** An argument that is not a flag. */
export interface Argument {
  /** As help shows it: `<file>` is needed, `[run]` is not. */
  readonly name: string;
  readonly help: string;
  /** Values that a shell offers, where there are only a few. */
  readonly words?: readonly string[];
}

/** A command of the tree. */
export interface Command {
  readonly name: CommandName;
  readonly arguments: readonly Argument[];
  /** One line for the list of commands. */
  readonly summary: string;
  /** What it does, in a few sentences. */
  readonly description: string;
  readonly examples: readonly string[];
  /** Carries the call out and says with which code the process ends. */
  run(call: Call): Promise<number>;
}

/** A call with its settings read and checked. */
export interface PreparedCall extends Resolved {
  readonly io: Io;
  readonly environment: Environment;
}

/**
 * Reads the environment and the settings of a call.
 *
 * @throws {UsageError} when a flag or a variable doesn't hold what it should.
 */
export async function prepareCall(command: CommandName, call: Call): Promise<PreparedCall> {
  const { io, flags } = call;
  const envFile = typeof flags.envFile === "string"
    ? flags.envFile
    : io.env().ROWFERRY_ENV_FILE || undefined;
  const environment = await loadEnvironment(io, envFile);
  await checkNetwork(io, environment);
  return { io, environment, ...resolveSettings(command, flags, environment) };
}
