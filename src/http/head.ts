/**
 * The heads of HTTP/1.1 messages, as text (RFC 9112). All pure.
 *
 * @module
 */

/** How far the body of an answer goes. `close`: to the end of the connection. */
export type Framing =
  | { readonly kind: "length"; readonly bytes: number }
  | { readonly kind: "chunked" }
  | { readonly kind: "close" };

/** What stands before the body of an answer. */
export interface AnswerHead {
  readonly status: number;
  readonly headers: Headers;
  readonly framing: Framing;
  /** How long the connection can wait for another request after the body, in milliseconds; 0: not at all. */
  readonly keepMs: number;
}

/** A connection is kept so long at most: many load balancers drop theirs after a minute. */
const LONGEST_KEEP_MS = 50_000;

/** Headers that tell how the message itself is cut: nobody else's business. */
const OWN_HEADERS = new Set(["connection", "content-length", "host", "transfer-encoding"]);

/**
 * The head of a request, to its empty line. `headers` are valid, as `Headers` sees to; each of their
 * characters is one byte.
 *
 * @param bodyBytes Length of the body; null for a request that has none.
 */
export function requestHead(
  method: string,
  url: URL,
  headers: Headers,
  bodyBytes: number | null,
): string {
  let head = `${method} ${url.pathname}${url.search} HTTP/1.1\r\nhost: ${url.host}\r\n`;
  for (const [name, value] of headers) {
    if (!OWN_HEADERS.has(name)) head += `${name}: ${value}\r\n`;
  }
  if (bodyBytes !== null) head += `content-length: ${bodyBytes}\r\n`;
  return `${head}\r\n`;
}

/** Where the head ends that `text` begins with, its empty line included; -1 while that isn't there. */
export function endOfHead(text: string): number {
  const lines = /\r?\n\r?\n/.exec(text);
  return lines === null ? -1 : lines.index + lines[0].length;
}

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: .*)?$/;
const FIELD = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*(.*?)[ \t]*$/;

/** Reads the head of an answer; null when it is none. */
export function parseHead(text: string): AnswerHead | null {
  const [first = "", ...lines] = text.trimEnd().split(/\r?\n/);
  const status = STATUS_LINE.exec(first);
  if (status === null) return null;
  const headers = new Headers();
  for (const line of lines) {
    const [, name, value = ""] = FIELD.exec(line) ?? [];
    if (name === undefined || value.includes("\0")) return null;
    headers.append(name, value);
  }
  const framing = framingOf(Number(status[2]), headers);
  if (framing === null) return null;
  const isPersistent = framing.kind !== "close" && persists(status[1] === "1", headers);
  return {
    status: Number(status[2]),
    headers,
    framing,
    keepMs: isPersistent ? keepMs(headers) : 0,
  };
}

/** RFC 9112 §6.3; null for lengths that can't be. */
function framingOf(status: number, headers: Headers): Framing | null {
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

/** RFC 9112 §9.3, and §6.1: with two lengths, or a coding that HTTP/1.0 doesn't know, it is not. */
function persists(isHttp11: boolean, headers: Headers): boolean {
  if (headers.has("transfer-encoding") && (headers.has("content-length") || !isHttp11)) return false;
  const options = headers.get("connection")?.toLowerCase().split(/\s*,\s*/) ?? [];
  return !options.includes("close") && (isHttp11 || options.includes("keep-alive"));
}

/** Some servers say when they close; a request that crosses that on its way would be lost. */
function keepMs(headers: Headers): number {
  const [, seconds] = /\btimeout=(\d{1,6})\b/i.exec(headers.get("keep-alive") ?? "") ?? [];
  if (seconds === undefined) return LONGEST_KEEP_MS;
  return Math.min(LONGEST_KEEP_MS, Math.max(0, Number(seconds) * 1000 - CROSSING_MS));
}

/** How long a request may be on its way while the server's time is already running out. */
const CROSSING_MS = 1000;
