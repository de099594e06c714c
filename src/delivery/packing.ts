/**
 * Packing bodies for the wire. The same body always packs to the same bytes.
 *
 * @module
 */

import type { Destination } from "../model/destination.ts";

/** A body as it goes out. */
export async function packed(
  body: Uint8Array<ArrayBuffer>,
  how: Destination["packs"],
): Promise<Uint8Array<ArrayBuffer>> {
  if (how === undefined || body.length === 0) return body;
  const { gzipSync } = await import("node:zlib"); // Most runs never pack.
  return Uint8Array.from(gzipSync(body));
}
