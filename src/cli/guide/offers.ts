/**
 * What the guide offers, in which order, and how it is called. All pure: Enter takes the first offer of a
 * list, and no first offer sends a row that was sent before, or one to real people unasked.
 *
 * @module
 */

import {
  type FoundFile,
  nameOfRun,
  type Outlook,
  type RowsToMend,
} from "../../jobs/look_around.ts";
import { describeTarget, isProduction } from "../../model/target.ts";
import { alignColumns, formatBytes, formatLocalTime } from "../../report/format.ts";
import { plural } from "../../text/words.ts";
import { printable } from "../../text/printable.ts";
import { EXIT } from "../exit_code.ts";

type Run = Outlook["unfinished"][number];

/** Something to do. */
export type Offer =
  | { readonly kind: "resume"; readonly run: Run }
  | { readonly kind: "mend"; readonly rows: RowsToMend }
  | { readonly kind: "file"; readonly file: FoundFile }
  | { readonly kind: "leave" };

/** Files that are offered: more would not be looked through. */
const MOST_FILES = 12;

/** What there is to do: what was begun first, then the files. */
export function offersOf({ unfinished, toMend, files }: Outlook): Offer[] {
  return [
    ...unfinished.map((run) => ({ kind: "resume", run }) as const),
    ...toMend.map((rows) => ({ kind: "mend", rows }) as const),
    ...files.slice(0, MOST_FILES).map((file) => ({ kind: "file", file }) as const),
    { kind: "leave" },
  ];
}

/** The offers in words, each on a line. */
export function labelsOf(offers: readonly Offer[]): string[] {
  const files = offers.flatMap((offer) => offer.kind === "file" ? [offer.file] : []);
  const rows = fileLabels(files);
  return offers.map((offer) => {
    switch (offer.kind) {
      case "resume":
        return resumeLabel(offer.run);
      case "mend":
        return `Mend ${rejectedRows(offer.rows)}`;
      case "file":
        return rows[files.indexOf(offer.file)] ?? offer.file.path;
      case "leave":
        return "Leave";
    }
  });
}

/** Files with their size, their date and whether they were imported, in columns. */
export function fileLabels(files: readonly FoundFile[]): string[] {
  return alignColumns(
    files.map((file) => [
      printable(file.path),
      formatBytes(file.size),
      file.modifiedAt === null ? "" : formatLocalTime(new Date(file.modifiedAt).toISOString()),
      stateOf(file),
    ]),
    [1],
  );
}

function stateOf({ lastRun, isChanged }: FoundFile): string {
  if (lastRun === null) return "not imported yet";
  const to = lastRun.run?.destination ?? "?";
  switch (lastRun.standing) {
    case "completed":
      return isChanged
        ? `changed since it went to ${to}`
        : `imported to ${to} on ${formatLocalTime(lastRun.changedAt)}`;
    case "in-progress":
      return `on its way to ${to}`;
    default:
      return `unfinished, to ${to}`;
  }
}

function resumeLabel(run: Run): string {
  const { accepted } = run.rows;
  const to = run.run?.destination ?? "?";
  const reason = run.standing === "interrupted" ? "it was killed" : run.reason ?? "";
  // What was tried before it stopped is too long for a line among others.
  const [why = ""] = reason.split(";", 1);
  return printable(
    `Resume ${nameOfRun(run)}: ${plural(accepted, "row")} accepted${why && ` (${why})`}, ` +
      `the rest goes to ${to}`,
  );
}

/** True where rows go to real people, or where that can't be told. */
export function goesToPeople({ run }: Run): boolean {
  return !run?.target || isProduction(run.target);
}

/** What is asked before the rest of a run goes to real people. */
export function resumeQuestion(run: Run): string {
  const to = run.run ? describeTarget(run.run.destination, run.run.target ?? null) : "its target";
  return printable(`Send the rest of ${nameOfRun(run)} to ${to}?`);
}

function rejectedRows({ run, rows }: RowsToMend): string {
  return printable(`${plural(rows, "rejected row")} of ${nameOfRun(run)}`);
}

/** Where the rejected rows stand, and what is to be done with them. */
export function mendMessage({ run, rows, path }: RowsToMend): string {
  const they = rows === 1 ? "was rejected. It stands" : "were rejected. They stand";
  return printable(
    `${plural(rows, "row")} of ${nameOfRun(run)} ${they} in ${path}, behind what is wrong: mend ` +
      "that there, in an editor or a spreadsheet.",
  );
}

/** What came of a file so far: the exit codes of its steps, or null for those that were not taken. */
export interface StepsTaken {
  readonly check: number | null;
  readonly rehearsal: number | null;
}

/** A step on a file's way. */
export type Step = "check" | "rehearse" | "import" | "make-mapping" | "back";

/** The steps that may follow, the next one first. */
export function stepsAfter({ check, rehearsal }: StepsTaken): Step[] {
  if (check === EXIT.usage) return ["check", "make-mapping", "back"];
  if (check === null) return ["check", "rehearse", "import", "back"];
  if (rehearsal === null) return ["rehearse", "import", "check", "back"];
  const isSound = rehearsal === EXIT.done || rehearsal === EXIT.someRejected;
  return isSound ? ["import", "rehearse", "check", "back"] : ["rehearse", "check", "back"];
}

/** The steps in words. */
export const STEP_LABELS: Readonly<Record<Step, string>> = {
  check: "Check it: reads everything, sends nothing",
  rehearse: "Rehearse: sends to a stand-in on this machine",
  import: "Import it: the real thing",
  "make-mapping": "Make a mapping for it, if its columns have other names",
  back: "Back",
};
