/**
 * The questions of jobs, as they are asked at a terminal.
 *
 * @module
 */

import { laneName } from "../checkpoint/lane.ts";
import type { Io } from "../io.ts";
import type { Questions } from "../jobs/setup.ts";

/** Asks the person at the terminal; null where there is none. */
export function questionsAt(io: Pick<Io, "stdin" | "stderr" | "prompts">): Questions | null {
  if (!io.stdin.isTerminal || !io.stderr.isTerminal) return null;
  const { prompts } = io;
  return {
    async unfinished(source) {
      const answer = await prompts.select(`An unfinished run of ${source} exists.`, [
        { value: "resume", label: "Resume it" },
        { value: "start", label: "Start from the first row" },
        { value: "cancel", label: "Cancel" },
      ]);
      return answer === "resume" || answer === "start" ? answer : null;
    },
    whichRun: (runs) =>
      prompts.select(
        "Which run?",
        runs.map(({ folder, changedAt, run }) => {
          const lane = run ? laneName(run.source) : "";
          return {
            value: folder,
            label: `${folder} (${[changedAt, lane].filter(Boolean).join(", ")})`,
          };
        }),
      ),
  };
}
