/**
 * `import`: starts a run, or goes on with an unfinished one of the same file.
 *
 * @module
 */

import { PrefixDigest } from "../checkpoint/digest.ts";
import { createRun } from "../checkpoint/create.ts";
import { newIdPrefix, runsFolder } from "../checkpoint/folders.ts";
import type { Journal } from "../checkpoint/journal.ts";
import type { ShardFacts } from "../checkpoint/lines.ts";
import { acquireLock, type RunLock } from "../checkpoint/lock.ts";
import { findParent } from "../checkpoint/parent.ts";
import { isResumable, unfinishedRuns } from "../checkpoint/runs.ts";
import type { Settings } from "../config/settings.ts";
import { openReader } from "../csv/reader.ts";
import { openSource } from "../csv/source.ts";
import { CancelledError, UsageError } from "../errors.ts";
import type { Io } from "../io.ts";
import type { RunResult } from "../report/summary.ts";
import { decideStart } from "./decide.ts";
import { deliverRun } from "./deliver.ts";
import { limitsFor } from "./delivery_options.ts";
import { type Input, lineEndOf, mappingDigest, openInput, readerOptions } from "./input.ts";
import { recordHeader } from "./kept_header.ts";
import { recordSettings } from "./kept_settings.ts";
import { laneOf } from "./lane.ts";
import { goOn } from "./resume.ts";
import { openSandbox } from "./sandbox.ts";
import { DEFAULT_LOG_DIR, type RunSetup } from "./setup.ts";
import { cutShard } from "./shard.ts";
import { findSource, type Source } from "./source.ts";
import {
  chooseTarget,
  separateSecrets,
  type Target,
  targetVariables,
  variablesFor,
} from "./target.ts";
import { unrecorded } from "./unrecorded.ts";

/**
 * Imports a file.
 *
 * @throws {UsageError} before anything is sent, when a setting, the file or the mapping is wrong.
 * @throws {RunInProgressError} when another process imports the file to the destination.
 */
export async function importFile(setup: RunSetup, path: string): Promise<RunResult> {
  const { io, settings } = setup;
  const target = await chooseTarget(io, settings.to, settings.mapping);
  const source = await findSource(io, path);
  if (settings.dryRun) return await start(setup, target, source);

  const logDir = settings.logDir ?? DEFAULT_LOG_DIR;
  const destination = target.kind.name;
  const folder = runsFolder(logDir, source.path, destination);
  const id = { path: source.path, lane: laneOf(settings) };
  // A pipe is nobody else's: its lock is taken when the run has an id.
  const lock = path === "-"
    ? undefined
    : await acquireLock(io, { folder, source: id, destination });
  try {
    const unfinished = await unfinishedRuns(io, logDir, id, destination, !!lock);
    const damaged = unfinished.find(({ standing }) => standing === "damaged");
    if (damaged && !settings.restart) throw new UsageError(damaged.reason ?? damaged.folder);
    const latest = unfinished.findLast(isResumable);
    const decision = await decide(setup, source, latest !== undefined);
    if (decision === "resume" && latest) return await goOn(setup, "import", latest, lock);
    return await start(setup, target, source, lock);
  } catch (error) {
    lock?.release();
    throw error;
  }
}

async function decide(
  { io, settings }: RunSetup,
  source: Source,
  hasUnfinished: boolean,
): Promise<"start" | "resume"> {
  const canAsk = io.stdin.isTerminal && io.stderr.isTerminal;
  const lane = laneOf(settings);
  const name = lane === "" ? source.name : `${source.name} (${lane})`;
  const decision = decideStart(name, settings, hasUnfinished, canAsk);
  if (decision !== "ask") return decision;
  const answer = await io.prompts.select(`An unfinished run of ${name} exists.`, [
    { value: "resume", label: "Resume it" },
    { value: "start", label: "Start from the first row" },
    { value: "cancel", label: "Cancel" },
  ]);
  if (answer === "resume" || answer === "start") return answer;
  throw new CancelledError("Cancelled: nothing was sent");
}

async function start(
  setup: RunSetup,
  target: Target,
  source: Source,
  lock?: RunLock,
): Promise<RunResult> {
  const { io, settings } = setup;
  await using sandbox = await openSandbox(io, target, settings);
  const variables = variablesFor(target, setup, sandbox);
  const idPrefix = newIdPrefix(io);
  const shard = settings.shard &&
    await cutShard(io, source, settings.shard, settings, setup.control.stop);
  // A shard's bytes are digested before the first of them is sent.
  const digest = shard ? null : new PrefixDigest();
  const input = await openInput(io, {
    ...setup,
    source,
    target,
    variables,
    idPrefix,
    from: shard && { position: shard.facts.start, header: shard.header },
    end: shard?.facts.end,
    onBytes: digest ? (bytes, offset) => digest.push(bytes, offset) : undefined,
  });
  try {
    const limits = limitsFor(input.connection.destination, setup);
    const journal = settings.dryRun
      ? unrecorded()
      : await record(setup, target, source, input, shard?.facts ?? null, idPrefix, lock);
    return await deliverRun({
      setup,
      command: "import",
      source,
      target,
      variables,
      input,
      journal,
      limits,
      digest,
      shard: shard?.facts ?? null,
      earlier: null,
    });
  } finally {
    await input.close();
  }
}

/** Makes the run's folder and its checkpoint. */
async function record(
  { io, settings, environment }: RunSetup,
  target: Target,
  source: Source,
  input: Input,
  shard: ShardFacts | null,
  idPrefix: string,
  lock: RunLock | undefined,
): Promise<Journal> {
  const { header } = input.reader;
  const parent = await findParent(io.files, source.path);
  const { open } = separateSecrets(target, targetVariables(target, environment));
  return await createRun(io, {
    logDir: settings.logDir ?? DEFAULT_LOG_DIR,
    source: {
      path: source.path,
      lane: laneOf(settings),
      kind: input.kind,
      size: input.size,
      shard,
    },
    destination: target.kind.name,
    settings: recordSettings({ settings: await withRealPaths(io, settings), variables: open }),
    mapping: { file: target.mappingPath, digest: mappingDigest(input.mapping) },
    header: {
      bytes: header.raw,
      lineEnd: lineEndOf(header),
      end: header.end,
      reader: recordHeader(header),
    },
    rejectedFolder: settings.rejectedFolder ?? null,
    parent,
    sameRows: parent !== null && shard === null &&
      await countRows(io, source, settings) === parent.rows.length,
    idPrefix,
    lock,
  });
}

/** A run may be resumed from another working folder. */
async function withRealPaths(io: Pick<Io, "files">, settings: Settings): Promise<Settings> {
  const { mapping } = settings;
  return mapping === undefined
    ? settings
    : { ...settings, mapping: await io.files.realPath(mapping) };
}

/** Rows of a file, wrong ones too. Only asked for files of rejected rows. */
async function countRows(
  io: Pick<Io, "files" | "stdin">,
  source: Source,
  settings: Settings,
): Promise<number> {
  const opened = await openSource(io, source.path);
  const reader = await openReader(opened, readerOptions(source, settings));
  try {
    let count = 0;
    for (let rows = await reader.read(); rows; rows = await reader.read()) count += rows.length;
    return count;
  } finally {
    await reader.close();
  }
}
