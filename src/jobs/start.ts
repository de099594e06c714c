/**
 * Starts a run: from the first row of a file, or of a shard of it.
 *
 * @module
 */

import { createRun } from "../checkpoint/create.ts";
import { PrefixDigest, verifyFilePrefix } from "../checkpoint/digest.ts";
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
import { UsageError } from "../model/errors.ts";
import type { SourceMark } from "../model/row.ts";
import { type TargetId, targetKey } from "../model/target.ts";
import type { RunResult } from "../report/summary.ts";
import { unlessStopped } from "./stopping.ts";
import { deliverRun } from "./deliver.ts";
import { limitsFor } from "./delivery_options.ts";
import { type Input, type InputOptions, lineEndOf, openInput } from "./input.ts";
import { planStart } from "./plan_start.ts";
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

/** What the caller knows of a start. */
export interface StartOptions {
  /** The lock of the source and target, where the caller took it; the run's now. */
  readonly lock?: RunLock | undefined;
  /** True when the run takes the place of an unfinished one. */
  readonly replaces?: boolean;
  /** Called right before the run is recorded; it may throw. */
  readonly beforeStart?: ((shard: ShardCut | null) => Promise<void>) | undefined;
}

/**
 * Starts a run and delivers its rows; a dry run is not recorded.
 *
 * @throws {UsageError} before anything is sent, when a setting, the file or the mapping is wrong.
 */
export async function startRun(
  setup: JobSetup,
  target: Target,
  source: Source,
  { lock, replaces = false, beforeStart }: StartOptions = {},
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
  let digest = shard || settings.dryRun ? null : new PrefixDigest();
  const open = (from: InputOptions["from"]) =>
    openInput(io, {
      ...{ ...setup, source, target, variables, idPrefix, from },
      end: shard?.facts.end,
      onBytes: (bytes, offset) => digest?.push(bytes, offset),
    });
  let input = await open(shard && { position: shard.facts.start, header: shard.header });
  try {
    await beforeStart?.(shard ?? null);
    const { destination } = input.sink;
    const limits = limitsFor(destination, setup);
    const facts = shard?.facts ?? null;
    const subject = { source, targetId, input, reading, shard: facts, replaces };
    const plan = await planStart(setup, subject);
    if (plan.kind === "unchanged") {
      lock?.release();
      return plan.result;
    }
    const { start } = plan;
    if (start) {
      const { header } = input.reader;
      await input.close();
      digest = await digestBefore(io, source, start);
      input = await open({ position: start, header });
    }
    using _userLock = settings.dryRun || setup.ownSource ? null : await acquireUserLock(io, {
      source: sourceIdOf(source, settings, targetKey(destination.name, targetId)),
      destination: destination.name,
      runId: runIdOf(idPrefix),
    });
    const parts = { setup, target, targetId, source, input };
    const recorded = { ...parts, shard: shard ?? null, start, idPrefix, lock, reading };
    const journal = settings.dryRun ? unrecorded() : await createJournal(recorded);
    return await deliverRun({
      ...parts,
      command: "import",
      variables,
      journal,
      problems: rejectedHead(input.reader.header) && new ProblemColumn(input.reader.header),
      limits,
      digest,
      shard: facts,
      earlier: null,
    });
  } finally {
    await input.close();
  }
}

/** The digest of what an earlier run imported of a file, to go on from there. */
async function digestBefore(
  io: Pick<Io, "files">,
  source: Source,
  { offset, digest }: SourceMark,
): Promise<PrefixDigest> {
  const before = await verifyFilePrefix(io.files, source.path, offset, digest);
  if (before === null) throw new UsageError(`${source.name} was changed as it was read`);
  return before;
}

/** What a run's journal is made from. */
interface JournalSetup {
  readonly setup: JobSetup;
  readonly target: Target;
  readonly targetId: TargetId;
  readonly source: Source;
  readonly input: Input;
  readonly shard: ShardCut | null;
  /** Where rows that were appended since an earlier run start. */
  readonly start: SourceMark | null;
  readonly idPrefix: string;
  readonly lock: RunLock | undefined;
  readonly reading: ReaderOptions;
}

/** Makes the run's folder and its checkpoint. */
async function createJournal(
  { setup, target, targetId, source, input, shard, start, idPrefix, lock, reading }: JournalSetup,
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
      ...(start ? { start } : {}),
      shard: shard?.facts ?? null,
    },
    destination: target.definition.name,
    target: targetId,
    confirms: input.sink.destination.confirms,
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
