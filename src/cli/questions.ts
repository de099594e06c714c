/**
 * The questions of jobs, as they are asked at a terminal.
 *
 * @module
 */

import { scopeName } from "../checkpoint/run_scope.ts";
import type { Io } from "../io.ts";
import type { Questions } from "../jobs/setup.ts";
import { describeTarget } from "../model/target.ts";
import { printable } from "../text/printable.ts";
import { formatCount, plural } from "../text/words.ts";

/** Asks the person at the terminal; null where there is none. */
export function questionsAt(io: Pick<Io, "stdin" | "stderr" | "prompts">): Questions | null {
  if (!io.stdin.isTerminal || !io.stderr.isTerminal) return null;
  const { prompts } = io;
  return {
    async unfinished(source, { run, rows, changedAt }) {
      const target = run ? describeTarget(run.destination, run.target ?? null) : "";
      const settled = rows.read - rows.pending;
      const message = `An unfinished run of ${source} to ${target} exists: ` +
        `${plural(settled, "row")} settled, ${formatCount(rows.accepted)} of them accepted ` +
        `(last change ${changedAt}).`;
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
    whichRun: (runs) =>
      prompts.select(
        "Which run?",
        runs.map(({ folder, changedAt, run }) => {
          const target = run ? describeTarget(run.destination, run.target ?? null) : "";
          const scope = run ? scopeName(run.source) : "";
          return {
            value: folder,
            label: `${folder} (${[target, changedAt, scope].filter(Boolean).join(", ")})`,
          };
        }),
      ),
  };
}
