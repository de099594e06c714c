/**
 * What `status` shows: the runs of a log folder, as text or JSON, and which of them to remove.
 *
 * @module
 */

import { scopeName } from "../../model/run_scope.ts";
import { isResumable, listRuns, prunable, removeRun } from "../../checkpoint/runs.ts";
import { mendingOf } from "../../checkpoint/mending.ts";
import type { RunSummary } from "../../checkpoint/summarize.ts";
import { CancelledError, UsageError } from "../../model/errors.ts";
import { EXIT } from "../exit_code.ts";
import { targetOfOlderRuns } from "../../jobs/target_of_run.ts";
import { printable } from "../../text/printable.ts";
import { commandToResume } from "../next_commands.ts";
import type { PreparedCall } from "../command.ts";
import { renderStatusText } from "./status_text.ts";
import { plural } from "../../text/words.ts";

/** Lists the runs, or removes those that finished long enough ago. Returns the exit code. */
export async function showStatus(call: PreparedCall): Promise<number> {
  const { io, settings } = call;
  const logDir = settings.logDir;
  const runs = await listRuns(io, logDir, targetOfOlderRuns(io));
  if (settings.prune !== undefined) return await prune(call, runs, settings.prune);
  io.stdout.write(settings.json ? renderJson(runs) : renderStatusText(runs, logDir));
  return EXIT.done;
}

async function prune(
  { io, settings }: PreparedCall,
  runs: readonly RunSummary[],
  ageMs: number,
): Promise<number> {
  const old = prunable(runs, io.now(), ageMs);
  // What a later run sends too is in no file that somebody has to mend.
  const isUnmended = (run: RunSummary) => run.standing !== "replaced" && rowsToMend(run, runs) > 0;
  const kept = settings.unmended ? [] : old.filter(isUnmended);
  const removed = old.filter((run) => !kept.includes(run));
  const canAsk = io.stdin.isTerminal && io.stderr.isTerminal;
  if (removed.length > 0 && !settings.yes) {
    if (!canAsk) throw new UsageError("--prune removes folders: confirm with --yes");
    io.stderr.write(removed.map(({ folder }) => `  ${printable(folder)}\n`).join(""));
    const lost = removed.filter(isUnmended).reduce((sum, run) => sum + rowsToMend(run, runs), 0);
    const loss = lost > 0 ? `, with ${plural(lost, "row")} that nobody mended` : "";
    const question = `Remove ${plural(removed.length, "run")}${loss}?${keptNote(kept, runs)}`;
    if (await io.prompts.confirm(question) !== true) {
      throw new CancelledError("Cancelled: no run was removed");
    }
  }
  for (const run of removed) await removeRun(io, run);
  const foldersOf = (some: readonly RunSummary[]) => some.map(({ folder }) => folder);
  io.stdout.write(
    settings.json
      ? `${
        JSON.stringify({ command: "status", removed: foldersOf(removed), kept: foldersOf(kept) })
      }\n`
      : `Removed ${plural(removed.length, "run")}.${keptNote(kept, runs)}\n`,
  );
  return EXIT.done;
}

/** Rejected and unknown rows of a run that nobody imported since. */
function rowsToMend(run: RunSummary, runs: readonly RunSummary[]): number {
  const { rejected, unknown } = mendingOf(run, runs);
  return rejected + unknown;
}

function keptNote(kept: readonly RunSummary[], runs: readonly RunSummary[]): string {
  if (kept.length === 0) return "";
  const rows = kept.reduce((sum, run) => sum + rowsToMend(run, runs), 0);
  return ` ${plural(kept.length, "run")} with ${plural(rows, "row")} that nobody mended ` +
    `${kept.length === 1 ? "is" : "are"} kept (--unmended removes them too).`;
}

function renderJson(runs: readonly RunSummary[]): string {
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
    reason: run.reason,
    startedAt: run.run?.createdAt ?? null,
    changedAt: run.changedAt || null,
    rows: run.rows,
    pid: run.holder?.pid || null,
    mended: mendedJson(run, runs),
    resume: isResumable(run) ? commandToResume(run.folder) : null,
    files: run.files,
  }));
  return `${JSON.stringify({ command: "status", runs: list })}\n`;
}

function shardOf({ run }: RunSummary) {
  if (!run?.source.shard) return null;
  const { index, count, start, end } = run.source.shard;
  return { index, count, startByte: start.offset, endByte: end, startLine: start.line };
}

function mendedJson(run: RunSummary, all: readonly RunSummary[]) {
  const { runs, accepted, rejected, unknown } = mendingOf(run, all);
  return { runs: runs.map(({ runId }) => runId), accepted, left: { rejected, unknown } };
}
