/**
 * `resume`: goes on with a run that stopped or was killed.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { PrefixDigest, verifyFilePrefix } from "../checkpoint/digest.ts";
import type { Journal } from "../checkpoint/journal.ts";
import type { RunLock } from "../checkpoint/lock.ts";
import { reopenRun } from "../checkpoint/reopen.ts";
import type { RunState } from "../checkpoint/replay.ts";
import { findRun, isResumable, listRuns } from "../checkpoint/runs.ts";
import type { RunSummary } from "../checkpoint/summarize.ts";
import type { Header } from "../csv/reader.ts";
import { CancelledError, UsageError } from "../errors.ts";
import { describeFileError, type Io } from "../io.ts";
import type { RunResult } from "../report/summary.ts";
import { deliverRun } from "./deliver.ts";
import { limitsFor } from "./delivery_options.ts";
import { type Input, mappingDigest, openInput } from "./input.ts";
import { readHeader } from "./kept_header.ts";
import { readSettings } from "./kept_settings.ts";
import { openSandbox } from "./sandbox.ts";
import { DEFAULT_LOG_DIR, type RunSetup } from "./setup.ts";
import type { Source } from "./source.ts";
import { chooseTarget, separateSecrets, targetVariables } from "./target.ts";

/**
 * Goes on with a run.
 *
 * @param argument a run's folder, its checkpoint, the CSV's path, or nothing where only one run is
 * unfinished.
 * @throws {UsageError} before anything is sent, when there is no such run, or the file or the
 * mapping differ from those of the run.
 */
export async function resumeFile(
  setup: RunSetup,
  argument: string | undefined,
): Promise<RunResult> {
  const logDir = setup.settings.logDir ?? DEFAULT_LOG_DIR;
  const run = argument === undefined
    ? await onlyUnfinished(setup, logDir)
    : await findRun(setup.io, logDir, argument);
  return await goOn(setup, "resume", run);
}

async function onlyUnfinished({ io }: RunSetup, logDir: string): Promise<RunSummary> {
  const runs = (await listRuns(io, logDir)).filter(isResumable);
  const [only, ...others] = runs;
  if (!only) throw new UsageError(`There is no unfinished run in ${logDir}`);
  if (others.length === 0) return only;
  if (io.stdin.isTerminal && io.stderr.isTerminal) {
    const chosen = await io.prompts.select(
      "Which run?",
      runs.map(({ folder, changedAt }) => ({ value: folder, label: `${folder} (${changedAt})` })),
    );
    const run = runs.find(({ folder }) => folder === chosen);
    if (run) return run;
    throw new CancelledError("Cancelled: nothing was sent");
  }
  const list = runs.map(({ folder }) => `\n  rowferry resume ${folder}`).join("");
  throw new UsageError(`There are ${runs.length} unfinished runs in ${logDir}; name one:${list}`);
}

/** Goes on with a run, under its lock if the caller holds it already. */
export async function goOn(
  setup: RunSetup,
  command: "import" | "resume",
  { folder }: RunSummary,
  lock?: RunLock,
): Promise<RunResult> {
  const { journal, state } = await reopenRun(setup.io, folder, lock);
  try {
    return await goOnWith(setup, command, journal, state);
  } catch (error) {
    await journal.close();
    throw error;
  }
}

async function goOnWith(
  setup: RunSetup,
  command: "import" | "resume",
  journal: Journal,
  state: RunState,
): Promise<RunResult> {
  const { io } = setup;
  const { run, resumeAt } = state;
  const kept = readSettings(run.settings);
  const settings = { ...kept.settings, ...setup.settings };
  const target = await chooseTarget(io, run.destination, settings.mapping);
  if (settings.to !== undefined && settings.to !== run.destination) {
    throw new UsageError(`The run went to ${run.destination}, not to ${settings.to}`);
  }
  await using sandbox = await openSandbox(io, target, settings);
  const { secrets } = separateSecrets(target, targetVariables(target, setup.environment));
  const variables = { ...kept.variables, ...secrets, ...sandbox.variables };
  const source = { given: run.source.path, path: run.source.path, name: nameOf(run.source.path) };
  const header = readHeader(run.header);

  const digest = await provePrefix(io, source, state);
  const input = await openInput(io, {
    settings,
    flags: setup.flags,
    source,
    target,
    variables,
    idPrefix: run.idPrefix,
    from: resumeAt ? { position: resumeAt, header } : undefined,
    onBytes: (bytes, offset) => digest.push(bytes, offset),
  });
  try {
    assertSame(input, header, source, state, digest);
    return await deliverRun({
      setup: { ...setup, settings },
      command,
      source,
      target,
      variables,
      input,
      journal,
      limits: limitsFor(input.connection.destination, { settings, flags: setup.flags }),
      digest,
      earlier: state,
    });
  } finally {
    await input.close();
  }
}

function nameOf(path: string): string {
  return path === "-" ? "standard input" : path;
}

/** The digest up to where the run goes on: of a file by reading it, of a stream as it is skipped. */
async function provePrefix(
  io: Pick<Io, "files">,
  source: Source,
  { run, resumeAt }: RunState,
): Promise<PrefixDigest> {
  if (run.source.kind !== "file" || !resumeAt) return new PrefixDigest();
  const { offset, digest: expected } = resumeAt;
  try {
    const digest = await verifyFilePrefix(io.files, source.path, offset, expected);
    if (digest) return digest;
  } catch (error) {
    throw new UsageError(`Cannot read ${source.name}: ${describeFileError(error)}`, {
      cause: error,
    });
  }
  throw changed(source);
}

/** Refuses to go on when what was imported, or how rows are worded, is not what it was. */
function assertSame(
  input: Input,
  header: Header,
  source: Source,
  { run, resumeAt }: RunState,
  digest: PrefixDigest,
): void {
  if (resumeAt) {
    if (digest.at(resumeAt.offset) !== resumeAt.digest) throw changed(source);
  } else if (Buffer.compare(input.reader.header.raw, header.raw) !== 0) {
    throw new UsageError(`The header of ${source.name} differs from the run's: import it anew`);
  }
  if (mappingDigest(input.mapping) !== run.mapping.digest) {
    throw new UsageError(
      `The mapping differs from the one that the run was started with (columns, checks or ` +
        `filters): use that one, or start anew with rowferry import --restart`,
    );
  }
}

function changed({ name }: Source): UsageError {
  return new UsageError(
    `${name} was changed since the run stopped, in the part that is imported already: ` +
      `start anew with rowferry import --restart`,
  );
}
