/**
 * Looks at settings: where each comes from, and what nobody reads since its name or line is wrong.
 *
 * @module
 */

import { settingOrigins, settingVariables } from "../../config/origins.ts";
import { type EnvLine, readEnvLines } from "../../config/env_lines.ts";
import { type Environment, isUsualEnvFile, loadEnvironment } from "../../config/environment.ts";
import { checkNetwork } from "../../config/network.ts";
import { resolveSettings, withDefaults } from "../../config/resolve.ts";
import { loadDestinations } from "../../destinations/registry.ts";
import { builtinMapping } from "../../destinations/mappings.ts";
import { nearest } from "../../text/nearest.ts";
import type { Examination, ReadSettings } from "./examination.ts";

/** What else reads variables: the runtime, and conventions. */
const OTHER_VARIABLES = [
  ...["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "NO_COLOR"],
  ...["DENO_CERT", "DENO_TLS_CA_STORE"],
];

/** What the names of rowferry's own variables begin with. */
const OWN = "ROWFERRY_";

/** Reads the settings as an import would, and tells where they come from. */
export async function examineSettings(examination: Examination): Promise<ReadSettings> {
  const { io, flags } = examination.call;
  const envFile = typeof flags.envFile === "string"
    ? flags.envFile
    : io.env().ROWFERRY_ENV_FILE || undefined;
  const known = [...await knownVariables(), ...await variablesOfMapping(examination)];
  const lines = await examineLines(examination, envFile ?? ".env", known);
  const whole = await examination.attempt("settings", () => loadEnvironment(io, envFile)) ??
    await loadEnvironment({ ...io, files: { ...io.files, readText: nothing } }, undefined);
  const environment = withoutMisspelt(examination, whole, known, lines);
  await examination.attempt("settings", () => checkNetwork(io, environment));
  // An import reads more of them than this does.
  await examination.attempt("settings", () => resolveSettings("import", {}, environment));
  const resolved = await examination.attempt(
    "settings",
    () => resolveSettings("doctor", flags, environment),
  );
  for (const { name, origin, value } of settingOrigins("import", flags, environment)) {
    examination.add("settings", "ok", `${name} from ${origin}: ${value ?? "set"}`);
  }
  const given = { to: flags.to, mapping: flags.mapping, logDir: flags.logDir };
  const settings = Object.fromEntries(Object.entries(given).filter(([, value]) => value));
  return { environment, ...resolved ?? { settings: withDefaults(settings), flags: new Set() } };
}

function nothing(): Promise<string> {
  return Promise.resolve("");
}

/** Lines that are none, names that nobody reads, and values that the environment's win over. */
async function examineLines(
  examination: Examination,
  path: string,
  known: readonly string[],
): Promise<readonly EnvLine[]> {
  const { io } = examination.call;
  const text = await io.files.readText(path).catch(() => null);
  if (text === null) {
    if (isUsualEnvFile(path)) examination.add("settings", "ok", `There is no file ${path} here`);
    return []; // Of another one, reading it tells.
  }
  const { lines, faults } = readEnvLines(text);
  for (const { line, text } of faults) {
    examination.add("settings", "warning", `${path}, line ${line}: ${text}`, "Mend the line");
  }
  const taken = new Set(lines.map(({ name }) => name));
  for (const each of lines) {
    const guess = misspelt(each, known, taken);
    if (guess) {
      const text = `${path}, line ${each.line}: nothing reads ${each.name}`;
      examination.add("settings", "warning", text, `Did you mean ${guess}?`);
    }
  }
  const own = io.env();
  for (const { name, line } of lines) {
    if (!known.includes(name) || !own[name]) continue;
    const text = `${name} stands in ${path}, line ${line}, and in the environment, which wins`;
    examination.add("settings", "warning", text, "Take one of them away if they differ");
  }
  return lines;
}

/** The variable that a name was meant to be, where nothing reads the name. */
function misspelt(
  { name }: EnvLine,
  known: readonly string[],
  taken: ReadonlySet<string>,
): string | null {
  // What begins so is refused, and told as that.
  if (known.includes(name) || name.startsWith(OWN)) return null;
  // `mparticle_api_key` is another variable than `MPARTICLE_API_KEY`.
  const guess = nearest(name, known);
  return guess === null || taken.has(guess) ? null : guess;
}

/** The environment without names that would keep an import from starting: those are told. */
function withoutMisspelt(
  examination: Examination,
  environment: Environment,
  known: readonly string[],
  lines: readonly EnvLine[],
): Environment {
  const wrong = environment.names().filter((name) => name.startsWith(OWN) && !known.includes(name));
  for (const name of wrong) {
    const { origin = "the environment", isFromFile = false } = environment.get(name) ?? {};
    const line = lines.findLast((each) => each.name === name)?.line;
    const where = isFromFile && line !== undefined ? `${origin}, line ${line}` : origin;
    const guess = nearest(name, known);
    const todo = guess
      ? `Did you mean ${guess}?`
      : "Take it away: an import refuses to start with it";
    examination.add("settings", "problem", `${name} in ${where} is no setting`, todo);
  }
  return {
    get: (name) => wrong.includes(name) ? null : environment.get(name),
    names: () => environment.names().filter((name) => !wrong.includes(name)),
  };
}

/** The variables that a mapping file names, as far as it can be read. */
async function variablesOfMapping({ call: { io, flags } }: Examination): Promise<string[]> {
  const path = typeof flags.mapping === "string" ? flags.mapping : io.env().ROWFERRY_MAPPING;
  if (!path) return [];
  const text = await io.files.readText(path).catch(() => "");
  return [...text.matchAll(/\$\{(\w+)/g)].map(([, name = ""]) => name);
}

/** Every variable that means something, of all settings and all destinations. */
async function knownVariables(): Promise<string[]> {
  const own: string[] = [];
  for (const definition of await loadDestinations()) {
    const mapping = await builtinMapping(definition);
    if (mapping) own.push(...definition.variables(mapping).map(({ name }) => name));
  }
  const small = OTHER_VARIABLES.filter((name) => name.endsWith("PROXY")).map((name) =>
    name.toLowerCase()
  );
  return [...new Set([...settingVariables(), ...own, ...OTHER_VARIABLES, ...small])];
}
