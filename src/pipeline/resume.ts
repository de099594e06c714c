/**
 * `resume`: goes on with a run that stopped or was killed.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { digestFileRange, PrefixDigest, verifyFilePrefix } from "../checkpoint/digest.ts";
import type { Journal } from "../checkpoint/journal.ts";
import type { ShardFacts } from "../checkpoint/lines.ts";
import type { RunLock } from "../checkpoint/lock.ts";
import { reopenRun } from "../checkpoint/reopen.ts";
import type { RunState } from "../checkpoint/replay.ts";
import { findRuns, isResumable, listRuns } from "../checkpoint/runs.ts";
import type { RunSummary } from "../checkpoint/summarize.ts";
import { settingList } from "../config/resolve.ts";
import type { Settings } from "../config/settings.ts";
import type { Header } from "../csv/reader.ts";
import { CancelledError, UsageError } from "../errors.ts";
import { describeFileError, type Io } from "../io.ts";
import { shellWord } from "../report/format.ts";
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
 * @param argument a run's folder, its checkpoint, the CSV's path, or nothing. Where it leaves several
 * runs, the person at the terminal is asked.
 * @throws {UsageError} before anything is sent, when there is no such run, or the file or the
 * mapping differ from those of the run.
 */
export async function resumeFile(
  setup: RunSetup,
  argument: string | undefined,
): Promise<RunResult> {
  const logDir = setup.settings.logDir ?? DEFAULT_LOG_DIR;
  const runs = argument === undefined
    ? (await listRuns(setup.io, logDir)).filter(isResumable)
    : await findRuns(setup.io, logDir, argument);
  return await goOn(setup, "resume", await chooseRun(setup, runs, logDir));
}

/** Of several runs none is taken unasked: one may go to the real API, another to a sandbox. */
async function chooseRun(
  { io }: RunSetup,
  runs: readonly RunSummary[],
  logDir: string,
): Promise<RunSummary> {
  const [only, ...others] = runs;
  if (!only) throw new UsageError(`There is no unfinished run in ${logDir}`);
  if (others.length === 0) return only;
  const laneOf = ({ run }: RunSummary) => run?.source.lane ? `, ${run.source.lane}` : "";
  if (io.stdin.isTerminal && io.stderr.isTerminal) {
    const chosen = await io.prompts.select(
      "Which run?",
      runs.map((run) => ({
        value: run.folder,
        label: `${run.folder} (${run.changedAt}${laneOf(run)})`,
      })),
    );
    const run = runs.find(({ folder }) => folder === chosen);
    if (run) return run;
    throw new CancelledError("Cancelled: nothing was sent");
  }
  const list = runs
    .map((run) => `\n  rowferry resume ${shellWord(run.folder)}${laneOf(run).replace(",", "  #")}`)
    .join("");
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
  const { run } = state;
  const { shard } = run.source;
  const kept = readSettings(run.settings);
  const settings = { ...kept.settings, ...settingsOfCall(setup) };
  const target = await chooseTarget(io, run.destination, settings.mapping);
  if (settings.to !== undefined && settings.to !== run.destination) {
    throw new UsageError(`The run went to ${run.destination}, not to ${settings.to}`);
  }
  await using sandbox = await openSandbox(io, target, settings);
  const { secrets } = separateSecrets(target, targetVariables(target, setup.environment));
  const variables = { ...kept.variables, ...secrets, ...sandbox.variables };
  const source = { given: run.source.path, path: run.source.path, name: nameOf(run.source.path) };
  const header = readHeader(run.header);

  const digest = shard ? null : await provePrefix(io, source, state);
  if (shard) await proveShard(io, source, shard);
  const position = state.resumeAt ?? shard?.start;
  const input = await openInput(io, {
    settings,
    flags: setup.flags,
    source,
    target,
    variables,
    idPrefix: run.idPrefix,
    from: position && { position, header },
    end: shard?.end,
    onBytes: digest ? (bytes, offset) => takeBytes(digest, bytes, offset, state) : undefined,
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
      shard,
      earlier: state,
    });
  } finally {
    await input.close();
  }
}

/** What a call may change of a run: its environment gives no setting that the run keeps. */
function settingsOfCall({ settings, flags }: RunSetup): Settings {
  const changing = settingList.flatMap(([name, { kept }]) =>
    kept && !flags.has(name) ? [] : [[name, settings[name]]]
  );
  return Object.fromEntries(changing.filter(([, value]) => value !== undefined));
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

/** Digests bytes; those that are only skipped are not kept, or a stream would pile up in memory. */
function takeBytes(
  digest: PrefixDigest,
  bytes: Uint8Array,
  offset: number,
  { resumeAt }: RunState,
): void {
  digest.push(bytes, offset);
  if (resumeAt && digest.pushed <= resumeAt.offset) digest.at(digest.pushed);
}

/**
 * Proves that a shard's bytes are those that were cut off for it: a change of length anywhere before
 * its end would leave rows to two shards, or to none.
 */
async function proveShard(
  io: Pick<Io, "files">,
  source: Source,
  { start, end, index, count, digest }: ShardFacts,
): Promise<void> {
  const found = await digestFileRange(io.files, source.path, start.offset, end).catch((error) => {
    throw new UsageError(`Cannot read ${source.name}: ${describeFileError(error)}`, {
      cause: error,
    });
  });
  if (found === digest) return;
  throw new UsageError(
    `${source.name} was changed since shard ${index}/${count} was cut off, in the shard or before ` +
      `it: put back the file as it was, or start all shards anew with --restart`,
  );
}

/** Refuses to go on when what was imported, or how rows are worded, is not what it was. */
function assertSame(
  input: Input,
  header: Header,
  source: Source,
  { run, resumeAt }: RunState,
  digest: PrefixDigest | null,
): void {
  if (digest && resumeAt) {
    const shorter = digest.pushed < resumeAt.offset;
    if (shorter || digest.at(resumeAt.offset) !== resumeAt.digest) throw changed(source);
  } else if (digest && Buffer.compare(input.reader.header.raw, header.raw) !== 0) {
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
