/**
 * Answers whose bodies are made while they are sent.
 *
 * @module
 */

import type { RequestOrigin } from "./answer.ts";

/**
 * Such an answer. Its connection ends with it, so that a server which is to stop knows when it is over.
 *
 * @param origin What the route was told of its request; nothing where no network is.
 */
export function streamed(
  origin: unknown,
  body: ReadableStream<Uint8Array>,
  headers: Readonly<Record<string, string>>,
): Response {
  (origin as Partial<RequestOrigin> | undefined)?.streaming?.();
  return new Response(body, { headers: { ...headers, "Connection": "close" } });
}
