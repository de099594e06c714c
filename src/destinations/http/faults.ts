/**
 * Where values of an `http` mapping may go: paths that can be followed, that fit together, and that
 * its section speaks of; and what its statuses mean.
 *
 * @module
 */

import {
  type FilePath,
  type MappingFault,
  type MappingFile,
  patternFault,
  type Placement,
  quotedList,
} from "../../mapping/mod.ts";
import { parsePath } from "./path.ts";
import { type HttpSection, sectionOf } from "./schema.ts";
import { isUrlTarget, urlFaults } from "./url_template.ts";

/** Everything that is wrong with the targets, paths and statuses of an `http` mapping. */
export function faults(file: MappingFile, placements: readonly Placement[]): MappingFault[] {
  const http = sectionOf(file);
  const { rowId } = http;
  const idPath = ["http", "rowId", "to"];
  if (rowId && placements.some(({ to }) => to === rowId.to)) {
    return [{ path: idPath, message: `"${rowId.to}" is the target of another value already` }];
  }
  const all = rowId ? [...placements, { to: rowId.to, path: idPath }] : placements;
  const targets = all.filter(({ to }) => !isUrlTarget(to));
  const malformed = [...targets, ...pathsOf(http)].flatMap(({ to, path }): MappingFault[] => {
    const parsed = parsePath(to);
    return "error" in parsed
      ? [{ path, message: `expected ${parsed.error} instead of "${to}"` }]
      : [];
  });
  if (malformed.length > 0) return malformed;
  const found = [
    ...urlFaults(http.url, all.filter(({ to }) => isUrlTarget(to))),
    ...clashes(targets),
    ...gaps(targets),
    ...statusFaults(http),
    ...unfilled(http, targets),
  ];
  const [first] = targets;
  if (all.length === 0) {
    found.push({ path: ["columns"], message: "no column goes anywhere: add to, its place" });
  } else if (http.envelope.format === "none" && first !== undefined) {
    const message =
      `"${first.to}" has no place in a request without a body: only "{name}"s of its ` +
      "URL have";
    found.push({ path: first.path, message });
  }
  return found;
}

/** Every path that the section names, and where it stands. */
function pathsOf(http: HttpSection): Placement[] {
  const paths: Placement[] = [];
  const add = (to: string | undefined, ...path: FilePath) => {
    if (to !== undefined) paths.push({ to, path: ["http", ...path] });
  };
  const { envelope, results, limits } = http;
  if (envelope.format === "array") {
    add(envelope.at, "envelope", "at");
    add(envelope.item, "envelope", "item");
  }
  if (envelope.format === "ndjson") {
    envelope.lines?.forEach((line, at) => add(line, "envelope", "lines", at));
  }
  if (typeof results?.at === "string") add(results.at, "results", "at");
  else results?.at?.forEach((each, n) => add(each, "results", "at", n));
  for (const key of ["status", "failed", "code", "message", "taken", "failedCount"] as const) {
    add(results?.[key], "results", key);
  }
  const match = results?.match;
  if (match?.by === "index" || match?.by === "key") {
    for (const each of [match.path].flat()) add(each, "results", "match", "path");
  }
  for (const key of recordKeys(http)) add(key, "results", "match", "record");
  add(limits.distinctBy, "limits", "distinctBy");
  http.statuses.when?.forEach(({ path }, n) => add(path, "statuses", "when", n, "path"));
  add(http.wait?.path, "wait", "path");
  for (const key of ["id", "state", "file", "next"] as const) add(http.job?.[key], "job", key);
  add(http.error.code, "error", "code");
  add(http.error.message, "error", "message");
  return paths;
}

function recordKeys({ results }: HttpSection): readonly string[] {
  return results?.match?.by === "key" ? [results.match.record].flat() : [];
}

