/**
 * The heads of HTTP/1.1 messages, as text (RFC 9112). All pure.
 *
 * @module
 */

import type { AnswerHeaders } from "../model/answer.ts";
import { version } from "../version.ts";

/** How far the body of an answer goes. `close`: to the end of the connection. */
export type Framing =
  | { readonly kind: "length"; readonly bytes: number }
  | { readonly kind: "chunked" }
  | { readonly kind: "close" };

/** What stands before the body of an answer. */
export interface AnswerHead {
  readonly status: number;
  readonly headers: AnswerHeaders;
  readonly framing: Framing;
  /** How long the connection can wait for another request after the body, in milliseconds; 0: not at all. */
  readonly keepMs: number;
}

const TOKEN = /^[!#$%&'*+.^_`|~\w-]+$/;
/** Blanks and visible characters of one byte. */
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

function isField(name: string, value: string): boolean {
  return TOKEN.test(name) && FIELD_VALUE.test(value);
}

/** Fields that say how the message itself is cut: nobody else's business. */
const OWN_FIELDS = /^(?:connection|content-length|host|transfer-encoding)$/i;

/** What a request says of itself, unless it says otherwise: answers are to come as plain JSON. */
const DEFAULT_FIELDS: Readonly<Record<string, string>> = {
  "user-agent": `rowferry/${version}`,
  "accept": "application/json, */*;q=0.5",
  "accept-encoding": "identity",
};

/**
 * The head of a request, to its empty line. Each character is one byte.
 *
 * @param toProxy True for a proxy, which is asked for the whole URL.
 * @throws {TypeError} when the method or a header can't stand in a head. It quotes neither.
 */
export function requestHead(
  method: string,
  url: URL,
  headers: Readonly<Record<string, string>>,
  bodyBytes: number,
  toProxy = false,
): string {
  if (!TOKEN.test(method)) throw new TypeError("The method is not valid");
  let fields = "";
  const given = new Set<string>();
  for (const [name, value] of Object.entries(headers)) {
    if (!isField(name, value)) throw new TypeError("A header is not valid");
    if (OWN_FIELDS.test(name)) continue;
    given.add(name.toLowerCase());
    fields += `${name}: ${value}\r\n`;
  }
  for (const [name, value] of Object.entries(DEFAULT_FIELDS)) {
    if (!given.has(name)) fields += `${name}: ${value}\r\n`;
  }
  const target = `${toProxy ? url.origin : ""}${url.pathname}${url.search}`;
  return `${method} ${target} HTTP/1.1\r\nhost: ${url.host}\r\n${fields}` +
    // RFC 9110 §8.6: a method that has no use for a body says nothing of none.
    (method === "GET" && bodyBytes === 0 ? "\r\n" : `content-length: ${bodyBytes}\r\n\r\n`);
}

/**
 * Where the head ends that `text` begins with, its empty line included; -1 while that isn't there.
 *
 * @param from No line of the empty one's two ends before it.
 */
export function endOfHead(text: string, from = 0): number {
  for (let end = text.indexOf("\n", from); end !== -1; end = text.indexOf("\n", end + 1)) {
    const next = text[end + 1] === "\r" ? end + 2 : end + 1;
    if (text[next] === "\n") return next + 1;
  }
  return -1;
}

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: .*)?$/;

/** Reads the head of an answer; null when it is none. Takes time in proportion to its length. */
export function parseHead(text: string): AnswerHead | null {
  const unfolded = text.trimEnd().replace(/\r?\n[ \t]+/g, " "); // RFC 9112 §5.2
  const [first = "", ...lines] = unfolded.split(/\r?\n/);
  const status = STATUS_LINE.exec(first);
  if (status === null) return null;
  const headers = new FieldMap();
  for (const line of lines) {
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(0, colon));
    const value = withoutBlanks(line.slice(colon + 1));
    if (!isField(name, value)) return null;
    headers.add(name, value);
  }
  const framing = framingOf(Number(status[2]), headers);
  if (framing === null) return null;
  const isKept = framing.kind !== "close" && persists(status[1] === "1", headers);
  return { status: Number(status[2]), headers, framing, keepMs: isKept ? keepMs(headers) : 0 };
}

/** A field's value without the blanks around it. */
function withoutBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/** The members of a field that is a list, in small letters. */
export function listOf(value: string | null): string[] {
  return value?.toLowerCase().split(",").map(withoutBlanks) ?? [];
}

/** Header fields by name. `Headers` would take several times as long to fill. */
class FieldMap implements AnswerHeaders {
  readonly #fields = new Map<string, string>();

  add(name: string, value: string): void {
    const key = name.toLowerCase();
    const before = this.#fields.get(key);
    this.#fields.set(key, before === undefined ? value : `${before}, ${value}`);
  }

  get(name: string): string | null {
    return this.#fields.get(name.toLowerCase()) ?? null;
  }
}

/** RFC 9112 §6.3; null for lengths that can't be. */
function framingOf(status: number, headers: AnswerHeaders): Framing | null {
  if (status < 200 || status === 204 || status === 304) return { kind: "length", bytes: 0 };
  // By RFC 9110 §15.3.6 it has none, and some servers say nothing of its length.
  if (status === 205 && !saysLength(headers)) return { kind: "length", bytes: 0 };
  const codings = transferCodings(headers);
  if (codings.length > 0) return { kind: codings.at(-1) === "chunked" ? "chunked" : "close" };
  const lengths = headers.get("content-length");
  if (lengths === null) return { kind: "close" };
  const [length = "", ...others] = listOf(lengths);
  if (!/^\d{1,15}$/.test(length) || others.some((other) => other !== length)) return null;
  return { kind: "length", bytes: Number(length) };
}

function saysLength(headers: AnswerHeaders): boolean {
  return headers.get("content-length") !== null || headers.get("transfer-encoding") !== null;
}

/** What was done to the body for the way; `identity`, of RFC 2616, is nothing. */
function transferCodings(headers: AnswerHeaders): string[] {
  return listOf(headers.get("transfer-encoding")).filter((coding) => coding !== "identity");
}

/**
 * How the body was packed, in the order in which it was done: what `Content-Encoding` says, and what
 * `Transfer-Encoding` says beside the chunks.
 */
export function codingsOf(headers: AnswerHeaders): string[] {
  return [...listOf(headers.get("content-encoding")), ...transferCodings(headers)]
    .filter((coding) => coding !== "" && coding !== "identity" && coding !== "chunked");
}

/** RFC 9112 §9.3, and §6.1: with two lengths, or a coding that HTTP/1.0 doesn't know, it does not. */
function persists(isHttp11: boolean, headers: AnswerHeaders): boolean {
  const isCoded = transferCodings(headers).length > 0;
  if (isCoded && (!isHttp11 || headers.get("content-length") !== null)) return false;
  const options = listOf(headers.get("connection"));
  return !options.includes("close") && (isHttp11 || options.includes("keep-alive"));
}

/** A connection is kept so long at most: many load balancers drop theirs after a minute. */
const LONGEST_KEEP_MS = 50_000;

/** A request may be so long on its way while the server's time is running out. */
const CROSSING_MS = 1000;

/** Some servers say when they close a connection: a request that crosses that would be lost. */
function keepMs(headers: AnswerHeaders): number {
  const [, seconds] = /\btimeout=(\d{1,6})\b/i.exec(headers.get("keep-alive") ?? "") ?? [];
  if (seconds === undefined) return LONGEST_KEEP_MS;
  return Math.min(LONGEST_KEEP_MS, Math.max(0, Number(seconds) * 1000 - CROSSING_MS));
}
