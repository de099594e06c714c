/**
 * Writes the first version of a mapping file for a CSV that nobody has seen before. What it can't
 * know stands in lines marked `CHOOSE:`; taking the mark away makes such a line valid as it is.
 *
 * @module
 */

import { guessType, type TypeGuess } from "./guess_type.ts";
import { FORBIDDEN_KEYS } from "./path.ts";
import { placeHeaders } from "./synonyms.ts";
import { SHOWADS_FIELDS } from "./targets.ts";
import { quotedList } from "./wording.ts";

/** What a mapping is suggested from. */
export interface Sample {
  /** Name of the CSV, for the file's first comment. */
  readonly source: string;
  readonly header: readonly string[];
  /** Fields of some rows. Only their types are used; no value gets into the file. */
  readonly rows: readonly (readonly string[])[];
  readonly destination: "mparticle" | "showads" | "http";
  /** Where editors find the JSON Schema that `rowferry schema` prints: a path or a URL. */
  readonly schema: string;
}

/** A mapping file for the sample, as YAML with comments. */
export function suggestMapping(sample: Sample): string {
  const { destination, header } = sample;
  const names = [...new Set(header)].filter((name) => name !== "");
  const placed = placeHeaders(names, destination);
  const lines = [
    `# yaml-language-server: $schema=${sample.schema}`,
    `# Mapping of ${sample.source.replace(/\s+/g, " ")} to ${destination}.`,
    "# Lines marked CHOOSE: are guesses or gaps. Take the mark and its # away to use such a line as",
    "# it stands, change it, or delete it: a column without a target (to) is checked, never sent.",
    `destination: ${destination}`,
    ...section(destination),
    "",
    "columns:",
    ...gaps(destination, placed),
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

/** The destination's own settings. */
function section(destination: Sample["destination"]): string[] {
  if (destination === "mparticle") {
    return [
      "",
      "# The custom event that each row makes; event_attributes.… need one.",
      "# CHOOSE: mparticle: { event: { name: Row Imported, type: other } }",
    ];
  }
  if (destination === "showads") return [];
  return [
    "",
    "http:",
    '  url: "${CRM_URL}" # CHOOSE: the API\'s address, or set CRM_URL in the environment',
    '  # CHOOSE: auth: { type: bearer, token: "${CRM_TOKEN}" }',
    "  # The body of a request: an array of records, NDJSON, or a single record.",
    "  envelope: { format: array }",
    "  limits: { rows: 100, bytes: 1000000 }",
  ];
}

/** Says which targets the destination can't do without and no column could be found for. */
function gaps(
  destination: Sample["destination"],
  placed: ReadonlyMap<string, string>,
): string[] {
  const targets = [...placed.values()];
  if (destination === "mparticle" && !targets.some((to) => to.startsWith("user_identities."))) {
    return ["  # CHOOSE: one column at least must go to user_identities.customer_id or the like."];
  }
  const missing = missingFields(destination, placed);
  return missing.length === 0 ? [] : [`  # CHOOSE: which columns go to ${quotedList(missing)}.`];
}

/** ShowAds's fields that no column could be found for. */
function missingFields(
  destination: Sample["destination"],
  placed: ReadonlyMap<string, string>,
): string[] {
  const targets = [...placed.values()];
  return destination === "showads"
    ? SHOWADS_FIELDS.filter((field) => !targets.includes(field))
    : [];
}

function columnLines(
  sample: Sample,
  name: string,
  placed: ReadonlyMap<string, string>,
): string[] {
  const { destination } = sample;
  const at = sample.header.indexOf(name);
  const guess = guessType(name, sample.rows.map((row) => row[at] ?? ""));
  const target = placed.get(name);
  const lines = [`  - from: ${scalar(name)}`];
  if (target !== undefined) lines.push(`    to: ${scalar(target)}`);
  else {
    const [missing] = missingFields(destination, placed);
    const suggested = destination === "showads" ? missing : suggestedTarget(name, destination);
    if (suggested !== undefined) lines.push(`    # CHOOSE: to: ${scalar(suggested)}`);
  }
  if (destination === "showads") return [...lines, ...showadsLines(name, target, guess)];
  return [...lines, ...typeLines(guess, target, isAge(name, guess))];
}

/** A target for a column that means nothing to us: only a suggestion, so it stands in a comment. */
function suggestedTarget(name: string, destination: Sample["destination"]): string {
  if (destination === "mparticle") return `user_attributes.${name}`;
  const plain = name.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase().replaceAll(
    "ß",
    "ss",
  );
  const words = plain.match(/[\p{L}\p{N}]+/gu) ?? ["field"];
  const key = words.join("_");
  return FORBIDDEN_KEYS.has(key) ? `${key}_` : key;
}

function typeLines(guess: TypeGuess, target: string | undefined, age: boolean): string[] {
  // mParticle's identities and an API's id are texts, whatever they look like.
  const text = target?.startsWith("user_identities.") || target === "id";
  const email = guess.type === "email";
  if (text && !email) return [];
  const lines = email ? ["    clean: [lower]"] : [];
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

function showadsLines(name: string, target: string | undefined, guess: TypeGuess): string[] {
  if (target === "VisitorCookie") return [];
  if (target === "BannerId") return ["    type: integer", "    min: 0", "    max: 99"];
  return typeLines(guess, target, isAge(name, guess));
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