/** Places of the record that the section speaks of, and that nothing fills. */
function* unfilled(http: HttpSection, targets: readonly Placement[]): Generator<MappingFault> {
  const keys = recordKeys(http);
  if (keys.length > 0 && !targets.some(({ to }) => keys.some((key) => holds(to, key)))) {
    const message = `no column or constant goes to ${quotedList(keys, "or")}`;
    yield { path: ["http", "results", "match", "record"], message };
  }
  const { distinctBy } = http.limits;
  if (distinctBy !== undefined && !targets.some(({ to }) => to === distinctBy)) {
    yield { path: ["http", "limits", "distinctBy"], message: `no column goes to "${distinctBy}"` };
  }
  const item = http.envelope.format === "array" ? http.envelope.item : undefined;
  if (item !== undefined && !targets.some(({ to }) => holds(item, to))) {
    yield { path: ["http", "envelope", "item"], message: `no column goes to "${item}"` };
  }
}

/** Whether what stands at one path is, or holds, what stands at another. */
function holds(outer: string, inner: string): boolean {
  const [outerSteps, innerSteps] = [parsePath(outer), parsePath(inner)];
  if ("error" in outerSteps || "error" in innerSteps) return false;
  return outerSteps.every((step, at) => step === innerSteps[at]);
}

/** A status that means two things, or one that it can't mean. */
function* statusFaults({ statuses }: HttpSection): Generator<MappingFault> {
  const seen = new Map<number | string, string>();
  const { when = [], ...lists } = statuses;
  for (const [at, { matches }] of when.entries()) {
    const fault = matches === undefined ? null : patternFault(matches);
    const path = ["http", "statuses", "when", at, "matches"];
    if (fault !== null) yield { path, message: `expected ${fault}` };
  }
  for (const [meaning, list] of Object.entries(lists)) {
    for (const status of list) {
      const path = ["http", "statuses", meaning];
      const other = seen.get(status);
      if (status === 401 || status === 403) {
        const message = `${status} means that the credentials were refused, unless statuses.when ` +
          "says otherwise by what stands in the answer";
        yield { path, message };
      } else if (other !== undefined && other !== meaning) {
        yield { path, message: `${status} is in ${other} too: name it once, and set both lists` };
      }
      seen.set(status, meaning);
    }
  }
}

/** Positions of lists that nothing fills, though ones behind them are. */
function* gaps(targets: readonly Placement[]): Generator<MappingFault> {
  const paths = targets.map(({ to, path }) => ({ path, steps: parsePath(to) as Steps }));
  const filled = new Set(paths.flatMap(({ steps }) => steps.map((_, n) => place(steps, n + 1))));
  const told = new Set<string>();
  for (const { path, steps } of paths) {
    for (const [depth, step] of steps.entries()) {
      if (typeof step !== "number") continue;
      for (let before = 0; before < step; before++) {
        const missing = place([...steps.slice(0, depth), before], depth + 1);
        if (filled.has(missing) || told.has(missing)) continue;
        told.add(missing);
        const message = `no column or constant goes to ${describeSteps(JSON.parse(missing))}`;
        yield { path, message: `${message}, and positions in a list must hold` };
      }
    }
  }
}

type Steps = readonly (string | number)[];

function place(steps: Steps, length: number): string {
  return JSON.stringify(steps.slice(0, length));
}

function describeSteps(steps: Steps): string {
  const text = steps.map((step) => typeof step === "number" ? `[${step}]` : `.${step}`).join("");
  return `"${text.replace(/^\./, "")}"`;
}

/** A value can't stand where another value's object or array has to be. */
function* clashes(targets: readonly Placement[]): Generator<MappingFault> {
  const kinds = new Map<string, "value" | "object" | "array">();
  for (const { to, path } of targets) {
    const steps = parsePath(to);
    if ("error" in steps) continue;
    for (let length = 0; length <= steps.length; length++) {
      const next = steps[length];
      const kind = next === undefined ? "value" : typeof next === "number" ? "array" : "object";
      const place = JSON.stringify(steps.slice(0, length));
      const other = kinds.get(place);
      if (other !== undefined && other !== kind) {
        yield { path, message: `"${to}" clashes with another target: ${kind} against ${other}` };
        break;
      }
      kinds.set(place, kind);
    }
  }
}
