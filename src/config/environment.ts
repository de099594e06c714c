/**
 * The environment as the program sees it: the process's variables over those of an `.env` file.
 *
 * @module
 */

import { cannotRead, fileErrorCode } from "../model/file_errors.ts";
import type { Io } from "../io.ts";
import { settings } from "./settings.ts";

/** A variable's value and where it stands, for messages. */
export interface Variable {
  readonly value: string;
  /** `the environment` or the file's name. */
  readonly origin: string;
  /** True when it stands in the file, over which the process's own variables go. */
  readonly isFromFile: boolean;
}

/** Variables by name. A variable that is set to nothing counts as not set. */
export interface Environment {
  get(name: string): Variable | null;
  names(): readonly string[];
}

/** True for the file that is read, if it is there, in whichever folder a call is made. */
export function isUsualEnvFile(envFile: string): boolean {
  return envFile === settings.envFile.default;
}

/**
 * Reads the environment, and under it `envFile`, or `.env` in the working folder if there is one.
 *
 * @throws {UsageError} when a named file is missing or can't be read.
 */
export async function loadEnvironment(
  io: Pick<Io, "env" | "files">,
  envFile: string | undefined,
): Promise<Environment> {
  const variables = new Map<string, Variable>();
  const path = envFile ?? settings.envFile.default;
  for (const [name, value] of Object.entries(await readEnvFile(io, path, envFile !== undefined))) {
    if (value !== "") variables.set(name, { value, origin: path, isFromFile: true });
  }
  for (const [name, value] of Object.entries(io.env())) {
    if (value !== "") {
      variables.set(name, { value, origin: "the environment", isFromFile: false });
    }
  }
  return {
    get: (name) => variables.get(name) ?? null,
    names: () => [...variables.keys()],
  };
}

async function readEnvFile(
  io: Pick<Io, "files">,
  path: string,
  required: boolean,
): Promise<Record<string, string>> {
  let text: string;
  try {
    text = await io.files.readText(path);
  } catch (error) {
    if (!required && fileErrorCode(error) === "not-found") return {};
    throw cannotRead(path, error);
  }
  const { parse } = await import("./dotenv.ts");
  return parse(text);
}
