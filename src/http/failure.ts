/**
 * What it means that no answer came. The texts of the system's errors are only looked into: they may
 * hold the URL, so nothing but words of our own leaves this module. All pure.
 *
 * @module
 */

import { errorMessage, NetworkError } from "../model/errors.ts";

/** Causes of a connection that was never made, by the texts of Deno, hyper and the system. */
const NEVER_MADE: readonly (readonly [RegExp, string])[] = [
  [/dns error|lookup address|getaddrinfo/i, "the host name can't be resolved"],
  [/refused/i, "connection refused"],
  [/certificate|tls|ssl|handshake/i, "no secure connection: TLS failed"],
  [/unreachable|no route/i, "the network can't be reached"],
  [/timed out/i, "the connection timed out"],
];

/** Causes of a connection that broke. */
const BROKEN: readonly (readonly [RegExp, string])[] = [
  [/closed before message completed|unexpected eof|close_notify/i, "the connection was closed"],
  [/reset|broken pipe|aborted/i, "the connection was reset"],
  [/parse|invalid http|invalid header/i, "the answer was no HTTP"],
];

/** What an error means that came while a connection was being made. */
export function neverMade(error: unknown): NetworkError {
  if (error instanceof NetworkError) return error;
  return new NetworkError("never", firstMatch(NEVER_MADE, errorMessage(error)) ?? "no connection");
}

/** What an error means that came on a connection. */
export function broken(error: unknown): NetworkError {
  if (error instanceof NetworkError) return error;
  const reason = firstMatch(BROKEN, errorMessage(error)) ?? "the connection failed";
  return new NetworkError("perhaps", reason);
}

/**
 * What a rejection of Deno's `fetch` means, or null when it says that the request can't be made at
 * all. It words all its failures alike; only the text inside tells the two apart.
 */
export function fetchFailure(error: unknown): NetworkError | null {
  const text = causeText(error);
  if (!/error sending request|client error|fetch failed|os error/i.test(text)) return null;
  // Only what stands behind the URL is the system's own. A reset comes without it.
  const own = new Error(text.slice(Math.max(0, text.lastIndexOf("client error"))));
  return /client error \(connect\)/i.test(text) ? neverMade(own) : broken(own);
}

function firstMatch(table: typeof NEVER_MADE, text: string): string | undefined {
  return table.find(([pattern]) => pattern.test(text))?.[1];
}

/** An error's message and those of its causes. */
function causeText(error: unknown): string {
  if (!(error instanceof Error)) return "";
  return `${error.message} ${causeText(error.cause)}`;
}
