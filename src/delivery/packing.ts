/**
 * Requests of rows as they go over the wire, packed where the destination says so. The same body always
 * packs to the same bytes.
 *
 * @module
 */

import type { Destination } from "../model/destination.ts";
import type { PendingRequest } from "./outcome.ts";
import { prepare, type Prepared } from "./transport.ts";

/** The request of rows, signed by a token where there is one. */
export async function prepareBatch(
  destination: Destination,
  { batch, retries: { answered } }: PendingRequest,
  token: string | null,
): Promise<Prepared> {
  const head = destination.request(batch, token, answered);
  return prepare(head, await packed(batch.body, destination.packs));
}

/** A body as it goes out. */
export async function packed(
  body: Uint8Array<ArrayBuffer>,
  how: Destination["packs"],
): Promise<Uint8Array<ArrayBuffer>> {
  if (how === undefined || body.length === 0) return body;
  const { gzipSync } = await import("node:zlib"); // Most runs never pack.
  return Uint8Array.from(gzipSync(body));
}
