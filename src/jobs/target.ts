/**
 * Where the rows go and how they are worded: the destination, its mapping, its variables.
 *
 * @module
 */

import type { Environment } from "../config/environment.ts";
import type { DestinationDefinition } from "../destinations/definition.ts";
import { builtinMapping, loadMappingSchema } from "../destinations/mappings.ts";
import { findDestination, loadDestination } from "../destinations/registry.ts";
import { type FileToRead, UsageError } from "../model/errors.ts";
import { Secret, type Variables } from "../model/secret.ts";
import { describeFileError } from "../model/file_errors.ts";
import type { Io } from "../io.ts";
import { parseMapping } from "../mapping/load.ts";
import type { MappingFile } from "../mapping/schema.ts";
import type { JobSetup } from "./setup.ts";

/** A destination and the mapping that rows take to it. */
export interface Target {
  readonly definition: DestinationDefinition;
  readonly mapping: MappingFile;
  /** Path of the mapping file as it was given, or null for the built-in mapping. */
  readonly mappingPath: string | null;
}

/**
 * Chooses the destination by `to`, or by the mapping file where `to` is not given.
 *
 * @param file what is to be sent there, if a file is.
 * @throws {UsageError} when there is no such destination or mapping, or the two disagree.
 */
export async function chooseTarget(
  io: Pick<Io, "files">,
  to: string | undefined,
  mappingPath: string | undefined,
  file: FileToRead | null = null,
): Promise<Target> {
  if (mappingPath !== undefined) {
    const text = await readMapping(io, mappingPath);
    const mapping = await parseMapping(text, mappingPath, await loadMappingSchema());
    if (to !== undefined && findDestination(to).name !== mapping.destination) {
      throw new UsageError(
        `${mappingPath} is a mapping for ${mapping.destination}, not for ${to}`,
        { remedy: { code: "drop-setting", setting: "to" } },
      );
    }
    return { definition: await loadDestination(mapping.destination), mapping, mappingPath };
  }
  const definition = await loadDestination(to);
  const mapping = await builtinMapping(definition);
  if (!mapping) {
    throw new UsageError(`${definition.name} has no built-in mapping`, {
      remedy: { code: "make-mapping", destination: definition.name, file },
    });
  }
  return { definition, mapping, mappingPath: null };
}

/** The target for a job's source: of what is written plainly, a mapping says nothing of how it is read. */
export function targetFor({ ownSource }: Pick<JobSetup, "ownSource">, target: Target): Target {
  if (ownSource !== "plain") return target;
  return { ...target, mapping: { ...target.mapping, csv: undefined } };
}

async function readMapping(io: Pick<Io, "files">, path: string): Promise<string> {
  try {
    return await io.files.readText(path);
  } catch (error) {
    throw new UsageError(`Cannot read the mapping ${path}: ${describeFileError(error)}`, {
      cause: error,
    });
  }
}

/** The target's variables that the environment holds, by name. */
export function targetVariables(
  target: Target,
  environment: Environment,
): Variables {
  const found: Record<string, string | Secret> = {};
  for (const { name, secret } of target.definition.variables(target.mapping)) {
    const variable = environment.get(name);
    if (variable) found[name] = secret ? new Secret(variable.value) : variable.value;
  }
  return found;
}

/**
 * The target's variables for a job that sends nothing: those that are missing stand for themselves
 * as in the sandbox, so that the requests' sizes are what they would be.
 */
export function variablesWithoutCredentials(
  target: Target,
  environment: Environment,
): Variables {
  return {
    ...target.definition.sandboxVariables("http://127.0.0.1", target.mapping),
    ...targetVariables(target, environment),
  };
}

/** The variables of a call: a dry run needs none, a sandbox brings its own. */
export function variablesFor(
  target: Target,
  { settings, environment }: Pick<JobSetup, "settings" | "environment">,
  sandbox: { readonly variables: Variables },
): Variables {
  if (settings.dryRun) return variablesWithoutCredentials(target, environment);
  return { ...targetVariables(target, environment), ...sandbox.variables };
}

/** Splits variables into those that a run records and those that it must not. */
export function separateSecrets(
  variables: Variables,
): { readonly open: Record<string, string>; readonly secrets: Record<string, Secret> } {
  const open: Record<string, string> = {};
  const secrets: Record<string, Secret> = {};
  for (const [name, value] of Object.entries(variables)) {
    if (typeof value === "string") open[name] = value;
    else secrets[name] = value;
  }
  return { open, secrets };
}
