/**
 * Starts a run: from the first row of a file, or of a shard of it.
 *
 * @module
 */

import { createRun } from "../checkpoint/create.ts";
import { PrefixDigest } from "../checkpoint/digest.ts";
import { newIdPrefix, runIdOf } from "../checkpoint/folders.ts";
import type { Journal } from "../checkpoint/journal.ts";
import type { RunLock } from "../checkpoint/lock.ts";
import { findLineage } from "../checkpoint/lineage.ts";
import { acquireUserLock } from "../checkpoint/user_lock.ts";
import { isUsualEnvFile } from "../config/environment.ts";
import type { Settings } from "../config/settings.ts";
import { ProblemColumn, rejectedHead } from "../csv/problem_column.ts";
import { openReader, type ReaderOptions } from "../csv/reader.ts";
import { openSource } from "../csv/source.ts";
import type { Io } from "../io.ts";
import { type TargetId, targetKey } from "../model/target.ts";
import type { RunResult } from "../report/summary.ts";
import { unlessStopped } from "./stopping.ts";
import { deliverRun } from "./deliver.ts";
import { limitsFor } from "./delivery_options.ts";
import { type Input, lineEndOf, openInput } from "./input.ts";
import { recordHeader } from "./kept_header.ts";
import { readerOptions } from "./reading.ts";
import { recordSettings } from "./kept_settings.ts";
import { openSandbox } from "./sandbox.ts";
import type { JobSetup } from "./setup.ts";
import { cutShard, type ShardCut } from "./shard.ts";
import { type Source, sourceIdOf } from "./source.ts";
import { separateSecrets, type Target, targetVariables, variablesFor } from "./target.ts";
import { targetIdOf } from "./target_of_run.ts";
import { unrecorded } from "./unrecorded.ts";

/**
 * Starts a run and delivers its rows; a dry run is not recorded.
 *
 * @param lock the lock of the source and destination, where the caller took it; the run's now.
 * @param beforeStart called right before the run is recorded; it may throw.
 * @throws {UsageError} before anything is sent, when a setting, the file or the mapping is wrong.
 */
export async function startRun(
  setup: JobSetup,
  target: Target,
  source: Source,
  lock?: RunLock,
  beforeStart?: (shard: ShardCut | null) => Promise<void>,
): Promise<RunResult> {
  const { io, settings } = setup;
  await using sandbox = await openSandbox(io, target, settings);
  const variables = variablesFor(target, setup, sandbox);
  const targetId = targetIdOf(target, variables, settings);
  const idPrefix = newIdPrefix(io);
  const reading = await readerOptions(source, settings, target.mapping.csv);
  const shard = settings.shard && await unlessStopped(
    setup.signals,
    cutShard(io, source, settings.shard, reading, setup.signals.stop),
  );
  // A shard's bytes are digested before the first of them is sent; nobody resumes a dry run.
  const digest = shard || settings.dryRun ? null : new PrefixDigest();
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
    await beforeStart?.(shard ?? null);
    const { destination } = input.sink;
    using _userLock = settings.dryRun ? null : await acquireUserLock(io, {
      source: sourceIdOf(source, settings, targetKey(destination.name, targetId)),
      destination: destination.name,
      runId: runIdOf(idPrefix),
    });
    const limits = limitsFor(destination, setup);
    const journal = settings.dryRun ? unrecorded() : await createJournal({
      setup,
      target,
      targetId,
      source,
      input,
      shard: shard ?? null,
      idPrefix,
      lock,
      reading,
    });
    return await deliverRun({
      setup,
      command: "import",
      source,
      target,
      targetId,
      variables,
      input,
      journal,
      problems: rejectedHead(input.reader.header) && new ProblemColumn(input.reader.header),
      limits,
      digest,
      shard: shard?.facts ?? null,
      earlier: null,
    });
  } finally {
    await input.close();
  }
}

/** What a run's journal is made from. */
interface JournalSetup {
  readonly setup: JobSetup;
  readonly target: Target;
  readonly targetId: TargetId;
  readonly source: Source;
  readonly input: Input;
  readonly shard: ShardCut | null;
  readonly idPrefix: string;
  readonly lock: RunLock | undefined;
  readonly reading: ReaderOptions;
}

/** Makes the run's folder and its checkpoint. */
async function createJournal(
  { setup, target, targetId, source, input, shard, idPrefix, lock, reading }: JournalSetup,
): Promise<Journal> {
  const { io, settings, environment } = setup;
  const { header } = input.reader;
  const parent = await findLineage(io.files, source.path);
  const { open } = separateSecrets(targetVariables(target, environment));
  return await createRun(io, {
    logDir: settings.logDir,
    source: {
      path: source.path,
      sandbox: settings.sandbox ?? false,
      kind: input.kind,
      size: shard?.size ?? input.size,
      shard: shard?.facts ?? null,
    },
    destination: target.definition.name,
    target: targetId,
    settings: recordSettings({ settings: await withRealPaths(io, settings), variables: open }),
    mapping: { file: target.mappingPath, digest: input.mapping.digest() },
    header: {
      bytes: header.raw,
      rejectedHead: rejectedHead(header) ?? undefined,
      lineEnd: lineEndOf(header),
      end: header.end,
      reader: recordHeader(header),
    },
    rejectedFolder: settings.rejectedFolder ?? null,
    restart: settings.restart ?? false,
    parent,
    sameRows: parent !== null && shard === null &&
      await unlessStopped(setup.signals, countRows(io, source, reading)) === parent.rows.length,
    idPrefix,
    lock,
  });
}

/** A run may be resumed from another working folder. */
async function withRealPaths(io: Pick<Io, "files">, settings: Settings): Promise<Settings> {
  const { mapping, envFile } = settings;
  return {
    ...settings,
    ...(mapping === undefined ? {} : { mapping: await io.files.realPath(mapping) }),
    ...(isUsualEnvFile(envFile) ? {} : { envFile: await io.files.realPath(envFile) }),
  };
}

/** Rows of a file, wrong ones too. Only asked for files of rejected rows. */
async function countRows(
  io: Pick<Io, "files" | "stdin">,
  source: Source,
  reading: ReaderOptions,
): Promise<number> {
  const opened = await openSource(io, source.path);
  try {
    const reader = await openReader(opened, { ...reading, ...opened.written });
    let count = 0;
    for (let rows = await reader.read(); rows; rows = await reader.read()) count += rows.length;
    return count;
  } finally {
    await opened.close();
  }
}
