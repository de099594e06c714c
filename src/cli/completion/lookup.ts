/**
 * What a shell offers that only a look at files can tell: unfinished runs, columns.
 *
 * @module
 */

import { loadEnvironment } from "../../config/environment.ts";
import { variableOfFlag } from "../../config/setting.ts";
import { settings } from "../../config/settings.ts";
import type { Io } from "../../io.ts";
import type { Candidate, Given, Wanted } from "./words.ts";

/** Finds what is wanted; nothing where the shell offers files. May throw. */
export async function lookUp(io: Io, wanted: Wanted): Promise<readonly Candidate[]> {
  switch (wanted.kind) {
    case "words":
      return wanted.words;
    case "files":
      return [];
    case "unfinished-runs":
    case "runs":
      return await runs(io, wanted.given, wanted.kind === "runs");
    case "csv-columns":
      return without(await csvColumns(io, wanted.given), wanted.given.flags.get("unique"));
    case "mapping-columns": {
      const columns = (await mappingColumns(io, wanted.given)).map((name) => `${name}=`);
      const set = wanted.given.flags.get("set")?.map((text) => text.replace(/=.*$/s, "="));
      return without(columns, set);
    }
  }
}

async function runs(io: Io, given: Given, finished: boolean): Promise<Candidate[]> {
  const { allRuns, resumableRuns } = await import("../../jobs/offers.ts");
  const logDir = await settingOf(io, given, "logDir") ?? settings.logDir.default;
  const runs = await (finished ? allRuns : resumableRuns)(io, logDir);
  const paths = runs.map(({ run }) => run?.source.path ?? "-");
  return runs.flatMap(({ folder, run, standing, changedAt }) => {
    const path = run?.source.path ?? "-";
    const help = `${
      standing === "interrupted" ? "killed" : standing
    }, to ${run?.destination}, ${changedAt}`;
    const unique = path !== "-" && paths.indexOf(path) === paths.lastIndexOf(path);
    return [
      ...(unique ? [{ value: withoutFolder(path, io.cwd()), help }] : []),
      { value: folder, help },
    ];
  });
}

async function csvColumns(io: Io, given: Given): Promise<readonly string[]> {
  const [path = "-"] = given.arguments;
  const real = atHome(io, path);
  if (path === "-" || !(await io.files.stat(real)).isFile) return []; // A pipe would never end.
  const { readColumnNames } = await import("../../jobs/sample.ts");
  const checked = (name: "delimiter" | "encoding") =>
    settings[name].check.safeParse(given.flags.get(name)?.at(-1)).data;
  const reading = { delimiter: checked("delimiter"), encoding: checked("encoding") };
  return await readColumnNames(io, real, reading);
}

async function mappingColumns(io: Io, given: Given): Promise<readonly string[]> {
  const mapping = await settingOf(io, given, "mapping");
  const { mappedColumns } = await import("../../jobs/offers.ts");
  const to = await settingOf(io, given, "to");
  return await mappedColumns(io, to, mapping && atHome(io, mapping));
}

/** A setting's text: the flag on the line, else the environment. */
async function settingOf(
  io: Io,
  given: Given,
  name: "to" | "mapping" | "logDir",
): Promise<string | undefined> {
  const typed = given.flags.get(name)?.at(-1);
  if (typed !== undefined) return typed;
  const environment = await loadEnvironment(io, given.flags.get("envFile")?.at(-1));
  const { flag } = settings[name];
  return flag === null ? undefined : environment.get(variableOfFlag(flag))?.value;
}

/** A shell hands the words over before it has put the home folder in for `~`. */
function atHome(io: Io, path: string): string {
  return path.startsWith("~/") ? `${io.env().HOME ?? "~"}${path.slice(1)}` : path;
}

function withoutFolder(path: string, folder: string): string {
  return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path;
}

function without(names: readonly string[], taken: readonly string[] = []): Candidate[] {
  return names.filter((name) => !taken.includes(name)).map((value) => ({ value, help: "" }));
}
