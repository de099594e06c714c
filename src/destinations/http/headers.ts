/**
 * The headers of requests.
 *
 * @module
 */

import { UsageError } from "../../model/errors.ts";
import { authHeaders } from "./login.ts";
import type { HttpSection } from "./schema.ts";

/** Headers that the connection itself decides on; a mapping that sets them breaks requests. */
const RESERVED_HEADERS = ["content-length", "host", "connection", "transfer-encoding"];

/** Headers of every request. @throws {UsageError} naming a header that will not do. */
export function requestHeaders(
  section: HttpSection,
  contentType: string | null,
): Record<string, string> {
  const { headers, auth, idempotencyHeader, compress } = section;
  const own = authHeaders(auth);
  const later = ["tokenUrl" in auth ? "Authorization" : undefined, idempotencyHeader];
  const all = [
    ...Object.entries(headers),
    ...Object.entries(own),
    ...(compress ? [["Content-Encoding", compress] as const] : []),
    ...later.filter((name) => name !== undefined).map((name) => [name, ""] as const),
  ];
  const names = new Set<string>();
  for (const [name, value] of all) {
    checkHeader(name, value);
    const lower = name.toLowerCase();
    if (names.has(lower)) throw new UsageError(`The mapping sets the header ${name} twice`);
    names.add(lower);
  }
  if (idempotencyHeader?.toLowerCase() === "content-type") {
    throw new UsageError(`The mapping's idempotencyHeader must not be ${idempotencyHeader}`);
  }
  const type: Record<string, string> = names.has("content-type") || contentType === null
    ? {}
    : { "Content-Type": contentType };
  if (compress !== undefined) type["Content-Encoding"] = compress;
  return { ...type, ...trimmed(headers), ...trimmed(own) };
}

/** Without blanks and line ends around values, which secrets that stand in files have. */
function trimmed(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.trim()]));
}

function checkHeader(name: string, value: string): void {
  if (RESERVED_HEADERS.includes(name.toLowerCase())) {
    throw new UsageError(`The mapping must not set the header ${name}: rowferry does`);
  }
  try {
    new Headers([[name, value]]);
  } catch {
    throw new UsageError(`The mapping's header ${name} holds characters that HTTP does not allow`);
  }
}

/** Headers with the token that a login gave; without one, they carry their credentials themselves. */
export function signed(
  headers: Readonly<Record<string, string>>,
  token: string | null,
): Record<string, string> {
  return token === null ? { ...headers } : { ...headers, Authorization: `Bearer ${token}` };
}
