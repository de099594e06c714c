/**
 * Writes the first version of a mapping file for a CSV that nobody has seen before. What it can't
 * know stands in lines marked `CHOOSE:`; taking the mark away makes such a line valid as it is.
 *
 * @module
 */

import { guessType, type TypeGuess } from "./guess_type.ts";
import type { InitWords } from "./dialect.ts";
import { placeHeaders } from "./synonyms.ts";
import { quotedList } from "./wording.ts";

/** What a mapping is suggested from. */
export interface Sample {
  /** Name of the CSV, for the file's first comment. */
  readonly source: string;
  readonly header: readonly string[];
  /** Fields of some rows. Only their types are used; no value gets into the file. */
  readonly rows: readonly (readonly string[])[];
  /** The destination's name. */
  readonly destination: string;
  readonly words: InitWords;
  /** Where editors find the JSON Schema that `rowferry schema` prints: a path or a URL. */
  readonly schema: string;
}

/** A mapping file for the sample, as YAML with comments. */
export function suggestMapping(sample: Sample): string {
  const { destination, words, header } = sample;
  const names = [...new Set(header)].filter((name) => name !== "");
  const placed = placeHeaders(names, words.synonyms);
  const gap = words.gap([...placed.values()]);
  const lines = [
    `# yaml-language-server: $schema=${sample.schema}`,
    `# Mapping of ${sample.source.replace(/\s+/g, " ")} to ${destination}.`,
    "# Lines marked CHOOSE: are guesses or gaps. Take the mark and its # away to use such a line as",
    "# it stands, change it, or delete it: a column without a target (to) is checked, never sent.",
    `destination: ${destination}`,
    ...(words.section.length > 0 ? ["", ...words.section] : []),
    "",
    "columns:",
    ...(gap === null ? [] : [`  # CHOOSE: ${gap}`]),
    ...names.flatMap((name) => columnLines(sample, name, placed)),
    ...doubledNote(header),
    "",
    "# What to do with a CSV that has further columns: ignore or refuse.",
    "unknownColumns: ignore",
    "# Which rows to send; all rules must hold. For example:",
    `# where: ["${whereName(names[0] ?? "Column")} is not empty"]`,
  ];
  return lines.join("\n") + "\n";
}

function columnLines(
  { words, header, rows }: Sample,
  name: string,
  placed: ReadonlyMap<string, string>,
): string[] {
  const at = header.indexOf(name);
  const guess = guessType(name, rows.map((row) => row[at] ?? ""));
  const target = placed.get(name);
  const lines = [`  - from: ${scalar(name)}`];
  if (target !== undefined) {
    lines.push(`    to: ${scalar(target)}`);
    return [...lines, ...words.typeLines(target, guess) ?? typeLines(guess, isAge(name, guess))];
  }
  const suggested = words.suggest(name, [...placed.values()]);
  if (suggested !== null) lines.push(`    # CHOOSE: to: ${scalar(suggested)}`);
  return [...lines, ...typeLines(guess, isAge(name, guess))];
}

function typeLines(guess: TypeGuess, age: boolean): string[] {
  const lines = guess.type === "email" ? ["    clean: [lower]"] : [];
  if (guess.type !== "string") lines.push(`    type: ${guess.type}`);
  if (guess.type === "datetime" && guess.doubtful) {
    lines.push("    timeZone: UTC # CHOOSE: the zone of times that stand without one");
  }
  if (guess.formats) {
    const formats = `    formats: [${guess.formats.join(", ")}]`;
    lines.push(guess.doubtful ? `${formats} # CHOOSE: the values also fit other formats` : formats);
  }
  if (age) lines.push("    min: 0", "    role: age");
  return lines;
}

function isAge(name: string, guess: TypeGuess): boolean {
  return guess.type === "integer" && /^(?:customer|client|user)?\s*age$/i.test(name.trim());
}

function doubledNote(header: readonly string[]): string[] {
  const doubled = header.filter((name, at) => name !== "" && header.indexOf(name) !== at);
  if (doubled.length === 0) return [];
  const names = quotedList([...new Set(doubled)]);
  return [`  # CHOOSE: the CSV has ${names} more than once; rename all but one of them there.`];
}

/** Plain where YAML reads it as the same text, else in double quotes, which JSON's are. */
function scalar(text: string): string {
  const plain = /^[A-Za-z$_][A-Za-z0-9$_ .-]*$/.test(text) && !text.endsWith(" ");
  const keyword = /^(?:true|false|null|yes|no|on|off|y|n)$/i.test(text);
  return plain && !keyword ? text : JSON.stringify(text);
}

/** A column's name as it stands in a rule, inside a text in double quotes. */
function whereName(name: string): string {
  return JSON.stringify(/^[A-Za-z_]\w*$/.test(name) ? name : `[${name}]`).slice(1, -1);
}
