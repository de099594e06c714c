/**
 * Reads what there is to tell of a run from its folder, also while it goes on.
 *
 * @module
 */

import { readLines } from "../checkpoint/append_file.ts";
import { EVENTS_FILE } from "../checkpoint/event_file.ts";
import {
  baseName,
  CHECKPOINT_FILE,
  parentFolder,
  STDIN_PATH,
  UNKNOWN_FILE,
} from "../checkpoint/folders.ts";
import type { Line, RunHeader } from "../checkpoint/lines.ts";
import { replayFile } from "../checkpoint/load.ts";
import { mendingOf } from "../checkpoint/mending.ts";
import { MENDED_FILE } from "../checkpoint/lineage.ts";
import { listFolder, runsOf } from "../checkpoint/runs.ts";
import type { RunSummary } from "../checkpoint/summarize.ts";
import type { Setting } from "../config/setting.ts";
import { isKept, settingNames, type Settings, settings as table } from "../config/settings.ts";
import { UsageError } from "../model/errors.ts";
import { scopeName } from "../model/run_scope.ts";
import { targetKey } from "../model/target.ts";
import type { Io } from "../io.ts";
import { formatDuration } from "../report/format.ts";
import { Causes, type RejectedLine } from "../report/run/causes.ts";
import { type EventFact, readEvent } from "../report/run/events.ts";
import type { Cause, MendedRows, NamedValue, PreviousRun, RunReport } from "../report/run/model.ts";
import { reportOf, type RunFacts } from "../report/run/report.ts";
import { Timeline } from "../report/run/timeline.ts";
import { restoreSettings } from "./kept_settings.ts";
import { sourceName } from "./source.ts";
import { targetOfOlderRuns } from "./target_of_run.ts";

/**
 * All there is to tell of the run in a folder, and the settings that it keeps.
 *
 * @throws {UsageError} when there is none, or its first line can't be read.
 */
export async function readRun(
  io: Io,
  given: string,
): Promise<{ readonly report: RunReport; readonly kept: Settings }> {
  // Of `.` the name tells nothing.
  const folder = /(?:^|[/\\])\.{1,2}$/.test(given) ? await io.files.realPath(given) : given;
  const siblings = await runsOf(io, parentFolder(folder), targetOfOlderRuns(io));
  const run = siblings.find((sibling) => baseName(sibling.folder) === baseName(folder));
  if (!run) {
    throw new UsageError(`${given} holds no run: there is no sound ${CHECKPOINT_FILE} in it`);
  }
  const before = siblings.slice(0, siblings.indexOf(run)).findLast((other) => isLike(other, run));
  const previous = before ? comparable(await readOne(io, before, null, NOT_MENDED)) : null;
  const report = await readOne(io, run, previous, await mendedRows(io, run));
  return { report, kept: restoreSettings(run.run?.settings ?? {}).settings };
}

const NOT_MENDED: MendedRows = { runs: [], accepted: 0, left: 0 };

function comparable(report: RunReport): PreviousRun {
  const { runId, state, startedAt, elapsedMs, workedMs, rows } = report;
  const { rowsPerSecond, requests, spent } = report;
  return { runId, state, startedAt, elapsedMs, workedMs, rows, rowsPerSecond, requests, spent };
}

/** True for a run of the same file to the same target, that can be compared with. */
function isLike({ run: other, standing }: RunSummary, { run }: RunSummary): boolean {
  if (!run || !other || standing === "damaged" || run.source.path === STDIN_PATH) return false;
  return other.source.path === run.source.path &&
    scopeName(other.source) === scopeName(run.source) &&
    keyOf(other) === keyOf(run);
}

function keyOf({ destination, target }: RunHeader): string {
  return target ? targetKey(destination, target) : destination;
}

/** What came since of its rows: the files that it wrote them to are imported from folders of their own. */
async function mendedRows(io: Io, run: RunSummary): Promise<MendedRows> {
  if (run.rows.rejected + run.rows.unknown === 0 || !run.run) return NOT_MENDED;
  // Seen from beside the run, `.` is the folder above it.
  const logDir = parentFolder(parentFolder(await io.files.realPath(run.folder)));
  const names = [run.files.rejected ?? "rejected.csv", UNKNOWN_FILE].map(baseName);
  const others: RunSummary[] = [];
  for (const folder of await listFolder(io.files, logDir, ["not-found"])) {
    const source = folder.slice(0, -`.${run.run.destination}`.length);
    if (!names.includes(source) && !MENDED_FILE.test(source)) continue;
    if (folder.endsWith(`.${run.run.destination}`)) {
      others.push(...await runsOf(io, `${logDir}/${folder}`));
    }
  }
  const { runs, accepted, rejected, unknown } = mendingOf(run, others);
  return { runs: runs.map(({ runId }) => runId), accepted, left: rejected + unknown };
}

