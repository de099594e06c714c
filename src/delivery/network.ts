/**
 * What a failed `fetch` means. Deno words all its failures alike; only the text inside tells a
 * connection that was never made from one that broke after the request may have been sent. That
 * text holds the URL, so only words of our own leave this module. All pure.
 *
 * @module
 */

/** A request that got no answer. */
export interface Failure {
  /** Whether any of it may have reached the API. */
  readonly sent: "never" | "perhaps";
  /** What happened, in a few words without URL or credentials: `connection refused`. */
  readonly reason: string;
}

/** Causes of a connection that was never made, by hyper's and the system's texts. */
const NEVER_MADE: readonly (readonly [RegExp, string])[] = [
  [/dns error|lookup address/i, "the host name can't be resolved"],
  [/refused/i, "connection refused"],
  [/certificate|tls|ssl|handshake/i, "no secure connection: TLS failed"],
  [/unreachable|no route/i, "the network can't be reached"],
  [/timed out/i, "the connection timed out"],
];

/** Causes of a connection that broke. */
const BROKEN: readonly (readonly [RegExp, string])[] = [
  [/closed before message completed|unexpected eof/i, "the connection was closed"],
  [/reset|broken pipe|aborted/i, "the connection was reset"],
  [/parse|invalid http|invalid header/i, "the answer was no HTTP"],
];

/** What a rejection of `fetch` means, or null when it says that the request can't be made at all. */
export function describeFetchError(error: unknown): Failure | null {
  const text = causeText(error);
  if (!/error sending request|client error/i.test(text)) return null;
  if (/client error \(connect\)/i.test(text)) {
    return { sent: "never", reason: firstMatch(NEVER_MADE, text) ?? "no connection" };
  }
  return { sent: "perhaps", reason: firstMatch(BROKEN, text) ?? "the connection failed" };
}

function firstMatch(table: typeof NEVER_MADE, text: string): string | undefined {
  // Only what stands behind the URL is the system's own.
  const own = text.slice(text.lastIndexOf("client error"));
  return table.find(([pattern]) => pattern.test(own))?.[1];
}

/** An error's message and those of its causes. */
function causeText(error: unknown): string {
  if (!(error instanceof Error)) return "";
  return `${error.message} ${causeText(error.cause)}`;
}
