/**
 * What somebody at the command line does about an error or a stop: the words that jobs leave out,
 * since they don't know by which door they were started.
 *
 * @module
 */

import { type SettingName, settings } from "../config/settings.ts";
import {
  errorMessage,
  type FileToRead,
  type ImportToRepeat,
  type Remedy,
  StoppedError,
  UsageError,
} from "../model/errors.ts";
import { type Stop, stopOf } from "../model/stop.ts";
import { shellWord } from "../report/format.ts";
import { commandToInit, commandToRestart, commandToResume } from "./next_commands.ts";

/**
 * An error's sentence, with what to do.
 *
 * @param show Makes foreign text fit for where it is shown: errors name files and columns, whose names
 * may hold line ends and more.
 */
export function describeError(
  error: unknown,
  show: (text: string) => string = (text) => text,
): string {
  if (error instanceof StoppedError) return show(describeStop(stopOf(error)));
  const isUsage = error instanceof UsageError;
  const message = (isUsage ? error.faults : [errorMessage(error)]).map((fault) => show(fault)).join(
    "\n",
  );
  const remedy = isUsage ? error.remedy : null;
  return remedy === null ? message : withRemedy(message, remedy, show);
}

/** Why a job stopped, with the flag that made it. */
export function describeStop(stop: Stop): string {
  if (stop.code === "too-many-errors") return `${stop.reason} (${flagOf("maxErrors")})`;
  if (stop.code === "storage") return withRemedy(stop.reason, { code: "mend-and-resume" });
  return stop.reason;
}

function withRemedy(
  message: string,
  remedy: Remedy,
  show: (text: string) => string = (text) => text,
): string {
  switch (remedy.code) {
    case "setting": {
      const value = remedy.value === undefined ? "" : ` ${show(remedy.value)}`;
      return `${flagOf(remedy.setting)}${value}: ${message}`;
    }
    case "missing-setting":
      return `${flagOf(remedy.setting)} is missing: ${message}`;
    case "choose-other":
      return `${message}; choose another ${remedy.what} with ${flagOf(remedy.setting)}`;
    case "give-setting": {
      const value = remedy.value === null ? "" : ` ${remedy.value}`;
      return `${message} with ${flagOf(remedy.setting)}${value}`;
    }
    case "drop-setting":
      return `${message}: leave ${flagOf(remedy.setting)} out`;
    case "resume-or-restart":
      return `${message}: go on with it by --resume, or start from the first row by --restart`;
    case "imported-before":
      return `${message}: nothing was sent. Send it once more with --again, or have a script go on ` +
        "with --skip-if-imported";
    case "part-imported":
      return `${message}: nothing was sent. Send the other shards of the same division, or all of ` +
        "the file with --again";
    case "grown-since":
      return `${message}: nothing was sent. Send only its new rows with --resume-or-start, or all of ` +
        "it with --again";
    case "resume-that-or-restart":
      return `${message}: go on with it by ${commandToResume(remedy.folder)}, ` +
        "or start from the first row by --restart";
    case "start-anew":
      return `${message}, or start anew${again(remedy.run)}`;
    case "other-target":
      return `${message}. To go on, name the run's settings again (in .env, or with --env-file); ` +
        "to send the file to the other target, start a run of its own with rowferry import";
    case "start-shards-anew":
      return `${message}, or start all shards anew with --restart`;
    case "mend-and-resume":
      return `${message}; mend that, then run rowferry resume`;
    case "make-mapping":
      return `${message}: name one with --mapping, or ${wayToMapping(remedy)}`;
    case "rehearse":
      return `${message} (a rehearsal with --sandbox needs no credentials)`;
    case "allow-insecure":
      return `${message}, or add --insecure-http`;
    case "guard-server":
      return `${message}; set ROWFERRY_SERVE_TOKEN to a token that callers must give, or say with ` +
        `${flagOf("open")} that something else keeps strangers out`;
    case "read-otherwise": {
      const ways = remedy.ways.map(({ what, settings }) => {
        const flags = Object.entries(settings).map(([name, value]) =>
          ` ${flagOf(name)} ${show(shellWord(value === "\t" ? "tab" : value))}`
        );
        return `\n${what}${flags.length > 0 ? ":" : ""}${flags.join("")}`;
      });
      return `${message}${ways.join("")}\nFor a file of another kind: ${wayToMapping(remedy)}`;
    }
    case "name-run": {
      const commands = remedy.runs.map(({ folder, note }) =>
        `\n  ${commandToResume(folder)}${note && `  # ${show(note)}`}`
      );
      return `${message}; name one:${commands.join("")}`;
    }
  }
}

/** How a mapping for a file is made; one that came by a pipe has no name for a command. */
function wayToMapping(
  { destination, file }: {
    readonly destination: string | null;
    readonly file: FileToRead | null;
  },
): string {
  return file === null || destination === null
    ? "let rowferry init make a mapping from a file of that kind"
    : `make a mapping with ${commandToInit(file.path, destination, file.settings)}`;
}

/** With which command; what came by a pipe can't be imported by one. */
function again(run: ImportToRepeat | undefined): string {
  if (!run || run.source.path === "-") return " by importing the file with --restart";
  const { source, destination, settings } = run;
  return ` with ${commandToRestart(source.path, destination, settings)}`;
}

/** `--max-errors` for `maxErrors`. */
function flagOf(setting: string): string {
  return `--${settings[setting as SettingName]?.flag ?? setting}`;
}