async function readOne(
  io: Io,
  summary: RunSummary,
  previous: PreviousRun | null,
  mended: MendedRows,
): Promise<RunReport> {
  const { folder, run, files } = summary;
  if (!run) throw new UsageError(summary.reason ?? `${folder} can't be read`);
  const { timeline, rate } = await readTimeline(io, folder, run);
  return reportOf({
    identity: identityOf(summary, run),
    state: summary.standing,
    reason: summary.reason,
    rows: summary.rows,
    timeline,
    events: await readEvents(io, `${folder}/${EVENTS_FILE}`),
    causes: files.errors === null ? [] : await readCauses(io, files.errors),
    settings: settingsOf(run),
    mapping: run.mapping.file,
    rate,
    files,
    mended,
    previous,
    nowMs: io.now(),
    bootedMs: await bootTime(io),
  });
}

function identityOf({ folder, runId }: RunSummary, run: RunHeader): RunFacts["identity"] {
  const { source, destination, target = null, confirms = null } = run;
  return {
    runId,
    folder,
    source: baseName(sourceName(source.path)),
    sourcePath: source.path,
    sourceBytes: source.size,
    scope: scopeName(source),
    destination,
    target,
    confirms,
  };
}

async function readTimeline(
  io: Io,
  folder: string,
  run: RunHeader,
): Promise<{ readonly timeline: Timeline; readonly rate: number | null }> {
  const timeline = new Timeline();
  const take = (line: Line) => {
    switch (line.type) {
      case "run":
        return timeline.begin(Date.parse(line.createdAt));
      case "resume":
        return timeline.begin(Date.parse(line.time));
      case "span": {
        const { accepted, filtered, rejected, unknown } = line;
        const bad = rejected + unknown;
        const at = line.time === undefined ? null : Date.parse(line.time);
        return timeline.settled(at, { rows: accepted + filtered + bad, bad });
      }
      case "stop":
        return timeline.end(Date.parse(line.time), line.reason);
      case "end":
        return timeline.end(Date.parse(line.time), null);
    }
  };
  await replayFile(io.files, `${folder}/${CHECKPOINT_FILE}`, Infinity, take);
  const { rate } = run.settings;
  return { timeline, rate: typeof rate === "number" ? rate : null };
}

/** The events of a run; none where there is no such file. */
async function readEvents(io: Io, path: string): Promise<EventFact[]> {
  const events: EventFact[] = [];
  await eachLine(io, path, (line) => {
    const event = readEvent(line);
    if (event) events.push(event);
  });
  return events;
}

async function readCauses(io: Io, path: string): Promise<Cause[]> {
  const causes = new Causes();
  await eachLine(io, path, (line) => causes.add(JSON.parse(line) as RejectedLine));
  return causes.list();
}

/** What can't be read tells nothing, and keeps nobody from being told the rest. */
async function eachLine(io: Io, path: string, take: (line: string) => void): Promise<void> {
  try {
    for await (const line of readLines(io.files, path)) take(line);
  } catch {
    return;
  }
}

/** The settings that a run keeps and that are not as usual, in words; and the open variables. */
function settingsOf({ settings }: RunHeader): NamedValue[] {
  const { variables, ...kept } = settings;
  const known = settingNames.flatMap((name): NamedValue[] => {
    const setting: Setting = table[name];
    const value = kept[name];
    if (!isKept(name) || value === undefined || value === usual(setting)) return [];
    const isTime = setting.placeholder === "<time>" && typeof value === "number";
    return [{
      name: setting.flag ?? name,
      value: isTime ? formatDuration(value) : inWords(value),
    }];
  });
  const open = Object.entries(variables as Record<string, string>);
  return [...known, ...open.map(([name, value]) => ({ name, value: String(value) }))];
}

function usual(setting: Setting): unknown {
  return setting.default === undefined ? undefined : setting.check.parse(setting.default);
}

function inWords(value: unknown): string {
  if (Array.isArray(value)) return value.map(String).join(", ");
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).map(([name, part]) => `${name} ${part}`).join(", ");
  }
  return String(value);
}

/** When this machine was started, epoch milliseconds; null where that can't be told. */
export async function bootTime(io: Pick<Io, "files" | "now">): Promise<number | null> {
  try {
    const seconds = parseFloat(await io.files.readText("/proc/uptime"));
    return Number.isFinite(seconds) ? io.now() - seconds * 1000 : null;
  } catch {
    return null;
  }
}
