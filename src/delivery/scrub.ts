/**
 * An API's own words, made safe to keep: APIs like to quote what they refuse, and row values and
 * secrets belong neither in logs nor in `errors.jsonl`. All pure.
 *
 * @module
 */

import { Buffer, isUtf8 } from "node:buffer";

import { unitsOf } from "../model/positions.ts";
import type { Batch } from "../model/batch.ts";
import type { ApiProblem, Reason } from "../model/answer.ts";
import type { Destination, RequestHead } from "../model/destination.ts";
import type { Problem } from "../model/problem.ts";
import type { Place } from "../model/row.ts";

/** Longest message that is kept, in characters. */
const LONGEST_MESSAGE = 300;

/** Words beyond this are dropped unread, in characters: an answer may be a megabyte. */
const LONGEST_READ = 4_000;

/** Shorter values are blanked as words of their own only: as parts they stand in half of all words. */
const SHORTEST_PART = 3;

/** Of shorter secrets, other forms may stand in what has nothing to do with them. */
const SHORTEST_DISGUISED = 6;

const BLANK = "…";

/** A message without any of the values, on one line, capped. */
export function scrub(message: string, values: Iterable<string>): string {
  let text = oneLine(withoutEntities(beginningOf(message)));
  const lower = text.toLowerCase();
  // It may have been cut inside a value, here or by the API.
  const cut = lower.endsWith(BLANK) ? lower.slice(0, -BLANK.length) : null;
  const present = new Set<string>();
  for (const value of values) {
    for (const form of new Set(formsOf(value).map(oneLine))) {
      if (form === "") continue;
      const wanted = form.toLowerCase();
      if (lower.includes(wanted)) present.add(form);
      if (cut !== null) addCutValue(present, cut, wanted);
    }
  }
  // The longest first: a value may be a part of another.
  for (const value of [...present].sort((a, b) => b.length - a.length)) {
    text = text.replaceAll(occurrences(value), BLANK);
  }
  return text.length > LONGEST_MESSAGE ? text.slice(0, LONGEST_MESSAGE - 1) + BLANK : text;
}

/** As much of a message as is read; cut, it ends neither in a part of an entity nor without a sign. */
function beginningOf(message: string): string {
  if (message.length <= LONGEST_READ) return message;
  return message.slice(0, LONGEST_READ).replace(/&#?\w{0,8}$/, "") + BLANK;
}

/** A value in the forms in which APIs repeat it: as it is, in JSON of any taste, bytes, a URL. */
function formsOf(value: string): string[] {
  const json = JSON.stringify(value).slice(1, -1);
  const forms = [value, json];
  // Most values need no more.
  if (/^[\w .-]*$/.test(value)) return value.includes(" ") ? [...forms, ...urlForms(value)] : forms;
  const ascii = json.replace(/[^\x20-\x7e]/g, escapeUnit);
  const bytes = [...Buffer.from(value)].map((byte) =>
    byte < 0x80 ? String.fromCharCode(byte) : `\\x${byte.toString(16)}`
  ).join("");
  const quoted = value.replaceAll("'", "\\'");
  return [
    ...forms,
    ascii,
    json.replaceAll("/", "\\/"),
    ascii.replaceAll("/", "\\/"),
    bytes,
    quoted,
    ...urlForms(value),
  ];
}

/** `\u00e9` for `é`. */
function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function urlForms(value: string): string[] {
  const percent = encodeURIComponent(value.toWellFormed());
  const whole = encodeURI(value.toWellFormed()); // Of a URL, whose own signs it leaves as they are.
  return [percent, percent.replaceAll("%20", "+"), whole, ...decoded(value)];
}

/** What a value is that stands in a URL: APIs repeat what they read out of it. */
function decoded(value: string): string[] {
  if (!value.includes("%")) return [];
  try {
    return [decodeURIComponent(value)];
  } catch {
    return [];
  }
}

function occurrences(value: string): RegExp {
  const escaped = RegExp.escape(value);
  if (value.length >= SHORTEST_PART) return new RegExp(escaped, "giu");
  return new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, "giu");
}

/** Adds the longest beginning of `value` that `text` ends with. */
function addCutValue(found: Set<string>, text: string, value: string): void {
  const length = overlap(value.slice(0, text.length), text.slice(-value.length));
  if (length >= SHORTEST_PART) found.add(value.slice(0, length));
}

/**
 * How long the longest beginning of `value` is that `text` ends with, in time that grows with their
 * lengths alone: by Knuth, Morris and Pratt, whose table says of each beginning which shorter one it
 * ends with.
 */
function overlap(value: string, text: string): number {
  const shorter = new Uint32Array(value.length + 1);
  const extend = (length: number, unit: string): number => {
    while (length > 0 && (length === value.length || value[length] !== unit)) {
      length = shorter[length] ?? 0;
    }
    return value[length] === unit ? length + 1 : 0;
  };
  let length = 0;
  for (let end = 1; end < value.length; end++) {
    length = extend(length, value[end] as string);
    shorter[end + 1] = length;
  }
  length = 0;
  for (const unit of units(text)) length = extend(length, unit);
  return length;
}

function* units(text: string): Generator<string> {
  for (let at = 0; at < text.length; at++) yield text[at] as string;
}

/** A problem that holds neither the rows' values nor anything secret: the API's words are made safe. */
export function scrubProblem(
  { code, column, message, words = null }: ApiProblem,
  values: Iterable<string>,
  secrets: readonly string[],
): Problem {
  const known = [...values, ...secrets];
  const safe = words === null ? "" : scrub(words, known);
  const whole = safe === "" ? `${message.replace(/\.$/, "")}.` : `${message}: ${safe}`;
  return { code: scrubCode(code, known), column, message: whole };
}

