/**
 * What a run may do, and where it is recorded.
 *
 * @module
 */

import { define } from "../setting.ts";
import { duration, errorBound, since, text, toggle, wholeNumber } from "../values.ts";
import { DELIVERING, WRITING } from "./commands.ts";

export const runSettings = {
  maxErrors: define({
    flag: "max-errors",
    placeholder: "<n|n%>",
    check: errorBound(),
    commands: ["import", "resume", "validate"],
    kept: true,
    group: "Run",
    help: "stop when more rows than this are rejected",
    otherwise: "none",
  }),
  logDir: define({
    flag: "log-dir",
    placeholder: "<folder>",
    check: text(),
    commands: ["import", "resume", "status", "report", "doctor", "serve"],
    group: "Run",
    help: "where runs are recorded",
    default: "log",
  }),
  resume: define({
    flag: "resume",
    check: toggle(),
    commands: ["import", "serve"],
    group: "Run",
    help: "go on with the unfinished run of this file, an error if there is none; serve: with all",
  }),
  restart: define({
    flag: "restart",
    check: toggle(),
    commands: ["import"],
    group: "Run",
    help: "start from the first row although an unfinished run exists",
  }),
  resumeOrStart: define({
    flag: "resume-or-start",
    check: toggle(),
    commands: ["import"],
    group: "Run",
    help: "resume the unfinished run of this file if there is one, and send no row twice: for cron",
  }),
  again: define({
    flag: "again",
    check: toggle(),
    commands: ["import"],
    group: "Run",
    help: "send a file once more that was imported there completely",
  }),
  skipIfImported: define({
    flag: "skip-if-imported",
    check: toggle(),
    commands: ["import"],
    group: "Run",
    help: "send nothing, and be content, where the file was imported there completely",
  }),
  stopAfter: define({
    flag: "stop-after",
    placeholder: "<rows>",
    check: wholeNumber(1),
    commands: ["import", "resume"],
    group: "Run",
    help: "stop after so many rows, to look at them before rowferry resume sends the rest",
    otherwise: "none",
  }),
  grace: define({
    flag: "grace",
    placeholder: "<time>",
    check: duration(),
    commands: DELIVERING,
    group: "Run",
    help: "how long a stopped run waits for requests in flight",
    default: "10s",
  }),
  prune: define({
    flag: "prune",
    placeholder: "<time>",
    check: duration(),
    commands: ["status"],
    group: "Run",
    help: "remove runs that are done for so long or longer, e.g. 30d",
  }),
  unmended: define({
    flag: "unmended",
    check: toggle(),
    commands: ["status"],
    group: "Run",
    help: "with --prune: also runs whose rejected or unknown rows nobody imported since",
  }),
  failed: define({
    flag: "failed",
    check: toggle(),
    commands: ["status"],
    group: "Run",
    help: "only runs that need somebody; exit code 1 where there is one",
  }),
  since: define({
    flag: "since",
    placeholder: "<time>",
    check: since(),
    commands: ["status"],
    group: "Run",
    help: "only runs that moved since then, e.g. 24h or 2026-11-28",
  }),
  yes: define({
    flag: "yes",
    short: "y",
    check: toggle(),
    commands: ["import", "resume", "status", "report", ...WRITING],
    group: "Run",
    help: "do not ask: take yes for the answer",
  }),
  rejectedFolder: define({
    flag: null,
    variables: ["FAILED_RECORDS_DIRPATH"],
    check: text(),
    commands: ["import", "serve"],
    group: "Run",
    help: "folder for rejected.csv; serve appends rows there that could not be sent",
    otherwise: "the run's folder",
  }),
};
