/**
 * Says which files have changed that the gallery's entries were made from, by the digests that the
 * entries hold. For maintainers, now and then: it asks strangers' servers, so no pipeline runs it.
 *
 *     deno task gallery
 *
 * ends with 1 where a file has changed or could not be read.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { galleryEntries } from "../src/destinations/registry.ts";
import type { GallerySource } from "../src/destinations/gallery_entry.ts";

/** What became of an entry's file. */
export interface SourceState {
  readonly name: string;
  readonly state: "same" | "changed" | "unread" | "undigested";
  /** What to look at. */
  readonly note: string;
}

/** Longest wait for a file. */
const PATIENCE_MS = 60_000;

/** Reads the files of all entries, one after the other, and holds them against their digests. */
export async function sourceStates(
  entries: Iterable<readonly [string, { readonly source: GallerySource }]>,
): Promise<SourceState[]> {
  const states: SourceState[] = [];
  for (const [name, { source }] of entries) states.push({ name, ...await stateOf(source) });
  return states;
}

async function stateOf(source: GallerySource): Promise<Omit<SourceState, "name">> {
  const { file, sha256, specification, read } = source;
  if (file === null) {
    return { state: "undigested", note: `look at ${specification}, read ${read}` };
  }
  const found = await digestOf(file);
  if ("trouble" in found) return { state: "unread", note: `${file}: ${found.trouble}` };
  if (sha256 === null) return { state: "undigested", note: `${file} is ${found.digest} now` };
  return found.digest === sha256
    ? { state: "same", note: file }
    : { state: "changed", note: `${file} was ${sha256} on ${read}, and is ${found.digest} now` };
}

async function digestOf(
  url: string,
): Promise<{ readonly digest: string } | { readonly trouble: string }> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) });
    const body = new Uint8Array(await response.arrayBuffer());
    if (!response.ok) return { trouble: `answered ${response.status}` };
    return { digest: createHash("sha256").update(body).digest("hex") };
  } catch (error) {
    const { message, cause } = error as Error;
    return { trouble: cause instanceof Error ? `${message}: ${cause.message}` : message };
  }
}

/** One line for each entry. */
export function sourceReport(states: readonly SourceState[]): string {
  const width = Math.max(...states.map(({ name }) => name.length));
  return states.map(({ name, state, note }) =>
    `${state.padEnd("undigested".length)}  ${name.padEnd(width)}  ${note}\n`
  ).join("");
}

if (import.meta.main) {
  const states = await sourceStates(galleryEntries);
  await Deno.stdout.write(new TextEncoder().encode(sourceReport(states)));
  if (states.some(({ state }) => state === "changed" || state === "unread")) Deno.exitCode = 1;
}
