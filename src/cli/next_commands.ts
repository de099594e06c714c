/**
 * The commands that are printed as next steps. Each is complete: pasted into the same folder, it does
 * what was promised.
 *
 * @module
 */

import { isUsualEnvFile } from "../config/environment.ts";
import { type SettingName, type Settings, settings as table } from "../config/settings.ts";
import { shellWord } from "../report/format.ts";
import type { RunReport } from "../report/run/model.ts";
import type { NextCommands, RunResult } from "../report/summary.ts";
import { printable } from "../text/printable.ts";

/** What decides where rows go and how they are read. A file in a run's folder brings it along anyway. */
const NAMES: readonly SettingName[] = [
  ...["mapping", "where", "minAge", "maxAge", "delimiter", "encoding", "maxFieldBytes"] as const,
  ...["maxRecordBytes", "comment", "quote", "escape", "single", "batchSize"] as const,
  ...["insecureHttp", "sandbox", "envFile", "logDir"] as const,
];

/** How a file is read. */
const OF_READING: readonly SettingName[] = [
  ...["delimiter", "encoding", "header", "skipLines", "comment", "quote", "escape"] as const,
  ...["footer", "sheet"] as const,
];

/** What is said of a file as a whole, and not of a file with some of its rows. */
const OF_WHOLE_FILES: readonly SettingName[] = ["header", "skipLines", "footer", "sheet", "shard"];

/** What a resume may need to find the run's target, or to be let there, beside what the run keeps. */
const OF_RESUMES: readonly SettingName[] = ["mapping", "insecureHttp", "envFile"];

/** The commands that a run's result leads to. */
export function nextCommands(
  { destination, settings, resumedWith = [], files }: Pick<
    RunResult,
    "destination" | "settings" | "resumedWith" | "files"
  >,
): NextCommands {
  const known = (settings ?? {}) as Partial<Settings>;
  // Those files bring along what is to be skipped in them.
  const importOf = (file: string | null) =>
    file === null ? null : command(["import", file, "--to", destination, ...flags(NAMES, known)]);
  return {
    resume: files.checkpoint === null ? null : command([
      ...["resume", folderOf(files.checkpoint)],
      ...flags(OF_RESUMES.filter((name) => resumedWith.includes(name)), known),
    ]),
    importRejected: importOf(files.rejected),
    importUnknown: importOf(files.unknown),
  };
}

/** The commands that a run leads to which is told from its folder. */
export function commandsOfRun(
  { destination, files, state }: Pick<RunReport, "destination" | "files" | "state">,
  kept: Settings,
): NextCommands {
  const next = nextCommands({ destination, settings: { ...kept }, files });
  const goesOn = state === "stopped" || state === "interrupted";
  return { ...next, resume: goesOn ? next.resume : null };
}

/** Goes on with the run in a folder: it knows its own settings. */
export function commandToResume(folder: string): string {
  return command(["resume", folder]);
}

/** Imports a file from its first row, as these settings say. */
export function commandToRestart(
  file: string,
  destination: string,
  settings: Partial<Settings>,
): string {
  const all = flags([...OF_WHOLE_FILES, ...NAMES], settings);
  return command(["import", file, "--to", destination, ...all, "--restart"]);
}

/** Makes a mapping for a file. */
export function commandToInit(
  file: string,
  destination: string,
  settings: Partial<Settings>,
): string {
  return command(["init", file, "--to", destination, ...flags(OF_READING, settings)]);
}

function flags(names: readonly SettingName[], settings: Partial<Settings>): string[] {
  return names.flatMap((name) => flagWords(name, settings[name]));
}

function command(words: readonly string[]): string {
  // A name with control characters is shown, never obeyed.
  return ["rowferry", ...words].map((word) => printable(shellWord(word))).join(" ");
}

/** A setting as a person gives it; nothing for what holds anyway. */
function flagWords(name: SettingName, value: unknown): string[] {
  const { flag, check, default: usual } = table[name] as {
    flag: string;
    check: { parse(text: string): unknown };
    default?: string;
  };
  if (value === undefined || value === false) return [];
  if (name === "envFile" && isUsualEnvFile(String(value))) return [];
  if (usual !== undefined && check.parse(usual) === value) return [];
  if (value === true) return [`--${flag}`];
  return textsOf(name, value).flatMap((text) => [`--${flag}`, text]);
}

/** A value as the setting's check takes it. */
function textsOf(name: SettingName, value: unknown): string[] {
  if (name === "header" && Array.isArray(value)) {
    return [
      value.map((column) => /[",]/.test(column) ? `"${column.replaceAll('"', '""')}"` : column)
        .join(","),
    ];
  }
  if (name === "shard") {
    const { index, count } = value as { index: number; count: number };
    return [`${index}/${count}`];
  }
  const values: unknown[] = Array.isArray(value) ? value : [value];
  return values.map((one) => one === "\t" ? "tab" : String(one));
}

/** The folder that a file lies in. */
export function folderOf(path: string): string {
  const end = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"));
  return end < 0 ? "." : path.slice(0, end);
}
