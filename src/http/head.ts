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

/**
 * The head of a request, to its empty line. Each character is one byte.
 *
 * @throws {TypeError} when the method or a header can't stand in a head. It quotes neither.
 */
export function requestHead(
  method: string,
  url: URL,
  headers: Readonly<Record<string, string>>,
  bodyBytes: number,
): string {
  if (!TOKEN.test(method)) throw new TypeError("The method is not valid");
  let fields = "";
  let userAgent = `user-agent: rowferry/${version}\r\n`;
  for (const [name, value] of Object.entries(headers)) {
    if (!isField(name, value)) throw new TypeError("A header is not valid");
    if (OWN_FIELDS.test(name)) continue;
    if (/^user-agent$/i.test(name)) userAgent = "";
    fields += `${name}: ${value}\r\n`;
  }
  return `${method} ${url.pathname}${url.search} HTTP/1.1\r\nhost: ${url.host}\r\n` +
    `${userAgent}${fields}content-length: ${bodyBytes}\r\n\r\n`;
}

/** Where the head ends that `text` begins with, its empty line included; -1 while that isn't there. */
export function endOfHead(text: string): number {
  const lines = /\r?\n\r?\n/.exec(text);
  return lines === null ? -1 : lines.index + lines[0].length;
}

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: .*)?$/;
const FIELD = /^([^:]*):[ \t]*(.*?)[ \t]*$/;

/** Reads the head of an answer; null when it is none. */
export function parseHead(text: string): AnswerHead | null {
  const unfolded = text.trimEnd().replace(/\r?\n[ \t]+/g, " "); // RFC 9112 §5.2
  const [first = "", ...lines] = unfolded.split(/\r?\n/);
  const status = STATUS_LINE.exec(first);
  if (status === null) return null;
  const headers = new FieldMap();
  for (const line of lines) {
    const [, name = "", value = ""] = FIELD.exec(line) ?? [];
    if (!isField(name, value)) return null;
    headers.add(name, value);
  }
  const framing = framingOf(Number(status[2]), headers);
  if (framing === null) return null;
  const isKept = framing.kind !== "close" && persists(status[1] === "1", headers);
  return { status: Number(status[2]), headers, framing, keepMs: isKept ? keepMs(headers) : 0 };
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
  const codings = headers.get("transfer-encoding");
  if (codings !== null) {
    return /(?:^|,)\s*chunked$/i.test(codings) ? { kind: "chunked" } : { kind: "close" };
  }
  const lengths = headers.get("content-length");
  if (lengths === null) return { kind: "close" };
  const [length = "", ...others] = lengths.split(/\s*,\s*/);
  if (!/^\d{1,15}$/.test(length) || others.some((other) => other !== length)) return null;
  return { kind: "length", bytes: Number(length) };
}

/** RFC 9112 §9.3, and §6.1: with two lengths, or a coding that HTTP/1.0 doesn't know, it does not. */
function persists(isHttp11: boolean, headers: AnswerHeaders): boolean {
  const isCoded = headers.get("transfer-encoding") !== null;
  if (isCoded && (!isHttp11 || headers.get("content-length") !== null)) return false;
  const options = headers.get("connection")?.toLowerCase().split(/\s*,\s*/) ?? [];
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
