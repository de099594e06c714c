/**
 * Where values may go: what each destination allows as `to`, and that no two values go to one place.
 *
 * @module
 */

import { nearest } from "../text/nearest.ts";
import { httpFaults } from "./http_check.ts";
import { FORBIDDEN_KEYS } from "./path.ts";
import type { MappingFile, MparticleMapping, ShowadsMapping } from "./schema.ts";
import type { MappingFault } from "./semantics.ts";
import { MPARTICLE_GROUPS, MPARTICLE_IDENTITIES, SHOWADS_FIELDS } from "./targets.ts";
import { nearestHint, quotedList } from "./wording.ts";

type Path = MappingFault["path"];

/** A `to` of a column or a constant, and where in the file it stands. */
export interface Target {
  readonly to: string;
  readonly path: Path;
}

/** Everything that is wrong with the file's targets. */
export function targetFaults(file: MappingFile): MappingFault[] {
  const targets = [...allTargets(file)];
  return [...doubledTargets(targets), ...destinationFaults(file, targets)];
}

function destinationFaults(file: MappingFile, targets: readonly Target[]): MappingFault[] {
  switch (file.destination) {
    case "mparticle":
      return mparticleFaults(file, targets);
    case "showads":
      return showadsFaults(file, targets);
    case "http":
      return httpFaults(file, targets);
  }
}

function* allTargets(file: MappingFile): Generator<Target> {
  for (const [at, { to }] of file.columns.entries()) {
    if (typeof to === "string") yield { to, path: ["columns", at, "to"] };
    else if (to) {
      for (const [n, each] of to.entries()) yield { to: each, path: ["columns", at, "to", n] };
    }
  }
  for (const [at, { to }] of file.constants.entries()) yield { to, path: ["constants", at, "to"] };
}

function* doubledTargets(targets: readonly Target[]): Generator<MappingFault> {
  const seen = new Set<string>();
  for (const { to, path } of targets) {
    if (seen.has(to)) yield { path, message: `"${to}" is the target of another value already` };
    seen.add(to);
  }
}

function mparticleFaults(file: MparticleMapping, targets: readonly Target[]): MappingFault[] {
  const faults = targets.flatMap(({ to, path }): MappingFault[] => {
    const message = mparticleTargetFault(to);
    return message === null ? [] : [{ path, message }];
  });
  if (!targets.some(({ to }) => to.startsWith("user_identities."))) {
    const message = "no column goes to user_identities, and mParticle drops users without one";
    faults.push({ path: ["columns"], message });
  }
  for (const [at, { type, to }] of file.columns.entries()) {
    const identity = [to].flat().find((target) => target?.startsWith("user_identities."));
    if (identity && type === "json") {
      const message =
        `"${identity}" takes a text, and a column of type json can be a list or object`;
      faults.push({ path: ["columns", at, "type"], message });
    }
  }
  const constantClock = targets.find(({ to, path }) =>
    to === "timestamp" && path[0] === "constants"
  );
  if (constantClock) {
    const message = "a timestamp comes from a column, and is not the same in every row";
    faults.push({ path: constantClock.path, message });
  }
  const needsEvent = targets.find(({ to }) => to.startsWith("event_attributes."));
  if (needsEvent && file.mparticle.event === undefined) {
    const message = `"${needsEvent.to}" needs an event: add mparticle.event with its name`;
    faults.push({ path: needsEvent.path, message });
  }
  const clock = file.columns.findIndex(({ to }) => [to].flat().includes("timestamp"));
  const column = file.columns[clock];
  if (column && !(column.type === "datetime" || column.type === "date")) {
    const message = "the column that goes to timestamp must be of type date or datetime";
    faults.push({ path: ["columns", clock, "type"], message });
  } else if (column && column.as === "unix") {
    const message = "a timestamp is sent as iso or unixMs, never in seconds";
    faults.push({ path: ["columns", clock, "as"], message });
  }
  return faults;
}

function mparticleTargetFault(to: string): string | null {
  if (to === "timestamp") return null;
  const dot = to.indexOf(".");
  const group = dot < 0 ? to : to.slice(0, dot);
  const name = dot < 0 ? "" : to.slice(dot + 1);
  if (!(MPARTICLE_GROUPS as readonly string[]).includes(group)) {
    const hint = nearestHint(group, [...MPARTICLE_GROUPS, "timestamp"]);
    return `expected user_identities.…, user_attributes.…, event_attributes.… or timestamp ` +
      `instead of "${to}"${hint}`;
  }
  if (name === "") return `expected a name after "${group}."`;
  if (FORBIDDEN_KEYS.has(name)) return `expected a name other than "${name}"`;
  if (group === "user_identities" && !(MPARTICLE_IDENTITIES as readonly string[]).includes(name)) {
    const guess = nearest(name, MPARTICLE_IDENTITIES);
    return guess === null
      ? `expected one of ${quotedList(MPARTICLE_IDENTITIES, "or")} instead of "${name}"`
      : `mParticle has no identity "${name}" (nearest: "${guess}")`;
  }
  return null;
}

function showadsFaults(file: ShowadsMapping, targets: readonly Target[]): MappingFault[] {
  const fields: readonly string[] = SHOWADS_FIELDS;
  const faults = targets.filter(({ to }) => !fields.includes(to)).map(({ to, path }) => ({
    path,
    message: `expected ${quotedList(fields, "or")} instead of "${to}"${nearestHint(to, fields)}`,
  }));
  for (const field of fields) {
    const at = file.columns.findIndex(({ to }) => [to].flat().includes(field));
    const column = file.columns[at];
    if (column?.optionalColumn) {
      const message = `the column that goes to ${field} can't be optional`;
      faults.push({ path: ["columns", at, "optionalColumn"], message });
    } else if (!targets.some(({ to }) => to === field)) {
      faults.push({
        path: ["columns"],
        message: `no column goes to ${field}, which ShowAds needs`,
      });
    }
  }
  return faults;
}
