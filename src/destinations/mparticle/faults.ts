/**
 * What can be wrong with the targets of a mapping to mParticle.
 *
 * @module
 */

import {
  FORBIDDEN_KEYS,
  type MappingFault,
  type MappingFile,
  nearestHint,
  type Placement,
  quotedList,
} from "../../mapping/mod.ts";
import { nearest } from "../../text/nearest.ts";
import { GROUPS, IDENTITIES, isIdentity, sectionOf } from "./schema.ts";

/** Everything that is wrong with the targets of a mapping to mParticle. */
export function faults(file: MappingFile, placements: readonly Placement[]): MappingFault[] {
  const section = sectionOf(file);
  const found = placements.flatMap(({ to, path }): MappingFault[] => {
    const message = targetFault(to);
    return message === null ? [] : [{ path, message }];
  });
  if (!placements.some(({ to }) => isIdentity(to))) {
    const message = "no column goes to user_identities, and mParticle drops users without one";
    found.push({ path: ["columns"], message });
  }
  for (const [at, { type, to }] of file.columns.entries()) {
    const identity = [to].flat().find((target) => target && isIdentity(target));
    if (identity && type === "json") {
      const message =
        `"${identity}" takes a text, and a column of type json can be a list or object`;
      found.push({ path: ["columns", at, "type"], message });
    }
  }
  const constantClock = placements.find(({ to, path }) =>
    to === "timestamp" && path[0] === "constants"
  );
  if (constantClock) {
    const message = "a timestamp comes from a column, and is not the same in every row";
    found.push({ path: constantClock.path, message });
  }
  const needsEvent = placements.find(({ to }) => to.startsWith("event_attributes."));
  if (needsEvent && section.event === undefined) {
    const message = `"${needsEvent.to}" needs an event: add mparticle.event with its name`;
    found.push({ path: needsEvent.path, message });
  }
  const clock = file.columns.findIndex(({ to }) => [to].flat().includes("timestamp"));
  const column = file.columns[clock];
  if (column && !(column.type === "datetime" || column.type === "date")) {
    const message = "the column that goes to timestamp must be of type date or datetime";
    found.push({ path: ["columns", clock, "type"], message });
  } else if (column && column.as === "unix") {
    const message = "a timestamp is sent as iso or unixMs, never in seconds";
    found.push({ path: ["columns", clock, "as"], message });
  }
  return found;
}

function targetFault(to: string): string | null {
  if (to === "timestamp") return null;
  const dot = to.indexOf(".");
  const group = dot < 0 ? to : to.slice(0, dot);
  const name = dot < 0 ? "" : to.slice(dot + 1);
  if (!(GROUPS as readonly string[]).includes(group)) {
    const hint = nearestHint(group, [...GROUPS, "timestamp"]);
    return `expected user_identities.…, user_attributes.…, event_attributes.… or timestamp ` +
      `instead of "${to}"${hint}`;
  }
  if (name === "") return `expected a name after "${group}."`;
  if (FORBIDDEN_KEYS.has(name)) return `expected a name other than "${name}"`;
  if (group === "user_identities" && !(IDENTITIES as readonly string[]).includes(name)) {
    const guess = nearest(name, IDENTITIES);
    return guess === null
      ? `expected one of ${quotedList(IDENTITIES, "or")} instead of "${name}"`
      : `mParticle has no identity "${name}" (nearest: "${guess}")`;
  }
  return null;
}
