/**
 * `resume`: goes on with a run that stopped or was killed.
 *
 * @module
 */

import { scopeName } from "../model/run_scope.ts";
import type { RunHeader } from "../checkpoint/lines.ts";
import type { RunLock } from "../checkpoint/lock.ts";
import { STDIN_PATH } from "../checkpoint/folders.ts";
import { type OpenedRun, openRun } from "../checkpoint/reopen.ts";
import { damagedRun, findRuns, isResumable, listRuns } from "../checkpoint/runs.ts";
import type { RunSummary } from "../checkpoint/summarize.ts";
import { acquireUserLock } from "../checkpoint/user_lock.ts";
import { type SettingName, type Settings, settings as settingTable } from "../config/settings.ts";
import { asksFor } from "../csv/encoding.ts";
import { ProblemColumn } from "../csv/problem_column.ts";
import type { Header } from "../csv/reader.ts";
import { CancelledError, UsageError } from "../model/errors.ts";
import { describeTarget, isProduction } from "../model/target.ts";
import type { RunResult } from "../report/summary.ts";
import { deliverRun } from "./deliver.ts";
import { limitsFor } from "./delivery_options.ts";
import { environmentOf, settingsOfCall } from "./inherit.ts";
import { departureOf } from "./plan_start.ts";
import { type Input, openInput } from "./input.ts";
import { restoreHeader } from "./kept_header.ts";
import { restoreSettings } from "./kept_settings.ts";
import { assertSame, proveAhead, proveSource, takeBytes } from "./proof.ts";
import { readerOptions } from "./reading.ts";
import { openSandbox } from "./sandbox.ts";
import type { JobSetup } from "./setup.ts";
import { type Source, sourceName } from "./source.ts";
import { unlessStopped } from "./stopping.ts";
import {
  chooseTarget,
  separateSecrets,
  type Target,
  targetFor,
  targetVariables,
} from "./target.ts";
import { refuseOtherTarget, targetOfOlderRuns } from "./target_of_run.ts";

/**
 * Goes on with a run.
 *
 * @param argument a run's folder, its checkpoint, the CSV's path, or nothing. Where it leaves several
 * runs, the person at the terminal is asked.
 * @throws {UsageError} before anything is sent, when there is no such run, or the file or the
 * mapping differ from those of the run.
 */
export async function resumeFile(
  setup: JobSetup,
  argument: string | undefined,
): Promise<RunResult> {
  const logDir = setup.settings.logDir;
  const runs = argument === undefined
    ? await unfinishedIn(setup, logDir)
    : await findRuns(setup.io, logDir, argument, targetOfOlderRuns(setup.io));
  return await goOn(setup, "resume", await chooseRun(setup, runs, logDir));
}

/** The runs to go on with; where a damaged one is all there is, what is wrong with it. */
async function unfinishedIn({ io }: JobSetup, logDir: string): Promise<readonly RunSummary[]> {
  const runs = await listRuns(io, logDir, targetOfOlderRuns(io));
  const resumable = runs.filter(isResumable);
  const damaged = runs.find(({ standing }) => standing === "damaged");
  if (resumable.length > 0) return resumable;
  if (damaged) throw damagedRun(damaged);
  // To go on with it is to be told who does so already.
  return runs.filter(({ standing }) => standing === "in-progress");
}

/** Of several runs none is taken unasked: one may go to the real API, another to a sandbox. */
async function chooseRun(
  { questions }: JobSetup,
  runs: readonly RunSummary[],
  logDir: string,
): Promise<RunSummary> {
  const [only, ...others] = runs;
  if (!only) throw new UsageError(`There is no unfinished run in ${logDir}`);
  if (others.length === 0) return only;
  if (questions) {
    const chosen = await questions.whichRun(runs);
    const run = runs.find(({ folder }) => folder === chosen);
    if (run) return run;
    throw new CancelledError();
  }
  const named = runs.map(({ folder, run }) => ({ folder, note: run ? noteOn(run) : "" }));
  throw new UsageError(`There are ${runs.length} unfinished runs in ${logDir}`, {
    remedy: { code: "name-run", runs: named },
  });
}

/** Where a run goes, and with which part of its file. */
function noteOn(run: RunHeader): string {
  // That it is the sandbox says it all.
  const target = run.source.sandbox ? "" : describeTarget(run.destination, run.target ?? null);
  return [scopeName(run.source), target].filter(Boolean).join(", ");
}

/**
 * Goes on with a run. Nothing of it is changed before all is known to be in order.
 *
 * @param known the lock, if the caller holds it already, and how the source was named.
 */
export async function goOn(
  setup: JobSetup,
  command: "import" | "resume",
  { folder }: RunSummary,
  known: { readonly lock?: RunLock; readonly given?: string } = {},
): Promise<RunResult> {
  const opened = await openRun(setup.io, folder, known.lock, targetOfOlderRuns(setup.io));
  try {
    return await goOnWith(setup, command, opened, known.given);
  } catch (error) {
    opened.release();
    if (!(error instanceof UsageError) || error.remedy?.code !== "start-anew") throw error;
    const { run } = opened.state;
    throw new UsageError(error.message, { cause: error, remedy: { code: "start-anew", run } });
  }
}

