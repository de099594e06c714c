/**
 * What can be wrong with a mapping to mParticle.
 *
 * @module
 */

import type { MappingFault, MappingFile, Placement } from "../../mapping/mod.ts";
import { sectionOf } from "./schema.ts";
import { consentOf, deviceType, isIdentity, isInEvent, targetFault } from "./targets.ts";

type Column = MappingFile["columns"][number];

/** Everything that is wrong with the targets of a mapping to mParticle. */
export function faults(file: MappingFile, placements: readonly Placement[]): MappingFault[] {
  const found = placements.flatMap(({ to, path }): MappingFault[] => {
    const message = targetFault(to);
    return message === null ? [] : [{ path, message }];
  });
  if (!placements.some(({ to }) => isIdentity(to))) {
    const message = "no column goes to user_identities, and mParticle drops users without one";
    found.push({ path: ["columns"], message });
  }
  const needsEvent = placements.find(({ to }) => isInEvent(to));
  if (needsEvent && sectionOf(file).event === undefined) {
    const message = `"${needsEvent.to}" needs an event: add mparticle.event with its name`;
    found.push({ path: needsEvent.path, message });
  }
  const single = placements.find(({ to, path }) =>
    (to === "timestamp" || to === "mpid" || to === "source_message_id") && path[0] === "constants"
  );
  if (single) {
    const message = `"${single.to}" comes from a column, and is not the same in every row`;
    found.push({ path: single.path, message });
  }
  return [...found, ...file.columns.flatMap(typeFaults), ...consentFaults(file, placements)];
}

/** What is wrong with the type of a column, by each of its targets. */
function typeFaults(column: Column, at: number): MappingFault[] {
  return [column.to ?? []].flat().flatMap((to): MappingFault[] => {
    const fault = typeFault(column, to);
    return fault === null ? [] : [{ path: ["columns", at, fault.key], message: fault.message }];
  });
}

function typeFault(
  column: Column,
  to: string,
): { readonly key: "type" | "as"; readonly message: string } | null {
  const { type } = column;
  const wrongType = (message: string) => ({ key: "type", message }) as const;
  const consent = consentOf(to);
  if (to === "timestamp" || consent?.member === "timestamp_unixtime_ms") {
    if (!("as" in column) || !(type === "date" || type === "datetime")) {
      return wrongType(`the column that goes to ${to} must be of type date or datetime`);
    }
    return column.as === "unix"
      ? { key: "as", message: "a timestamp is sent as iso or unixMs, never in seconds" }
      : null;
  }
  if (to === "mpid" && type !== "string" && type !== "integer") {
    return wrongType("the column that goes to mpid must be of type string or integer");
  }
  const wanted = consent?.member === "consented" ? "boolean" : deviceType(to);
  if (wanted !== null && type !== wanted) {
    return wrongType(`the column that goes to ${to} must be of type ${wanted}`);
  }
  const isText = consent !== null || to.startsWith("device_info.") || isIdentity(to) ||
    to === "source_message_id";
  if (type === "list" && to.startsWith("event_attributes.")) {
    return wrongType(`"${to}" takes no list: mParticle has lists as user attributes alone`);
  }
  return isText && (type === "json" || type === "list")
    ? wrongType(`"${to}" takes a text, and a column of type ${type} can be a list or object`)
    : null;
}

/** Purposes of which it is not told whether or when somebody consented. */
function* consentFaults(
  { constants }: MappingFile,
  placements: readonly Placement[],
): Generator<MappingFault> {
  for (const { to, path } of placements) {
    const consent = consentOf(to);
    if (consent === null || targetFault(to) !== null) continue;
    const prefix = to.slice(0, -consent.member.length);
    for (const member of ["consented", "timestamp_unixtime_ms"]) {
      if (placements.some((other) => other.to === prefix + member)) continue;
      yield { path, message: `"${to}" needs ${prefix}${member} beside it` };
    }
  }
  for (const [at, { to, value }] of constants.entries()) {
    const wanted = { consented: "boolean", timestamp_unixtime_ms: "number" }[
      consentOf(to)?.member ?? ""
    ] ?? deviceConstant(to);
    if (wanted === null || typeof value === wanted) continue;
    const message = wanted === "boolean" ? "expected true or false" : `expected a ${wanted}`;
    yield { path: ["constants", at, "value"], message };
  }
}

/** What the value of a constant must be, where mParticle wants a certain type there. */
function deviceConstant(to: string): "boolean" | "number" | "string" | null {
  const type = deviceType(to);
  if (type !== null) return type === "integer" ? "number" : "boolean";
  return to.startsWith("device_info.") || consentOf(to) !== null ? "string" : null;
}
