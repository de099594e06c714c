/**
 * Whose settings hold: a file in a run's folder is imported with that run's, and a resumed run keeps
 * its own.
 *
 * @module
 */

import { parentFolder, runsFolder } from "../checkpoint/folders.ts";
import { findParentRun } from "../checkpoint/lineage.ts";
import type { RunHeader } from "../checkpoint/lines.ts";
import { withTarget } from "../checkpoint/run_target.ts";
import { type Environment, isUsualEnvFile, loadEnvironment } from "../config/environment.ts";
import { settingList, settingsFor } from "../config/resolve.ts";
import type { Settings } from "../config/settings.ts";
import type { Files } from "../io.ts";
import { inferDestination } from "./infer_destination.ts";
import { restoreSettings } from "./kept_settings.ts";
import type { JobSetup } from "./setup.ts";
import { fileToRead, findSource, type Source } from "./source.ts";
import { chooseTarget, type Target, targetFor } from "./target.ts";
import { refuseOtherTarget, targetOfOlderRuns } from "./target_of_run.ts";

/** The settings of a call, with those that its file brings along. */
interface Inherited {
  readonly setup: JobSetup;
  /** What a run's file brings along; flags go over it, and it goes over the environment. */
  readonly settings: Partial<Settings>;
}

/**
 * Finds a file and its target, with the settings that hold for it.
 *
 * @throws {UsageError} when there is none, or the settings of now name another target than its run's.
 */
export async function takeUp(
  given: JobSetup,
  path: string,
): Promise<{ readonly setup: JobSetup; readonly target: Target; readonly source: Source }> {
  const source = await findSource(given.io, path);
  const inherited = await inherit(given, source);
  const known = { ...given.settings, ...inherited.settings };
  const named = { ...known, to: inferDestination(inherited.setup, known) };
  const target = targetFor(
    given,
    await chooseTarget(given.io, named.to, named.mapping, fileToRead(source, named)),
  );
  const settings = {
    ...settingsFor(target.definition.name, given, inherited.setup.environment),
    ...inherited.settings,
  };
  return { setup: { ...inherited.setup, settings }, target, source };
}

/**
 * The settings that a file in a run's folder brings along: where the rows go, and how they are read.
 * A flag that names another destination or another file of settings says that they go elsewhere.
 *
 * @throws {UsageError} when the settings of now name another target than the run's.
 */
async function inherit(setup: JobSetup, source: Source): Promise<Inherited> {
  const { io, flags } = setup;
  const parent = await findParentRun(io.files, source.path);
  if (!parent) return { setup, settings: {} };
  const to = flags.has("to") ? setup.settings.to : parent.destination;
  if (to !== parent.destination) return { setup, settings: {} };
  const kept = restoreSettings(parent.settings);
  const settings = {
    ...ofItsRows(kept.settings),
    // Where its run lies, it is known what of it was sent before.
    logDir: await logDirOf(io.files, source, parent) ?? setup.settings.logDir,
    ...flagged(setup),
    to,
  };
  const environment = await environmentOf(setup, kept.settings);
  if (flags.has("envFile")) return { setup, settings };
  const run = await withTarget(parent, targetOfOlderRuns(io));
  const target = await chooseTarget(io, to, settings.mapping);
  refuseOtherTarget(run, target, environment);
  const fixed = withVariables(environment, kept.variables);
  return { setup: { ...setup, environment: fixed }, settings };
}

/**
 * What holds for the rows of a file wherever they stand, below the same lines as there. A part of the
 * file is no part of theirs, they stand in no sheet, and its last lines, which the mapping may know, are
 * not among them.
 */
function ofItsRows(settings: Settings): Partial<Settings> {
  const { shard: _shard, sheet: _sheet, ...rows } = settings;
  return { ...rows, footer: [] };
}

/** The log folder in which a run's file lies, as near as its path was given; null for a copy elsewhere. */
async function logDirOf(
  files: Files,
  { given, path }: Source,
  { runId, source, destination }: RunHeader,
): Promise<string | null> {
  const up = (file: string) => parentFolder(parentFolder(parentFolder(file)));
  const logDir = up(path);
  const folder = `${runsFolder(logDir, source.path, destination)}/${runId}`;
  if (parentFolder(path) !== folder) return null;
  const near = up(given);
  return await files.realPath(near).catch(() => null) === logDir ? near : logDir;
}

/** The environment with the settings' file that a run was started with, unless a flag names another. */
export async function environmentOf(
  { io, flags, environment }: Pick<JobSetup, "io" | "flags" | "environment">,
  { envFile }: Pick<Settings, "envFile">,
): Promise<Environment> {
  if (flags.has("envFile") || isUsualEnvFile(envFile)) return environment;
  return await loadEnvironment(io, envFile);
}

/** The settings that were given as flags. */
function flagged({ settings, flags }: Pick<JobSetup, "settings" | "flags">): Partial<Settings> {
  return Object.fromEntries([...flags].map((name) => [name, settings[name]]));
}

/** What a call may change of a run: its environment gives no setting that the run keeps. */
export function settingsOfCall({ settings, flags }: JobSetup): Partial<Settings> {
  const changing = settingList.flatMap(([name, { kept }]) =>
    kept && !flags.has(name) ? [] : [[name, settings[name]]]
  );
  return Object.fromEntries(changing.filter(([, value]) => value !== undefined));
}

/** An environment in which these variables stand as they stood for a run. */
function withVariables(
  environment: Environment,
  variables: Readonly<Record<string, string>>,
): Environment {
  const known = new Map(Object.entries(variables));
  return {
    get: (name) => {
      const value = known.get(name);
      return value === undefined
        ? environment.get(name)
        : { value, origin: "the run's settings", isFromFile: false };
    },
    names: () => [...new Set([...environment.names(), ...known.keys()])],
  };
}
