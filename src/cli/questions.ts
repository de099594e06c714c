/**
 * The questions of jobs, as they are asked at a terminal.
 *
 * @module
 */

import { scopeName } from "../model/run_scope.ts";
import type { Io } from "../io.ts";
import type { Departure } from "../jobs/departure.ts";
import { describeImported } from "../jobs/imported.ts";
import type { Questions } from "../jobs/setup.ts";
import { type StopSignals, unlessStopped } from "../jobs/stopping.ts";
import { describeTarget } from "../model/target.ts";
import { formatDuration, formatLocalTime, formatPercent } from "../report/format.ts";
import { canAsk } from "../text/terminal.ts";
import { printable } from "../text/printable.ts";
import { formatCount, plural } from "../text/words.ts";

/** What goes where, in a line. */
function departureLine(departure: Departure): string {
  const { source, destination, target, rows, isExact, seconds, before, resumes } = departure;
  const count = rows === null ? "its rows" : `${isExact ? "" : "about "}${plural(rows, "row")}`;
  const time = seconds === null ? "" : `, ${formatDuration(seconds * 1000)} at the rate`;
  const verb = resumes ? "Goes on with" : "Sends";
  const known = resumes ? "" : ` ${before ?? "It was not imported there before."}`;
  const to = describeTarget(destination, target);
  return printable(`${verb} ${source}, ${count}, to ${to}${time}.${known}`);
}

function ofFile(share: number): string {
  return `${formatPercent(share, 1)} of the file`;
}

/** Asks the person at the terminal; null where there is none. A signal takes the question back. */
export function questionsAt(
  io: Pick<Io, "stdin" | "stderr" | "prompts">,
  signals: StopSignals,
): Questions | null {
  if (!canAsk(io)) return null;
  const prompts: Io["prompts"] = {
    select: (message, options) =>
      unlessStopped(signals, io.prompts.select(message, options, signals.stop)),
    confirm: (message) => unlessStopped(signals, io.prompts.confirm(message, signals.stop)),
  };
  return {
    async unfinished(source, { run, rows, changedAt }, share) {
      const target = run ? describeTarget(run.destination, run.target ?? null) : "";
      const settled = rows.read - rows.pending;
      const message = `An unfinished run of ${source} to ${target} exists: ` +
        `${plural(settled, "row")} settled${share === null ? "" : `, ${ofFile(share)}`}; ` +
        `${formatCount(rows.accepted)} of them accepted; last change ${
          formatLocalTime(changedAt)
        }.`;
      const answer = await prompts.select(printable(message), [
        { value: "resume", label: `Resume it: send the rest to ${target}` },
        {
          value: "start",
          label: `Start from the first row: ${
            plural(rows.accepted, "accepted row")
          } go there again`,
        },
        { value: "cancel", label: "Cancel" },
      ]);
      return answer === "resume" || answer === "start" ? answer : null;
    },
    async imported(source, imported) {
      const { kind, run: { run, end: { totals } } } = imported;
      const target = describeTarget(run.destination, run.target ?? null);
      const again = `${plural(totals.rows.accepted, "accepted row")} would go there again`;
      const answer = await prompts.select(
        printable(`${describeImported({ name: source }, imported)}.`),
        [
          // Enter takes the first, which sends no row twice.
          kind === "grown"
            ? { value: "new-rows", label: `Send only its new rows to ${target}` }
            : { value: "cancel", label: "Cancel: nothing is sent" },
          { value: "again", label: `Send it from the first row: ${again}` },
          ...(kind === "grown" ? [{ value: "cancel", label: "Cancel" }] : []),
        ],
      );
      return answer === "again" || answer === "new-rows" ? answer : null;
    },
    async production(departure) {
      return await prompts.confirm(`${departureLine(departure)} Send?`) === true;
    },
    tell: (departure) => io.stderr.write(`${departureLine(departure)}\n`),
    whichRun: (runs) =>
      prompts.select(
        "Which run?",
        runs.map(({ folder, changedAt, run }) => {
          const target = run ? describeTarget(run.destination, run.target ?? null) : "";
          const changed = formatLocalTime(changedAt);
          const scope = run ? scopeName(run.source) : "";
          return {
            value: folder,
            label: `${folder} (${[target, changed, scope].filter(Boolean).join(", ")})`,
          };
        }),
      ),
  };
}