async function goOnWith(
  setup: JobSetup,
  command: "import" | "resume",
  opened: OpenedRun,
  given?: string,
): Promise<RunResult> {
  const { io } = setup;
  const { state, state: { run } } = opened;
  const { shard } = run.source;
  const { kept, settings, target, environment } = await settingsOfRun(setup, run);
  await using sandbox = await openSandbox(io, target, settings);
  const { secrets } = separateSecrets(targetVariables(target, environment));
  const variables = { ...kept.variables, ...secrets, ...sandbox.variables };
  const { path } = run.source;
  if (path === STDIN_PATH && io.stdin.isTerminal) {
    throw new UsageError("The run reads standard input: give it the same data again by a pipe");
  }
  const source = { given: given ?? path, path, name: sourceName(path) };
  const header = restoreHeader(run.header);
  refuseOtherReading(setup, kept.settings, header);

  const digest = await unlessStopped(setup.signals, proveSource(io, source, state));
  const position = state.resumeAt ?? shard?.start ?? run.source.start;
  const input = await openInput(io, {
    signals: setup.signals,
    settings,
    flags: setup.flags,
    source,
    target,
    variables,
    idPrefix: run.idPrefix,
    from: position && { position, header },
    end: shard?.end,
    onBytes: digest ? (bytes, offset) => takeBytes(digest, bytes, offset, state) : undefined,
    prove: digest ? (blocks) => proveAhead(blocks, source, state, digest) : undefined,
  });
  try {
    assertSame(input, header, source, state, digest);
    const { destination } = input.sink;
    using _userLock = setup.ownSource ? null : await acquireUserLock(io, {
      source: run.source,
      destination: destination.name,
      runId: run.runId,
    });
    const limits = limitsFor(destination, { settings, flags: setup.flags });
    await tellDeparture({ ...setup, settings }, run, { source, target, input }, position?.offset);
    const result = await deliverRun({
      setup: { ...setup, settings, environment },
      command,
      source,
      target,
      targetId: run.target ?? null,
      variables,
      input,
      journal: await opened.goOn(),
      problems: run.header.rejectedHead ? new ProblemColumn(header) : null,
      limits,
      digest,
      shard,
      earlier: state,
    });
    return { ...result, resumedWith: [...setup.flags] };
  } finally {
    await input.close();
  }
}

/** The settings and the target of a run that is to go on. @throws {UsageError} for another target. */
async function settingsOfRun(setup: JobSetup, run: RunHeader) {
  const kept = restoreSettings(run.settings);
  const settings: Settings = { ...kept.settings, ...settingsOfCall(setup) };
  const target = targetFor(
    setup,
    await chooseTarget(setup.io, run.destination, settings.mapping),
  );
  if (setup.flags.has("to") && settings.to !== run.destination) {
    throw new UsageError(`The run went to ${run.destination}, not to ${settings.to}`);
  }
  const environment = await environmentOf(setup, kept.settings);
  refuseOtherTarget(run, target, environment);
  return { kept, settings, target, environment };
}

/** Shows where the rest goes, as the question did when the run was started. */
async function tellDeparture(
  setup: JobSetup,
  { target: targetId, source: { shard, sandbox } }: RunHeader,
  { source, target, input }: { source: Source; target: Target; input: Input },
  from: number | undefined,
): Promise<void> {
  if (!setup.questions || !targetId || sandbox || !isProduction(targetId)) return;
  const reading = await readerOptions(source, setup.settings, target.mapping.csv);
  const departure = await departureOf(setup, { source, targetId, input, reading, shard }, from);
  setup.questions.tell({ ...departure, before: null, resumes: true });
}

/** Settings of which another value would have the file read otherwise. */
const READING = ["header", "skipLines", "comment", "quote", "escape", "footer", "sheet"] as const;

/** Refuses flags by which the file would be read otherwise than it was so far. */
function refuseOtherReading({ settings, flags }: JobSetup, kept: Settings, header: Header): void {
  const refuse = (setting: SettingName) =>
    new UsageError(`The run was started with another ${settingTable[setting].flag}`, {
      remedy: { code: "drop-setting", setting },
    });
  const { delimiter, encoding } = settings;
  if (flags.has("delimiter") && delimiter !== undefined) {
    if (delimiter !== header.delimiter) throw refuse("delimiter");
  }
  if (flags.has("encoding") && encoding !== undefined) {
    if (!asksFor(encoding, header.encoding)) throw refuse("encoding");
  }
  for (const name of READING) {
    const isOther = JSON.stringify(settings[name]) !== JSON.stringify(kept[name]);
    if (flags.has(name) && isOther) throw refuse(name);
  }
}
