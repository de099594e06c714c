/**
 * Writes a draft as a mapping file. What is not sure stands in lines marked `CHOOSE:`, which are comments
 * until somebody takes the mark away, and are valid then.
 *
 * @module
 */

import type { InitWords } from "./dialect.ts";
import type { ColumnDraft, Draft } from "./draft.ts";
import type { ColumnKeys, Misses } from "./type_guess.ts";
import { quotedList } from "./wording.ts";

/** What the file says beside its columns. */
export interface InitFile {
  /** Name of the CSV, for the file's first comment. */
  readonly source: string;
  /** How much of it was looked at. */
  readonly rows: { readonly count: number; readonly areAll: boolean };
  /** The destination's name. */
  readonly destination: string;
  readonly words: InitWords;
  /** How the CSV is to be read, where that was said. */
  readonly csv: Readonly<Record<string, unknown>>;
  /** Where editors find the JSON Schema that `rowferry schema` prints: a path or a URL. */
  readonly schema: string;
}

/** The mark of lines that are out of force. */
export const CHOOSE = "# CHOOSE: ";

/** A mapping file, as YAML with comments. */
export function writeDraft(draft: Draft, file: InitFile): string {
  const { columns, doubled } = draft;
  const { words, destination } = file;
  const gap = words.gap(columns.flatMap(({ target }) => target ?? []));
  const lines = [
    `# yaml-language-server: $schema=${file.schema}`,
    `# Mapping of ${file.source.replace(/\s+/g, " ")} to ${destination}.`,
    `# ${seen(file.rows)}`,
    "# A line that begins with CHOOSE: behind its # is a guess, and out of force. Take the # and the",
    "# mark away to use the line as it stands, change it, or delete it; lines with a mark that stand",
    "# together go together. A column without a target (to) is checked, never sent.",
    `destination: ${destination}`,
    ...csvLines(file.csv),
    ...(words.section.length > 0 ? ["", ...words.section] : []),
    "",
    "columns:",
    ...(gap === null ? [] : [`  # ${gap}`]),
    ...columns.flatMap((column) => columnLines(column, words)),
    ...words.furtherColumns?.(columns.flatMap((one) => one.target ?? one.suggestion ?? [])) ?? [],
    ...(doubled.length === 0 ? [] : [
      `  # The CSV has ${quotedList(doubled)} more than once: rename all but one of them there.`,
    ]),
    "",
    "# What to do with a CSV that has further columns: ignore or refuse.",
    "unknownColumns: ignore",
    "# Which rows to send; all rules must hold. For example:",
    `# where: ["${whereName(columns[0]?.header ?? "Column")} is not empty"]`,
  ];
  return lines.join("\n") + "\n";
}

function csvLines(csv: InitFile["csv"]): string[] {
  const lines = keyLines(csv);
  return lines.length === 0 ? [] : ["", "csv:", ...lines.map((line) => `  ${line}`)];
}

function seen({ count, areAll }: InitFile["rows"]): string {
  const rows = `${count.toLocaleString("en")} ${count === 1 ? "row" : "rows"}`;
  if (count === 0) return "It has no rows yet: types are not known.";
  return areAll ? `Guessed from all of its ${rows}.` : `Guessed from its first ${rows}.`;
}

function columnLines(column: ColumnDraft, words: InitWords): string[] {
  const places = (target: string) => {
    const all = [target, ...column.alsoAt === null ? [] : [column.alsoAt]]
      .flatMap((each) => words.placesOf?.(each) ?? [each]);
    return flow(all.length === 1 ? all[0] : all);
  };
  const { header, target, suggestion, suggestedKeys } = column;
  const { keys, misses, doubt, doubtfulSteps, notes } = column;
  const [best] = doubt?.options ?? [];
  return [
    `  - from: ${scalar(header)}`,
    ...(target === null ? [] : [`    to: ${places(target)}`]),
    ...(suggestion === null ? [] : [`    ${CHOOSE}to: ${places(suggestion)}`]),
    ...keyLines(suggestedKeys).map((line) =>
      `    ${CHOOSE}${line}${
        line.startsWith("clean: ") ? " # for a rehearsal: no column has addresses" : ""
      }`
    ),
    ...keyLines(keys).map((line) =>
      line.startsWith("type: ") && misses !== null
        ? `    ${line} # ${describeMisses(misses)}`
        : `    ${line}`
    ),
    ...keyLines({ clean: doubtfulSteps.length > 0 ? doubtfulSteps : undefined })
      .map((line) => `    ${CHOOSE}${line} # if these words mean that there is nothing`),
    ...(doubt === null || best === undefined
      ? []
      : keyLines(best.keys).map((line, at) =>
        `    ${CHOOSE}${line}${at === 0 ? ` # ${doubt.reason}` : ""}`
      )),
    ...notes.map((note) => `    # ${note}`),
  ];
}

function describeMisses({ count, total, line }: Misses): string {
  return `${count} of ${total} ${count === 1 ? "isn't" : "aren't"}, first in line ${line}`;
}

function keyLines(keys: ColumnKeys): string[] {
  return Object.entries(keys).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${flow(value)}`]
  );
}

/** Longest line of a value that is not parted. */
const LINE_WIDTH = 90;

/** Keys and values as lines of YAML: on one line each where that isn't too long. */
export function yamlLines(members: Readonly<Record<string, unknown>>, indent = ""): string[] {
  return Object.entries(members).flatMap(([name, value]) => {
    const key = `${indent}${scalar(name)}:`;
    const line = `${key} ${flow(value)}`;
    const isShort = line.length <= LINE_WIDTH && indent !== "";
    if (isShort || typeof value !== "object" || value === null) return [line];
    const parts = Array.isArray(value)
      ? value.map((part) => `${indent}  - ${flow(part)}`)
      : yamlLines(value as Record<string, unknown>, `${indent}  `);
    return [key, ...parts];
  });
}

/** A value on one line. */
function flow(value: unknown): string {
  if (typeof value === "string") return scalar(value);
  if (Array.isArray(value)) return `[${value.map(flow).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).map(([name, part]) => `${scalar(name)}: ${flow(part)}`);
    return `{ ${members.join(", ")} }`;
  }
  return String(value);
}

/** Plain where YAML reads it as the same text, else in double quotes, which JSON's are. */
function scalar(text: string): string {
  const plain = /^[A-Za-z$_](?:[A-Za-z0-9$_ ./-]|:(?=[A-Za-z0-9]))*$/.test(text) &&
    !text.endsWith(" ");
  const keyword = /^(?:true|false|null|yes|no|on|off|y|n)$/i.test(text);
  return plain && !keyword ? text : JSON.stringify(text);
}

/** A column's name as it stands in a rule, inside a text in double quotes. */
function whereName(name: string): string {
  return JSON.stringify(/^[A-Za-z_]\w*$/.test(name) ? name : `[${name}]`).slice(1, -1);
}