/** A reason with the API's own words, made safe; `values` are only asked for where there are any. */
export function scrubReason(
  { reason, words = null }: Reason,
  values: Iterable<string>,
  secrets: readonly string[],
): string {
  const safe = words === null ? "" : scrub(words, [...values, ...secrets]);
  return safe === "" ? reason : `${reason}; it said: ${safe}`;
}

/** Everything secret that an API may repeat: its credentials, and what this request carries of them. */
export function secretsIn(
  destination: Pick<Destination, "secrets">,
  request: RequestHead,
): string[] {
  return [...destination.secrets, ...credentialsOf(request)]
    .filter((secret) => secret !== "")
    .flatMap((secret) => [secret, ...disguises(secret)]);
}

/** A secret in forms in which nobody would repeat a row's value, but from which it can be read. */
function disguises(secret: string): string[] {
  if (secret.length < SHORTEST_DISGUISED) return [];
  const bytes = Buffer.from(secret);
  const units = Array.from({ length: secret.length }, (_, at) => escapeUnit(secret.charAt(at)));
  return [
    bytes.toString("base64").replace(/=+$/, ""),
    bytes.toString("base64url"),
    bytes.toString("hex"),
    units.join(""),
    encodeURIComponent(encodeURIComponent(secret.toWellFormed())),
  ];
}

/** What a code is when nothing of the API's own is left of it. */
const BARE_CODE = "refused";

/** A code without what an API made a word of it from; one with a status alone is ours. */
function scrubCode(code: string, values: readonly string[]): string {
  if (!code.startsWith(`${BARE_CODE}-`) || /^refused-\d{3}$/.test(code)) return code;
  const words = `${code.slice(BARE_CODE.length)}-`;
  const holds = (value: string) => {
    const word = value.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "");
    return word !== "" && words.includes(`-${word}-`);
  };
  return values.some(holds) ? BARE_CODE : code;
}

/** The values of all rows of a batch; see {@linkcode rowValues}. */
export function* batchValues(batch: Batch, ownWords?: readonly string[]): Generator<string> {
  for (let index = 0; index < batch.length; index++) yield* rowValues(batch, index, ownWords);
}

/**
 * Every value of a row that an API may know: what was sent, and what that was made of.
 *
 * @param ownWords what was sent with it that is no value of it; see `Destination.ownWords`.
 */
export function* rowValues(
  batch: Batch,
  index: number,
  ownWords: readonly string[] = [],
): Generator<string> {
  yield* rawFields(batch.place(index));
  if (typeof batch.route === "string") yield* batch.route.split("\n");
  const payload = batch.payload(index);
  const lines = payload.split("\n").map(parse); // JSON has no line ends of its own here.
  const sent = lines.includes(undefined) ? piecesOf(payload) : leaves(lines);
  for (const value of sent) if (!ownWords.includes(value)) yield value;
}

/** The fields of a record, cut at whatever may part them: what stands between is blanked as well. */
function rawFields(place: Place): string[] {
  const units = unitsOf(place);
  const bytes = Buffer.from(units, "latin1");
  // What is neither UTF-8 nor UTF-16 mostly is of the windows-1252 family, whose letters these are.
  const text = place.block.unitBytes === 1 && isUtf8(bytes) ? bytes.toString() : units;
  return text.split(/[",;|^~\t\r\n]+/);
}

/** What stands between the signs of a payload that is no JSON, but a form or CSV. */
function piecesOf(payload: string): string[] {
  return payload.split(/[",;|&=[\]{}\t\r\n]+/).flatMap((piece) => {
    const words = piece.replaceAll("+", " ");
    return [piece, ...decoded(words)];
  });
}

/** The credentials that a request carries. */
function* credentialsOf(request: RequestHead): Generator<string> {
  for (const [name, value] of Object.entries(request.headers)) {
    if (/authorization|key|token|secret/i.test(name)) yield* credentialParts(value);
  }
}

/** `Basic …` and `Bearer …` in the forms in which an API may repeat them. */
function* credentialParts(header: string): Generator<string> {
  const [scheme = "", parameter] = header.split(" ", 2);
  yield parameter ?? scheme;
  if (/^basic$/i.test(scheme) && parameter) {
    yield* Buffer.from(parameter, "base64").toString().split(":");
  }
}

function* leaves(value: unknown): Generator<string> {
  if (typeof value === "string") yield value;
  else if (typeof value === "number") yield String(value);
  else if (typeof value === "object" && value !== null) {
    for (const part of Object.values(value)) yield* leaves(part);
  }
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
};

/** Characters in place of the references that HTML has for them: APIs escape what they echo. */
function withoutEntities(text: string): string {
  return text.replace(
    /&(?:#(\d{1,6})|#x([\da-f]{1,5})|([a-z]{2,4}));/gi,
    (entity, ten, hex, name) => {
      if (name) return ENTITIES[name.toLowerCase()] ?? entity;
      return String.fromCodePoint(ten ? Number(ten) : parseInt(hex, 16));
    },
  );
}

/** Without what takes no room, such as soft hyphens: it could part a value that is looked for. */
function oneLine(text: string): string {
  return text.replace(/\p{Cf}+/gu, "").replace(/[\s\p{Cc}]+/gu, " ").trim();
}
