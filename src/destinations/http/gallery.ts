/**
 * The APIs of the gallery as destinations: all of them are data for this one.
 *
 * @module
 */

import type { DestinationDefinition } from "../definition.ts";
import { type GalleryColumn, type GalleryEntry, galleryProfile } from "../gallery_entry.ts";
import {
  type ColumnKeys,
  HEADERS,
  type InitWords,
  type MappingDialect,
  plainHeader,
  quotedList,
  type TargetType,
  yamlLines,
} from "../../mapping/mod.ts";
import { definitionOf } from "./definition.ts";
import { dialect, memberName, memberTarget } from "./dialect.ts";

/** The destination of that name that an entry of the gallery describes. */
export function galleryDefinition(name: string, entry: GalleryEntry): DestinationDefinition {
  return definitionOf({
    profile: galleryProfile(name, entry),
    mapping: dialectOf(entry),
    title: entry.title,
    helpOf: (variable) => entry.variables[variable],
    answers: entry.answers,
  });
}

/** The language is that of any JSON API; a row must also say whom it is about. */
function dialectOf(entry: GalleryEntry): MappingDialect {
  const { title, identities } = entry;
  const tells = (target: string) => identities.includes(target);
  return {
    ...dialect,
    sectionName: "http",
    faults(file, placements) {
      // What else is wrong mostly follows from it.
      if (placements.some(({ to }) => tells(to))) return dialect.faults(file, placements);
      return [{ path: ["columns"], message: `${gapOf(entry)}, and none does` }];
    },
    needsOneOf: {
      includes: tells,
      code: "no-identity",
      consequence: `${title} would not know whom the row is about`,
    },
    init: wordsOf(entry),
  };
}

function gapOf({ identities }: GalleryEntry): string {
  return `one column at least must go to ${quotedList(identities, "or")}`;
}

function wordsOf(entry: GalleryEntry): InitWords {
  const { identities, mapping: { http, constants = [], columns, rest } } = entry;
  const columnOf = (target: string) => columns.find((column) => placesOf(column)[0] === target);
  const gap = `${gapOf(entry)}.`;
  return {
    synonyms: columns.map((column) => {
      const [target = ""] = placesOf(column);
      const further = entry.headers?.[target] ?? [];
      return [target, [...headersOf(column), ...further.map(plainHeader)]];
    }),
    section: yamlLines({ http, ...(constants.length > 0 && { constants }) }),
    placesOf(target) {
      const column = columnOf(target);
      return column ? placesOf(column) : [target];
    },
    ...(entry.textsOnly && { textsOnly: true }),
    idFor: (targets) =>
      targets.some((target) => identities.includes(target))
        ? null
        : identities.find((each) => /e_?mail$/i.test(each)) ??
          identities.find((each) => takesAnyId(columnOf(each))) ?? null,
    // Rows that must have the same members have null for what is empty.
    ...(rest?.whenEmpty !== undefined && { columnKeys: { whenEmpty: rest.whenEmpty } }),
    furtherColumns(targets) {
      if (!entry.positional || !targets.some((target) => identities.includes(target))) return [];
      const open = columns.filter((column) => !targets.includes(placesOf(column)[0] ?? ""));
      return yamlLines({ columns: open }).slice(1);
    },
    gap: (targets) =>
      targets.some((target) => identities.includes(target))
        ? null
        : gap.charAt(0).toUpperCase() + gap.slice(1),
    suggest(header, taken) {
      const isOpen = !identities.some((each) => taken.includes(each));
      const identity = identities.find((each) => takesAnyId(columnOf(each))) ?? identities[0];
      if (isOpen && identity !== undefined && NAMES_SOMEBODY.test(header)) return identity;
      return entry.closed ? null : otherTarget(entry, header);
    },
    typeOf(target) {
      const column = columnOf(target);
      return column ? typeOf(column) : null;
    },
  };
}

/** Headers of columns that may tell people apart. */
const NAMES_SOMEBODY = /(?:id|key|uuid|guid|cookie|code|number|no|nr)$/i;

/** False for addresses and numbers of telephones. */
function takesAnyId(column: GalleryColumn | undefined): boolean {
  return column?.type === undefined;
}

/** Where a column may go that the API has no place of its own for. */
function otherTarget(
  { others, otherNames, mapping: { rest } }: GalleryEntry,
  header: string,
): string {
  const { upper, longest, suffix } = otherNames ?? {};
  if (rest !== undefined && rest.names !== "snake") {
    const isPlain = /^[A-Za-z_$][\w$]*$/.test(header) && memberName(header) !== `${header}_`;
    if (!isPlain) return memberTarget(others ?? undefined, header) ?? memberName(header);
    return others === null ? header : `${others}.${header}`;
  }
  const name = suffix === undefined ? memberName(header) : header.replace(/[^A-Za-z0-9]+/g, "_");
  const cut = name.slice(0, longest);
  const member = `${upper ? cut.toUpperCase() : cut}${suffix ?? ""}`;
  return others === null ? member : `${others}.${member}`;
}

/** A column's places, as a list. */
function placesOf({ to }: GalleryColumn): readonly string[] {
  return typeof to === "string" ? [to] : to;
}

/** Headers that mean the column: its own, and those that languages have for the same. */
function headersOf({ from, aliases = [] }: GalleryColumn): string[] {
  const own = [from, ...aliases].map(plainHeader);
  const lists: readonly (readonly string[])[] = Object.values(HEADERS);
  const known = lists.find((words) => own.some((word) => words.includes(word))) ?? [];
  return [...new Set([...own, ...known])];
}

/** What a mapping says of the column beside its places; the file decides how its dates are written. */
function typeOf({ from: _, aliases: _aliases, to: _to, ...others }: GalleryColumn):
  | TargetType
  | ColumnKeys
  | null {
  const { optionalColumn: _optional, ...keys }: Record<string, unknown> = { ...others };
  const { type, required, ...more } = keys;
  const isPlain = required === undefined && Object.keys(more).every((name) => name === "clean");
  if (isPlain && (type === "email" || type === "phone")) return type;
  if (isPlain && (type === "date" || type === "datetime")) return null;
  return Object.keys(keys).length === 0 ? "text" : keys;
}
