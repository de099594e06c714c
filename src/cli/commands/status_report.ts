/**
 * What `status` shows: the runs of a log folder, as text or JSON, and which of them to remove.
 *
 * @module
 */

import type { Since } from "../../config/values.ts";
import {
  isResumable,
  isUnmended,
  type ListedRun,
  listedRuns,
  removeRuns,
  rowsToMend,
  runsToRemove,
} from "../../jobs/list_runs.ts";
import { CancelledError, UsageError } from "../../model/errors.ts";
import { scopeName } from "../../model/run_scope.ts";
import { printable } from "../../text/printable.ts";
import { plural } from "../../text/words.ts";
import type { PreparedCall } from "../command.ts";
import { EXIT } from "../exit_code.ts";
import { commandToResume } from "../next_commands.ts";
import { renderStatusText } from "./status_text.ts";

/** Lists the runs, or removes those that finished long enough ago. Returns the exit code. */
export async function showStatus(call: PreparedCall): Promise<number> {
  const { io, settings } = call;
  const { logDir, failed: onlyFailed = false, since, prune } = settings;
  const all = await listedRuns(io, logDir);
  if (prune !== undefined) return await pruneRuns(call, all, prune);
  const runs = all.filter((run) =>
    (!onlyFailed || run.failed) && (since === undefined || movedSince(run, since, io.now()))
  );
  const isChosen = onlyFailed || since !== undefined;
  io.stdout.write(
    settings.json
      ? renderJson(runs, logDir)
      : renderStatusText(runs, { logDir, onlyFailed, isChosen, all: all.length }),
  );
  return onlyFailed && runs.length > 0 ? EXIT.someRejected : EXIT.done;
}

function movedSince({ changedAt }: ListedRun, since: Since, nowMs: number): boolean {
  const from = "agoMs" in since ? nowMs - since.agoMs : since.atMs;
  // Of what can't be dated, nobody knows that it is old.
  return !(Date.parse(changedAt) < from);
}

async function pruneRuns(
  { io, settings }: PreparedCall,
  runs: readonly ListedRun[],
  ageMs: number,
): Promise<number> {
  const unmended = settings.unmended ?? false;
  const { removed, kept } = runsToRemove(runs, { nowMs: io.now(), ageMs, unmended });
  const canAsk = io.stdin.isTerminal && io.stderr.isTerminal;
  if (removed.length > 0 && !settings.yes) {
    if (!canAsk) throw new UsageError("--prune removes folders: confirm with --yes");
    io.stderr.write(removed.map(({ folder }) => `  ${printable(folder)}\n`).join(""));
    const lost = sumToMend(removed.filter(isUnmended));
    const loss = lost > 0 ? `, with ${plural(lost, "row")} that nobody mended` : "";
    const question = `Remove ${plural(removed.length, "run")}${loss}?${keptNote(kept)}`;
    if (await io.prompts.confirm(question) !== true) {
      throw new CancelledError("Cancelled: no run was removed");
    }
  }
  await removeRuns(io, removed);
  const foldersOf = (some: readonly ListedRun[]) => some.map(({ folder }) => folder);
  io.stdout.write(
    settings.json
      ? `${
        JSON.stringify({ command: "status", removed: foldersOf(removed), kept: foldersOf(kept) })
      }\n`
      : `Removed ${plural(removed.length, "run")}.${keptNote(kept)}\n`,
  );
  return EXIT.done;
}

function sumToMend(runs: readonly ListedRun[]): number {
  return runs.reduce((sum, run) => sum + rowsToMend(run), 0);
}

function keptNote(kept: readonly ListedRun[]): string {
  if (kept.length === 0) return "";
  return ` ${plural(kept.length, "run")} with ${plural(sumToMend(kept), "row")} that nobody ` +
    `mended ${kept.length === 1 ? "is" : "are"} kept (--unmended removes them too).`;
}

function renderJson(runs: readonly ListedRun[], logDir: string): string {
  const list = runs.map((run) => ({
    runId: run.runId,
    folder: run.folder,
    source: run.run?.source.path ?? null,
    lane: run.run ? scopeName(run.run.source) : null,
    shard: shardOf(run),
    destination: run.run?.destination ?? null,
    target: run.run?.target ?? null,
    ...(run.run?.confirms && { confirms: run.run.confirms }),
    state: run.standing,
    failed: run.failed,
    reason: run.reason,
    startedAt: run.run?.createdAt ?? null,
    changedAt: run.changedAt || null,
    rows: run.rows,
    pid: run.holder?.pid || null,
    mended: mendedJson(run),
    resume: isResumable(run) ? commandToResume(run.folder) : null,
    files: run.files,
  }));
  return `${JSON.stringify({ command: "status", logDir, runs: list })}\n`;
}

function shardOf({ run }: ListedRun) {
  if (!run?.source.shard) return null;
  const { index, count, start, end } = run.source.shard;
  return { index, count, startByte: start.offset, endByte: end, startLine: start.line };
}

function mendedJson({ mending: { runs, accepted, rejected, unknown } }: ListedRun) {
  return { runs: runs.map(({ runId }) => runId), accepted, left: { rejected, unknown } };
}
