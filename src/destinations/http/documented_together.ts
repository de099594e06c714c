/**
 * What an API asks of records beside each other: that no two are about the same thing, or that all
 * have the same members.
 *
 * @module
 */

import type { DocumentedTogether } from "../gallery_entry.ts";
import { isObject } from "../stand_in.ts";

/** A record of a request, judged. */
export interface Judged {
  readonly record: unknown;
  readonly index: number;
  /** Why it isn't taken; null where it is. */
  reason: string | null;
}

/** Keys of earlier requests that are remembered. */
const MOST_KEYS = 1_000_000;

/** Compiles the judging of a request's records; true where all of it is refused. */
export function compileTogether(rule?: DocumentedTogether): (judged: Judged[]) => boolean {
  if (!rule) return () => false;
  const known = new Set<string>();
  return (judged) => {
    const alike = [...alikeIn(judged, rule)];
    if (rule.uniform && !isUniform(judged)) alike.push(judged.slice(-1));
    for (const group of alike) {
      const refused = rule.refuses === "alike" ? group : group.slice(1);
      for (const one of refused.length > 0 ? refused : group) one.reason ??= rule.reason;
    }
    if (rule.remembers) remember(judged, rule, known);
    return rule.refuses === "request" && alike.length > 0;
  };
}

/** Good records that have a value in common that must not be, as groups of two or more. */
function* alikeIn(
  judged: readonly Judged[],
  { distinct = [] }: DocumentedTogether,
): Generator<Judged[]> {
  const groups = new Map<string, Judged[]>();
  for (const one of judged) {
    for (const key of one.reason === null ? keysOf(one, distinct) : []) {
      groups.set(key, [...groups.get(key) ?? [], one]);
    }
  }
  for (const group of groups.values()) if (group.length > 1) yield group;
}

/** Refuses records that others before were alike, and remembers those that were taken. */
function remember(judged: readonly Judged[], rule: DocumentedTogether, known: Set<string>): void {
  for (const one of judged) {
    const keys = keysOf(one, rule.distinct ?? []);
    if (keys.some((key) => known.has(key))) one.reason ??= rule.reason;
    if (one.reason !== null || known.size > MOST_KEYS) continue;
    for (const key of keys) known.add(key);
  }
}

function keysOf({ record }: Judged, paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    const value = memberOf(record, path);
    return value === undefined ? [] : `${path}=${String(value).toLowerCase()}`;
  });
}

function isUniform(judged: readonly Judged[]): boolean {
  const members = judged.map(({ record }) =>
    isObject(record) ? Object.keys(record).toSorted().join("\n") : ""
  );
  return members.every((each) => each === members[0]);
}

/** What stands at a path of plain names. */
export function memberOf(record: unknown, path: string): unknown {
  let value = record;
  for (const step of path.split(".")) {
    value = (value as Record<string, unknown> | null | undefined)?.[step];
  }
  return value;
}
